#!/usr/bin/env bash
# A PostgreSQL 15 pair under Patroni with three understudy machines as the store, all on loopback:
# loses the database's primary, then the store's leader, each by kill -9, and has to go on. Ends by
# itself within some minutes, stops what it started and removes what it made.
#
#   integration-tests/patroni/failover.sh [understudy.jar] [etcd|consul]
#
# In Patroni's etcd mode each database knows all three machines. In its consul mode it knows one
# only, as it would know the agent of its host: that is a standby of its own, which asks the leader.
#
# Needs Debian's packages patroni, postgresql-15, python3-etcd and python3-consul; started as root it
# installs what is missing and goes on as an unprivileged user, as PostgreSQL demands. Set KEEP=1 to
# keep the logs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${1:-$here/../../admin/target/understudy.jar}")
mode=${2:-etcd}
bin=/usr/lib/postgresql/15/bin
user=postgres
base_port=${BASE_PORT:-24700}

say() { printf '%s  %s\n' "$(date +%T)" "$*"; }
die() {
  say "FAILED: $*"
  local log
  for log in "${work:-/nowhere}"/*.log; do
    [ ! -e "$log" ] || { echo "---- $log"; tail -n 25 "$log"; }
  done
  exit 1
}

install_packages() {
  say "installing patroni and postgresql-15"
  # Neither a cluster of Debian's own nor a service is wanted.
  mkdir -p /etc/postgresql-common
  grep -qs create_main_cluster /etc/postgresql-common/createcluster.conf ||
    echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null
  RUNLEVEL=1 apt-get install -y -q --no-install-recommends \
    patroni postgresql-15 python3-etcd python3-consul >/dev/null
}

if [ "$(id -u)" = 0 ]; then
  if ! command -v patroni >/dev/null || [ ! -x $bin/postgres ] ||
    ! dpkg -s python3-etcd python3-consul >/dev/null 2>&1; then
    install_packages
  fi
  # The user may not be able to read where the jar and this script lie.
  stage=$(mktemp -d /tmp/understudy-patroni-XXXXXX)
  cp "$jar" "$stage/understudy.jar"
  cp "$0" "$stage/failover.sh"
  chmod -R a+rX "$stage"
  chown "$user" "$stage"
  status=0
  (cd / && runuser -u "$user" -- env KEEP="${KEEP:-}" BASE_PORT="$base_port" PATH="$PATH" \
    bash "$stage/failover.sh" "$stage/understudy.jar" "$mode") || status=$?
  [ -n "${KEEP:-}" ] && say "kept: $stage" || rm -rf "$stage"
  exit $status
fi

case $mode in etcd | consul) ;; *) die "no mode: $mode" ;; esac
command -v patroni >/dev/null || die "patroni is not installed"
[ -x $bin/postgres ] || die "PostgreSQL 15 is not installed"

work=$(mktemp -d "${TMPDIR:-/tmp}/understudy-patroni-run-XXXXXX")
declare -A pid

stop_all() {
  local name
  for name in "${!pid[@]}"; do
    case $name in p*) kill "${pid[$name]}" 2>/dev/null || true ;; esac
  done
  for name in a b; do
    if [ -f "$work/pg-$name/postmaster.pid" ]; then
      timeout 20 $bin/pg_ctl -D "$work/pg-$name" -m immediate stop >/dev/null 2>&1 || true
    fi
  done
  for name in "${!pid[@]}"; do
    kill -9 "${pid[$name]}" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  if [ -n "${KEEP:-}" ]; then say "logs: $work"; else rm -rf "$work"; fi
}
trap stop_all EXIT

# Tries a command until it succeeds: await SECONDS WHAT COMMAND...
await() {
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $until ] || die "$what, in time"
    sleep 0.2
  done
}

client_port() { echo $((base_port + $1)); }
peer_port() { echo $((base_port + 10 + $1)); }
rest_port() { [ "$1" = a ] && echo $((base_port + 20)) || echo $((base_port + 21)); }
db_port() { [ "$1" = a ] && echo $((base_port + 30)) || echo $((base_port + 31)); }

start_machine() { # start_machine NUMBER OPTION...
  local joining=("${@:2}")
  if [ "$1" != 1 ]; then
    joining+=(--peers "127.0.0.1:$(peer_port 1),127.0.0.1:$(peer_port 2),127.0.0.1:$(peer_port 3)"
      --max-retry-attempts 30)
  else
    joining+=(--cluster-active-size 3)
  fi
  java -Xmx192m -XX:+UseSerialGC -jar "$jar" --name "m$1" --data-dir "$work/m$1" \
    --addr "127.0.0.1:$(client_port "$1")" --peer-addr "127.0.0.1:$(peer_port "$1")" \
    "${joining[@]}" >"$work/m$1.log" 2>&1 &
  pid[m$1]=$!
  disown
}

machine_ready() { grep -q '^ready ' "$work/m$1.log"; }

store_state() { # the state that machine $1 tells of itself
  curl -sf -m 2 "http://127.0.0.1:$(client_port "$1")/v2/stats/self" |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["state"])'
}

store_leader() {
  local i
  for i in 1 2 3; do
    if [ "$(store_state $i 2>/dev/null)" = StateLeader ]; then echo $i; return 0; fi
  done
  return 1
}

# Where a database finds the store.
store_of() {
  if [ "$mode" = consul ]; then
    echo "consul: {host: 127.0.0.1, port: $(client_port $([ "$1" = a ] && echo 4 || echo 5))}"
  else
    echo "etcd: {protocol: http, hosts: [127.0.0.1:$(client_port 1), 127.0.0.1:$(client_port 2)," \
      "127.0.0.1:$(client_port 3)]}"
  fi
}

start_database() {
  cat >"$work/$1.yml" <<YAML
scope: pair
name: $1
restapi: {listen: 127.0.0.1:$(rest_port "$1"), connect_address: 127.0.0.1:$(rest_port "$1")}
$(store_of "$1")
bootstrap:
  dcs: {ttl: 20, loop_wait: 3, retry_timeout: 5, maximum_lag_on_failover: 1048576}
  initdb: [{encoding: UTF8}, {locale: C.UTF-8}, {auth: trust}]
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust",
           "local all all trust"]
postgresql:
  listen: 127.0.0.1:$(db_port "$1")
  connect_address: 127.0.0.1:$(db_port "$1")
  data_dir: $work/pg-$1
  bin_dir: $bin
  pgpass: $work/pgpass-$1
  use_pg_rewind: true
  parameters: {unix_socket_directories: "$work", shared_buffers: 16MB, max_connections: 30,
               fsync: "off"}
  authentication:
    superuser: {username: postgres, password: secret}
    replication: {username: replicator, password: secret}
    rewind: {username: rewinder, password: secret}
YAML
  patroni "$work/$1.yml" >>"$work/$1.log" 2>&1 &
  pid[p$1]=$!
  disown # or bash tells of its end
}

sql() { # sql DATABASE STATEMENT
  PGCONNECT_TIMEOUT=3 timeout 10 $bin/psql -qAtX -h 127.0.0.1 -p "$(db_port "$1")" -U postgres \
    -d postgres -v ON_ERROR_STOP=1 -c "$2"
}

is_primary() { [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$(rest_port "$1")/primary")" = 200 ]; }
is_replica() { [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$(rest_port "$1")/replica")" = 200 ]; }
writes() { sql "$1" "insert into t values (default, '$2')"; }
replicated() { [ "$(sql "$1" "select count(*) from t")" = "$2" ]; }

# The primary's Patroni asks the candidate's once before it agrees, for two seconds at most and
# without a second try. On a busy machine that may fail; it says "no good candidates have been
# found" then, patronictl ends with 0 all the same, and nothing else happens. As a refusal changes
# nothing, it is asked again.
switched_over() {
  ! is_primary a || return 0
  patronictl -c "$work/a.yml" switchover --leader b --candidate a --force pair \
    >"$work/switch.out" 2>&1 || true
  cat "$work/switch.out" >>"$work/switch.log"
  grep -q 'Successfully switched over to "a"' "$work/switch.out"
}

show() {
  patronictl -c "$work/a.yml" list 2>/dev/null | sed 's/^/          /'
}

say "three understudy machines"
start_machine 1
await 60 "the first machine is ready" machine_ready 1
start_machine 2
start_machine 3
for i in 2 3; do await 60 "machine $i is ready" machine_ready $i; done
await 30 "the store has a leader" store_leader
if [ "$mode" = consul ]; then
  say "two standbys, one beside each database"
  for i in 4 5; do start_machine $i --standby-mode proxy; done
  for i in 4 5; do await 60 "machine $i is ready" machine_ready $i; done
fi

say "a PostgreSQL pair under Patroni, in its $mode mode"
start_database a
await 90 "a is primary" is_primary a
start_database b
await 90 "b is replica" is_replica b
await 20 "a table" sql a "create table if not exists t (id serial primary key, what text)"
writes a "before"
await 30 "the row is replicated" replicated b 1
show

say "kill -9 of the database's primary, with its Patroni"
began=$SECONDS
kill -9 "${pid[pa]}"
kill -9 "$(head -1 "$work/pg-a/postmaster.pid")"
await 90 "b is primary" is_primary b
await 20 "b writes" writes b "after the failover of the database"
say "b is primary and writes after $((SECONDS - began)) s (ttl 20, loop_wait 3)"
start_database a
await 90 "a is replica" is_replica a
await 30 "the rows are replicated" replicated a 2
show

leader=$(store_leader)
say "kill -9 of the store's leader, machine m$leader"
began=$SECONDS
kill -9 "${pid[m$leader]}"
unset "pid[m$leader]"
await 30 "the store has a new leader" store_leader
say "m$(store_leader) leads after $((SECONDS - began)) s"
# Longer than the lock's time to live: it has to be renewed at the new leader.
for i in $(seq 1 8); do
  writes b "while the store recovers, $i" || die "b refused a write ${i}x3 s after the kill"
  is_primary b || die "b lost the lock of the leader"
  sleep 3
done
await 30 "the rows are replicated" replicated a 10
say "b stayed primary for $((SECONDS - began)) s beyond the kill, a follows"
show

say "a switchover with two of three machines"
await 90 "Patroni switches over to a" switched_over
! grep -q ' failed, ' "$work/switch.log" ||
  say "refused before: $(grep -m 1 ' failed, ' "$work/switch.log")"
await 60 "a is primary" is_primary a
await 60 "b is replica" is_replica b
await 20 "a writes" writes a "after the switchover"
await 30 "the rows are replicated" replicated b 11
show
say "PASSED: $(sql a "select count(*) from t") rows, none lost"
