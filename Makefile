# The front door; all work is done by scripts/, which can be called alone and print their own --help.
.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-pods faults image check format generate bench clean

help: ## lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## installs what is missing (Debian 12 packages, Python and Node packages, the Kubernetes test bed)
	@scripts/setup

build: ## builds operator, emulator and tests into build/dev
	@scripts/build dev

demo: ## shows it all: a real API server, the Azure emulator, the operator and samples, until they are Ready
	@scripts/demo

test: ## runs all tests: unit, simulation, architecture, contract, end-to-end
	@scripts/test

image: ## builds the container image of the operator with docker, podman or buildah, and shows what is in it
	@scripts/image

test-pods: ## tests the images, and the operator as real pods on a kubelet with containerd (as root; says why where that cannot be)
	@scripts/test-pods

faults: ## crashes at every write, outages, restarts, faulty watches: the long form, in less than an hour (docs/reliability.md)
	@scripts/faults

check: ## format, shellcheck, g++ and clang, clang-tidy, address and thread sanitizers, fuzzing (scripts/check --fast: the first half)
	@scripts/check

format: ## formats the C++ sources
	@scripts/format

generate: ## writes crds/, reference pages and dashboards from the tables in the source
	@scripts/generate

bench: ## runs the benchmarks
	@scripts/bench

clean: ## removes build/ (what is cached in ~/.cache/adx-follower-operator stays)
	@rm -rf build
