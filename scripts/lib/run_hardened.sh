#!/usr/bin/env bash
# scripts/lib/run_hardened.sh ROOT UID COMMAND…: runs a program of an unpacked image as a hardened pod would.
#
# No capabilities, no new privileges, the root read-only, /tmp in memory, another user, nothing of the machine but its network and its name
# resolution. ADX_RUN_MOUNTS: further "FROM=TO" read-only. ADX_RUN_ENVIRONMENT: further variables, one a line. As root, with crun.
set -euo pipefail
root=$(cd "$1" && pwd) user=$2
shift 2
bundle=$(mktemp -d)
trap 'rm -rf "$bundle"' EXIT
python3 -B - "$root" "$user" "$@" >"$bundle/config.json" <<'PYTHON'
import json
import os
import sys

root, user, *command = sys.argv[1:]


def bind(source, target):
    return {"destination": target, "type": "bind", "source": source, "options": ["bind", "ro", "nosuid", "nodev"]}


mounts = [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
    {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "noexec", "mode=1777"]},
    bind("/etc/hosts", "/etc/hosts"), bind("/etc/resolv.conf", "/etc/resolv.conf"),
    *(bind(*pair.split("=")) for pair in os.environ.get("ADX_RUN_MOUNTS", "").split() if pair),
]
print(json.dumps({
    "ociVersion": "1.0.2",
    "process": {
        "user": {"uid": int(user), "gid": int(user)}, "args": command, "cwd": "/", "noNewPrivileges": True,
        "env": ["PATH=/usr/bin", *os.environ.get("ADX_RUN_ENVIRONMENT", "").split("\n")],
        "capabilities": {kind: [] for kind in ("bounding", "effective", "inheritable", "permitted", "ambient")},
    },
    "root": {"path": root, "readonly": True}, "mounts": mounts,
    "linux": {"namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")],
              "maskedPaths": ["/proc/kcore", "/proc/keys"], "readonlyPaths": ["/proc/sys"]},
}))
PYTHON
# crun refuses machines that have cgroups of both versions; here it manages none. Whoever kills this script ends all that it began: the
# processes are in a namespace of their own, whose first one goes with its parent.
# shellcheck disable=SC2016 # for the inner shell
setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc --propagation private sh -c '
  if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
  exec crun --root "$2/state" --cgroup-manager=disabled run --bundle "$2" "$1"' - "adx-$$" "$bundle"
