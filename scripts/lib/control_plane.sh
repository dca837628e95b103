# shellcheck shell=bash
# shellcheck disable=SC2154,SC2164 # the caller sets the variables; common.sh sets -e
# Starting and stopping the processes of one control plane, whose folder is $home. Sourced after common.sh.
#
# etcd listens on a Unix socket in $home, so only the API server needs a port, and a control plane can never talk to the
# etcd of another one. Clients verify the API server with the certificate that it makes for itself.

# A process is known by its id and its start time, so that a recycled id is never killed.
start_time_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# launch NAME COMMAND...: in its own session (Ctrl-C in the terminal must not reach it), with no descriptor of ours.
launch() {
  local name=$1 pid
  shift
  (
    cd "$home"
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || [ "$fd" -eq 255 ] || [ ! -e "/proc/self/fd/$fd" ] || eval "exec $fd>&-"
    done
    exec setsid "$@" </dev/null >>"$name.log" 2>&1
  ) &
  pid=$!
  disown "$pid"
  echo "$pid $(start_time_of "$pid")" >"$home/$name.pid"
}

# pid_of NAME: prints the id of the process if it still runs.
pid_of() {
  local pid started
  read -r pid started 2>/dev/null <"$home/$1.pid" || return 1
  [ -n "${started:-}" ] && [ "$(start_time_of "$pid")" = "$started" ] || return 1
  ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null || return 1
  echo "$pid"
}

# stop_all: asks politely, and after three seconds no more: the data are thrown away anyway.
stop_all() {
  local name pid signal deadline
  for signal in TERM KILL; do
    deadline=$((SECONDS + 3))
    for name in kube-controller-manager kube-apiserver etcd; do
      ! pid=$(pid_of "$name") || kill -"$signal" "$pid" 2>/dev/null || true
    done
    while [ "$SECONDS" -le "$deadline" ] && { pid_of etcd || pid_of kube-apiserver || pid_of kube-controller-manager; } >/dev/null; do
      sleep 0.05
    done
  done
}

free_port() {
  local port
  for _ in {1..200}; do
    port=$((20000 + RANDOM % 12000)) # below the ports that the kernel hands out
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  die "no free port between 20000 and 32000 on 127.0.0.1"
}

random_token() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }

make_credentials() {
  mkdir -p "$home/certs"
  # RSA, since Microsoft Entra takes no other signatures of service accounts.
  openssl genrsa -out "$home/service-account.key" 2048 2>>"$home/openssl.log"
  openssl rsa -in "$home/service-account.key" -pubout -out "$home/service-account.pub" 2>>"$home/openssl.log"
  admin_token=$(random_token) manager_token=$(random_token) node_token=$(random_token)
  cat >"$home/tokens.csv" <<CSV
$admin_token,testbed-admin,admin,system:masters
$manager_token,system:kube-controller-manager,manager
$node_token,system:node:localhost,node,system:nodes
CSV
}

# write_kubeconfig FILE PORT USER TOKEN
write_kubeconfig() {
  cat >"$home/$1.new" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: testbed
  cluster:
    server: https://127.0.0.1:$2
    certificate-authority-data: $(base64 -w0 <"$home/certs/apiserver.crt")
users:
- name: $3
  user:
    token: $4
contexts:
- name: testbed
  context: {cluster: testbed, user: $3, namespace: default}
current-context: testbed
YAML
  mv "$home/$1.new" "$home/$1"
}

# The advertised address is one that nobody asks for, but a socket's is not accepted there.
start_etcd() {
  launch etcd "$bin/etcd" --data-dir "$home/etcd" --unsafe-no-fsync --log-level warn --enable-grpc-gateway=false \
    --listen-client-urls "unix://$home/etcd.sock" --advertise-client-urls http://127.0.0.1:1 \
    --listen-peer-urls "unix://$home/peer.sock"
}

# GOGC trades a little processor time for a good third of the memory.
start_apiserver() {
  local authorizers=RBAC extra=()
  if [ "$with_node" = yes ]; then
    authorizers=Node,RBAC
    extra+=(--kubelet-preferred-address-types Hostname)
  fi
  if [ "$with_audit" = yes ]; then
    # Who did what, without bodies; the watch of a kind is one line when it ends.
    printf '%s\n' 'apiVersion: audit.k8s.io/v1' 'kind: Policy' 'omitStages: [RequestReceived]' 'rules: [{level: Metadata}]' >"$home/audit.yaml"
    extra+=(--audit-policy-file "$home/audit.yaml" --audit-log-path "$home/audit.log")
  fi
  launch kube-apiserver env GOGC=50 "$bin/kube-apiserver" --etcd-servers "unix://$home/etcd.sock" \
    --bind-address 127.0.0.1 --secure-port "$1" --cert-dir "$home/certs" --token-auth-file "$home/tokens.csv" \
    --authorization-mode "$authorizers" --service-account-issuer https://testbed.invalid \
    --service-account-key-file "$home/service-account.pub" \
    --service-account-signing-key-file "$home/service-account.key" --service-cluster-ip-range 10.0.0.0/24 \
    --endpoint-reconciler-type none --profiling=false "${extra[@]}"
}

# What tests need of it: namespaces and owned objects go away, and the workload kinds make their pods.
start_controller_manager() {
  launch kube-controller-manager env GOGC=50 "$bin/kube-controller-manager" --kubeconfig "$home/manager.kubeconfig" \
    --leader-elect=false --use-service-account-credentials --bind-address 127.0.0.1 --secure-port 0 \
    --service-account-private-key-file "$home/service-account.key" --root-ca-file "$home/certs/apiserver.crt" \
    --controllers "namespace-controller,garbage-collector-controller,serviceaccount-controller,$(
    )root-ca-certificate-publisher-controller,clusterrole-aggregation-controller,deployment-controller,$(
    )replicaset-controller,statefulset-controller,job-controller,cronjob-controller,pod-garbage-collector-controller"
}

ask_ready() { curl -fsS --max-time 2 --cacert "$home/certs/apiserver.crt" "https://127.0.0.1:$1/readyz" >/dev/null 2>&1; }

# await_apiserver PORT: 0 ready; 1 its port was taken meanwhile; dies on anything else.
await_apiserver() {
  local deadline=$((SECONDS + ${TESTBED_TIMEOUT:-120}))
  while ! ask_ready "$1"; do
    pid_of etcd >/dev/null || fail_with etcd "etcd ended while starting"
    if ! pid_of kube-apiserver >/dev/null; then
      ! grep -q 'address already in use' "$home/kube-apiserver.log" || return 1
      fail_with kube-apiserver "the API server ended while starting"
    fi
    [ "$SECONDS" -lt "$deadline" ] || fail_with kube-apiserver "the API server was not ready in time"
    sleep 0.1
  done
}

# fail_with LOG MESSAGE: shows the end of the log, then dies (the caller's trap cleans up).
fail_with() {
  note "the last lines of $1.log:"
  tail -n 20 "$home/$1.log" >&2 || true
  die "$2"
}
