# shellcheck shell=bash
# shellcheck disable=SC2154 # the caller sets the variables
# A real kubelet with containerd, as the one node of a test bed. Sourced after control_plane.sh.
#
# Both run in namespaces of their own for mounts, processes and cgroups, so that stopping is ending these: no mount, process or container can
# stay behind, and nothing that they set reaches the rest of the machine. Pods use the network of the machine: nodeName localhost, hostNetwork.

node_needs=(containerd runc ctr unshare nsenter gcc)

# why_no_node: prints why this machine cannot have a node; fails when it can.
why_no_node() {
  local program missing=()
  [ "$(id -u)" = 0 ] || { echo "a kubelet needs root"; return; }
  for program in "${node_needs[@]}"; do command -v "$program" >/dev/null || missing+=("$program"); done
  [ ${#missing[@]} -eq 0 ] || { echo "missing programs: ${missing[*]} (scripts/setup pods)"; return; }
  [ -x /usr/lib/cni/loopback ] || { echo "missing: /usr/lib/cni/loopback (scripts/setup pods)"; return; }
  grep -q ':memory:' /proc/self/cgroup || { echo "the cgroups of this machine are not of version 1, the only kind on which this was tried"; return; }
  unshare --mount --cgroup --pid --fork true 2>/dev/null || {
    echo "this user may not make namespaces: within a container it must be a privileged one"
    return
  }
  unshare --mount --propagation private sh -c 'mount -t tmpfs none /sys/fs/cgroup' 2>/dev/null || { echo "this user may not mount"; return; }
  return 1
}

build_kubelet() {
  local version=k8s.io/component-base/version flags folder=$top/tests/testbed/kubernetes target
  flags="-X $version.gitVersion=$kubernetes_version -X $version.gitMajor=1 -X $version.gitMinor=36 -X $version.gitTreeState=archive"
  target=$cache/testbed/kubelet-$(module_key "$folder" "$kubernetes_version" "$flags")
  build_module "$folder" "$target" "$flags" k8s.io/kubernetes/cmd/kubelet
  echo "$target/kubelet"
}

# node_cgroups: prints the folder of the node's cgroup in each hierarchy of version 1.
node_cgroups() {
  local controllers path
  while IFS=: read -r _ controllers path; do
    [ -n "$controllers" ] || continue
    echo "/sys/fs/cgroup/${controllers#name=}${path%/}/adx-node-$name"
  done </proc/self/cgroup
}

# A cgroup for cpusets starts without processors, and nothing can be moved into it.
make_node_cgroups() {
  local folder file
  node_cgroups >"$home/node-cgroups"
  while read -r folder; do
    mkdir -p "$folder"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -e "$folder/$file" ] || cat "${folder%/*}/$file" >"$folder/$file"
    done
  done <"$home/node-cgroups"
}

remove_node_cgroups() {
  local folder deadline=$((SECONDS + 10))
  [ -f "$home/node-cgroups" ] || return 0
  while read -r folder; do
    while [ -d "$folder" ] && [ "$SECONDS" -lt "$deadline" ]; do
      # A process that was killed holds its cgroup until the kernel has ended it.
      find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05
    done
    [ ! -d "$folder" ] || warn "$folder could not be removed"
  done <"$home/node-cgroups"
}

# An image that does nothing, which holds the namespaces of a pod.
make_pause_image() {
  local folder=$home/node/pause
  mkdir -p "$folder"
  printf '%s\n' '#include <signal.h>' '#include <stdlib.h>' '#include <unistd.h>' 'static void end(int s) { (void)s; exit(0); }' \
    'int main(void) { signal(SIGTERM, end); signal(SIGINT, end); for (;;) pause(); }' >"$folder/pause.c"
  gcc -Os -static -s -o "$folder/pause" "$folder/pause.c" || die "gcc could not build a static program: is libc6-dev there?"
  python3 -B "$top/scripts/lib/single_image.py" "$folder/pause" localhost/adx-pause:1 "$home/node/pause.tar"
}

write_node_files() {
  local folder=$home/node
  mkdir -p "$folder"/{cni,var,var-work,containerd,kubelet}
  cat >"$folder/cni/loopback.conflist" <<'JSON'
{"cniVersion": "0.4.0", "name": "loopback", "plugins": [{"type": "loopback"}]}
JSON
  cat >"$folder/containerd.toml" <<TOML
version = 2
root = "$folder/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/adx-pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$folder/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
TOML
  cat >"$folder/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 127.0.0.1
port: $1
healthzPort: 0
# Only this machine reaches it.
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
makeIPTablesUtilChains: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 50Mi}
nodeStatusUpdateFrequency: 5s
syncFrequency: 10s
YAML
}

# start_node PORT: the node of the API server at that port; returns when it is Ready.
start_node() {
  local kubelet deadline
  kubelet=$(build_kubelet)
  write_node_files "$(free_port)"
  make_pause_image
  write_kubeconfig node.kubeconfig "$1" node "$node_token"
  make_node_cgroups
  # shellcheck disable=SC2016 # for the inner shell
  launch node bash -c 'while read -r folder; do echo $$ >"$folder/cgroup.procs"; done <"$1/node-cgroups"
    exec unshare --mount --cgroup --pid --fork --kill-child --propagation private --mount-proc bash "$2" "$1" "$3"' \
    - "$home" "$top/scripts/lib/node_inside.sh" "$kubelet"
  deadline=$((SECONDS + ${ADX_NODE_PATIENCE:-180}))
  until "$bin/kubectl" --kubeconfig "$home/admin.kubeconfig" --cache-dir "$home/kubectl" get node localhost -o \
    'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null | grep -q True; do
    pid_of node >/dev/null || fail_with node "the node ended"
    [ "$SECONDS" -lt "$deadline" ] || fail_with node "the node does not become Ready"
    sleep 0.2
  done
}

# in_node COMMAND…: with the mounts and processes of the node.
in_node() {
  local outer inner
  outer=$(pid_of node) || die "$name has no node: scripts/testbed up $name --node"
  read -r inner _ <"/proc/$outer/task/$outer/children" || [ -n "$inner" ] # the line has no end
  nsenter --target "$inner" --mount --pid --cgroup -- "$@"
}

# Ending the first process of the namespace ends all of them, and with the last one the mounts go.
stop_node() {
  local pid
  if pid=$(pid_of node); then
    kill -KILL "$pid" 2>/dev/null || true
  fi
  remove_node_cgroups
}
