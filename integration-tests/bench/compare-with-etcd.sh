#!/usr/bin/env bash
# Puts and gets a second of three understudy peers beside three members of etcd 3.4 on this machine,
# one after the other, so that the ratio means something even where the machine is shared.
#
# Needs etcd (Debian: etcd-server), wrk and curl, and the jar (mvn package). Loopback only; stops by
# itself. Usage: compare-with-etcd.sh [SECONDS] [CONNECTIONS]
#
# Both are warmed up alike before each measurement, for WARM_UP seconds (20): a JVM that has just
# started is still compiling, and three of them on two cores take as long for it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jar="$here/../../admin/target/understudy.jar"
seconds=${1:-10}
connections=${2:-64}
warm_up=${WARM_UP:-20}
base=${BASE_PORT:-24000}
java_options=${JAVA_OPTIONS:--Xmx512m}
work=$(mktemp -d)
pids=()

stop_all() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap 'stop_all; rm -rf "$work"' EXIT

run() { # seconds url put|get
  wrk -t2 -c"$connections" -d"$1s" --latency -s "$here/load.lua" "$2" -- "$3"
}

load() { # name url
  bash "$here/fill.sh" "$2"
  for kind in put get; do
    run "$warm_up" "$2" $kind >/dev/null
    run "$seconds" "$2" $kind >"$work/$1.$kind"
    awk -v name="$1 $kind" '
      /Requests\/sec/ { rate = $2 } /50%/ { p50 = $2 } /99%/ { p99 = $2 }
      /Non-2xx/ { bad = $0 }
      END { printf "%-15s %9.0f /s   p50 %-8s p99 %-8s %s\n", name, rate, p50, p99, bad }' \
      "$work/$1.$kind"
  done
}

etcd_cluster() {
  local members="" i
  for i in 1 2 3; do members+="${members:+,}e$i=http://127.0.0.1:$((base + 10 + i))"; done
  for i in 1 2 3; do
    etcd --name "e$i" --enable-v2=true --data-dir "$work/e$i" \
      --listen-client-urls "http://127.0.0.1:$((base + i))" \
      --advertise-client-urls "http://127.0.0.1:$((base + i))" \
      --listen-peer-urls "http://127.0.0.1:$((base + 10 + i))" \
      --initial-advertise-peer-urls "http://127.0.0.1:$((base + 10 + i))" \
      --initial-cluster "$members" >"$work/e$i.log" 2>&1 &
    pids+=($!)
  done
}

understudy_cluster() {
  local i
  for i in 1 2 3; do
    local join=()
    ((i == 1)) || join=(--peers "127.0.0.1:$((base + 31))")
    # shellcheck disable=SC2086
    java $java_options -jar "$jar" --name "u$i" --data-dir "$work/u$i" \
      --addr "127.0.0.1:$((base + 20 + i))" --peer-addr "127.0.0.1:$((base + 30 + i))" \
      --cluster-active-size 3 "${join[@]}" >"$work/u$i.out" 2>"$work/u$i.log" &
    pids+=($!)
    wait_for "http://127.0.0.1:$((base + 20 + i))/health" '"true"'
  done
}

wait_for() { # url text
  for _ in $(seq 150); do
    if curl --silent --max-time 1 "$1" | grep -q "$2"; then return; fi
    sleep 0.2
  done
  echo "$1 does not answer" >&2
  exit 1
}

leader() { # first-port
  local port
  for port in $(seq "$1" $(($1 + 2))); do
    if curl --silent "http://127.0.0.1:$port/v2/stats/self" | grep -q StateLeader; then
      echo "http://127.0.0.1:$port"
    fi
  done
}

etcd_cluster
for i in 1 2 3; do wait_for "http://127.0.0.1:$((base + i))/health" '"true"'; done
load etcd "$(leader $((base + 1)))"
stop_all
understudy_cluster
sleep 1
load understudy "$(leader $((base + 21)))"
stop_all

for kind in put get; do
  awk -v kind=$kind '/Requests\/sec/ { rate[++n] = $2 }
    END { printf "%s: understudy / etcd = %.2f\n", kind, rate[2] / rate[1] }' \
    "$work/etcd.$kind" "$work/understudy.$kind"
done
