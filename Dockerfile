# The images of adx-operator (default) and adx-emulator (--target emulator): one program on nothing but the libraries that it links.
#
#   docker build -t adx-follower-operator .            or podman, or buildah; scripts/image also shows what is in it
#
# TESTS=off leaves the unit tests out. Everything that decides about the bytes of the program is fixed here: the folder, the flags
# (the preset release) and the moment. What remains is Debian: the same packages give the same program.
ARG BASE=debian:bookworm

FROM ${BASE} AS toolchain
COPY scripts/setup /src/scripts/
COPY scripts/lib/common.sh scripts/lib/tools.sh /src/scripts/lib/
# CI: packages are unpacked without flushing each file to the disk.
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ca-certificates \
    && CI=1 /src/scripts/setup build \
    && rm -rf /var/lib/apt/lists/*

FROM toolchain AS build
WORKDIR /src
ARG SOURCE_DATE_EPOCH=0
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH}
# scripts/image puts the compiler cache of the machine somewhere else, where the builder can.
ARG CCACHE_DIR=/ccache
ENV CCACHE_DIR=${CCACHE_DIR}
ARG JOBS=
COPY CMakeLists.txt CMakePresets.json LICENSE ./
COPY src src
COPY operator operator
COPY emulator emulator
RUN --mount=type=cache,target=/ccache \
    cmake --preset release && nice cmake --build build/release --parallel ${JOBS} --target adx-operator
COPY . .
ARG TESTS=on
RUN --mount=type=cache,target=/ccache scripts/lib/image_tests.sh "${TESTS}" ${JOBS}
RUN python3 -B scripts/lib/image_root.py --program build/release/operator/adx-operator --build build/release \
    --root /out/operator --licence LICENSE

FROM scratch AS operator
COPY --from=build /out/operator /
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/usr/bin/adx-operator"]
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="adx-follower-operator" \
      org.opencontainers.image.description="Kubernetes operator for follower databases of Azure Data Explorer and Azure Data Share" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM build AS build-emulator
RUN --mount=type=cache,target=/ccache nice cmake --build build/release --parallel ${JOBS} --target adx-emulator
RUN python3 -B scripts/lib/image_root.py --program build/release/emulator/adx-emulator --build build/release \
    --root /out/emulator --licence LICENSE --extra emulator/seeds=/usr/share/adx-emulator/seeds

FROM scratch AS emulator
COPY --from=build-emulator /out/emulator /
USER 65532:65532
ENTRYPOINT ["/usr/bin/adx-emulator"]
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="adx-emulator" \
      org.opencontainers.image.description="A stand-in for Azure Data Explorer and Azure Data Share, for tests" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# What a build without --target makes.
FROM operator
