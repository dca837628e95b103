#!/usr/bin/env bash
# scripts/lib/node_inside.sh HOME KUBELET: the first process of a node's namespaces. Called by node.sh alone: anywhere else it would mount over
# the folders of the machine.
set -euo pipefail
home=$1 kubelet=$2
[ $$ = 1 ] || {
  echo "this is for the first process of a namespace of its own" >&2
  exit 1
}

mount --make-rshared /

# Each hierarchy begins at the cgroup of this process. systemd's has no controller, but runc looks into it.
mount -t tmpfs -o mode=755 none /sys/fs/cgroup
while IFS=: read -r _ controllers _; do
  case $controllers in
  '') continue ;;
  name=*) options=none,$controllers ;;
  *) options=$controllers ;;
  esac
  mkdir "/sys/fs/cgroup/${controllers#name=}"
  mount -t cgroup -o "$options" none "/sys/fs/cgroup/${controllers#name=}"
  IFS=, read -ra each <<<"${controllers#name=}"
  [ ${#each[@]} -eq 1 ] || for one in "${each[@]}"; do ln -s "${controllers#name=}" "/sys/fs/cgroup/$one"; done
done </proc/self/cgroup

mount -t overlay -o "lowerdir=/var,upperdir=$home/node/var,workdir=$home/node/var-work" none /var
mount -t tmpfs -o mode=755 none /run

# What kubelet would set for the whole machine: it finds these values, and writes nothing.
mkdir /run/sysctls
while read -r setting value; do
  echo "$value" >"/run/sysctls/${setting//\//_}"
  mount --bind "/run/sysctls/${setting//\//_}" "/proc/sys/$setting"
done <<'END'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END

containerd --config "$home/node/containerd.toml" >>"$home/containerd.log" 2>&1 &
until ctr version >/dev/null 2>&1; do
  kill -0 $! 2>/dev/null || {
    echo "containerd ended: see containerd.log" >&2
    exit 1
  }
  sleep 0.1
done
ctr --namespace k8s.io images import "$home/node/pause.tar"
"$kubelet" --config "$home/node/kubelet.yaml" --kubeconfig "$home/node.kubeconfig" --hostname-override localhost \
  --root-dir "$home/node/kubelet" --cert-dir "$home/node/kubelet-certificates" >>"$home/kubelet.log" 2>&1 &
wait -n || true
echo "containerd or kubelet ended" >&2
exit 1
