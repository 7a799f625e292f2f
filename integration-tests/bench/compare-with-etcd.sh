#!/usr/bin/env bash
# Three understudy peers beside three members of etcd 3.4 on this machine, both up and warm, loaded
# in turn, round by round, so that the ratios mean something even where the machine is shared.
#
# Needs etcd (Debian: etcd-server), curl and the jar (mvn package). Loopback only; stops by itself.
# Usage: compare-with-etcd.sh [LINE...]     all of these without a LINE:
#   put-1 put-16 put-64 put-256 put-follower-64 get-64 get-follower-64 quorum-get-64
#   quorum-get-follower-64 mixed-64 cas-64 watch-1000         load, by understudy bench
#   memory     resident memory of both leaders, after the load
#   bytes-1 bytes-64   bytes that the disk takes for a put at so many connections
#   start      from exec to the first answer of a machine that is alone
#   kill       kill -9 of the leader until the next write (failover.sh, KILLS times)
#
# ROUNDS (3), SECONDS_EACH (5), WARM_UP seconds for each kind of load (20; a JVM that has just
# started is still compiling), KILLS (10), JAVA_OPTIONS (-Xmx512m), BASE_PORT (24000), JAR,
# OUT (./bench-results): where the JSON of each run and report.html go.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jar=${JAR:-$here/../../admin/target/understudy.jar}
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-5}
warm_up=${WARM_UP:-20}
base=${BASE_PORT:-24000}
java_options=${JAVA_OPTIONS:--Xmx512m}
out=${OUT:-./bench-results}
lines=("$@")
((${#lines[@]})) || lines=(put-1 put-16 put-64 put-256 put-follower-64 get-64 get-follower-64
  quorum-get-64 quorum-get-follower-64 mixed-64 cas-64 watch-1000 memory bytes-1 bytes-64 start kill)
work=$(mktemp -d)
declare -A pid_at
declare -A filled

# shellcheck disable=SC2317
end_all() {
  ((${#pid_at[@]})) && kill "${pid_at[@]}" 2>/dev/null
  wait
  rm -rf "$work"
}
trap end_all EXIT

wait_for() { # url text
  for _ in $(seq 300); do
    if curl --silent --max-time 1 "$1" | grep -q "$2"; then return; fi
    sleep 0.2
  done
  echo "$1 does not answer" >&2
  exit 1
}

start_etcd() {
  local members="" i
  for i in 1 2 3; do members+="${members:+,}e$i=http://127.0.0.1:$((base + 10 + i))"; done
  for i in 1 2 3; do
    etcd --name "e$i" --enable-v2=true --data-dir "$work/e$i" \
      --listen-client-urls "http://127.0.0.1:$((base + i))" \
      --advertise-client-urls "http://127.0.0.1:$((base + i))" \
      --listen-peer-urls "http://127.0.0.1:$((base + 10 + i))" \
      --initial-advertise-peer-urls "http://127.0.0.1:$((base + 10 + i))" \
      --initial-cluster "$members" >"$work/e$i.log" 2>&1 &
    pid_at[$((base + i))]=$!
  done
  for i in 1 2 3; do wait_for "http://127.0.0.1:$((base + i))/health" true; done
}

start_understudy() {
  local i
  for i in 1 2 3; do
    local join=()
    ((i == 1)) || join=(--peers "127.0.0.1:$((base + 31))")
    # shellcheck disable=SC2086
    java $java_options -jar "$jar" --name "u$i" --data-dir "$work/u$i" \
      --addr "127.0.0.1:$((base + 20 + i))" --peer-addr "127.0.0.1:$((base + 30 + i))" \
      --cluster-active-size 3 "${join[@]}" >"$work/u$i.out" 2>"$work/u$i.log" &
    pid_at[$((base + 20 + i))]=$!
    wait_for "http://127.0.0.1:$((base + 20 + i))/health" true
  done
}

first_port() { [ "$1" = etcd ] && echo $((base + 1)) || echo $((base + 21)); }

member() { # etcd|understudy StateLeader|StateFollower
  local port first
  first=$(first_port "$1")
  for port in $(seq "$first" $((first + 2))); do
    if curl --silent "http://127.0.0.1:$port/v2/stats/self" | grep -q "$2"; then
      echo "$port"
      return
    fi
  done
  echo "$1 has no $2" >&2
  exit 1
}

bench() { java -Xmx256m -XX:+UseSerialGC -jar "$jar" bench "$@"; }

load() { # line who label seconds [warm-up]
  local workload=${1%-*} state=StateLeader options=()
  [[ $workload != *-follower ]] || state=StateFollower
  workload=${workload%-follower}
  [ -z "${filled[$2]:-}" ] || options=(--no-fill)
  bench "$workload" --endpoints "127.0.0.1:$(member "$2" "$state")" --connections "${1##*-}" \
    --label "$3" --warm-up "${5:-2}" --duration "$4" --json "${options[@]}"
}

warm() { # who
  [ -z "${filled[$1]:-}" ] || return 0
  echo "warming up $1" >&2
  load get-64 "$1" warm-up "$warm_up" >/dev/null
  filled[$1]=yes
  load put-64 "$1" warm-up "$warm_up" >/dev/null
  load quorum-get-64 "$1" warm-up $((warm_up / 2 + 1)) >/dev/null
}

sectors() { # those that the device beneath the data has written
  local device
  device=$(df --output=source "$work" | tail -1)
  awk -v name="$(basename "$device")" '$3 == name { print $10 }' /proc/diskstats
}

each_in_turn() { # line
  local round who
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do
      warm "$who"
      echo "$1, round $round, $who" >&2
      load "$1" "$who" "$1/$who" "$seconds" >"$out/$1-$round-$who.json"
    done
  done
}

bytes_of_a_put() { # connections
  local who before after puts
  for who in etcd understudy; do
    warm "$who"
    before=$(sectors)
    if [ -z "$before" ]; then
      echo "bytes-$1: no device of its own beneath $work"
      return
    fi
    puts=$(load "put-$1" "$who" bytes "$seconds" 0 |
      awk -F'[:,]' '/"requests":/ { print $2; exit }')
    after=$(sectors)
    echo "bytes-$1: $who $(((after - before) * 512 / (puts + 1))) bytes of the device for a put"
  done
}

memory() {
  local who port
  for who in etcd understudy; do
    warm "$who"
    port=$(member "$who" StateLeader)
    awk -v who="$who" '/VmRSS/ { printf "memory: %s %.0f MB\n", who, $2 / 1024 }' \
      "/proc/${pid_at[$port]}/status"
  done
}

start_of_one() {
  local who begun round pid
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do
      begun=$(date +%s%N)
      if [ $who = etcd ]; then
        etcd --enable-v2=true --data-dir "$work/start-$who-$round" \
          --listen-client-urls "http://127.0.0.1:$((base + 41))" \
          --advertise-client-urls "http://127.0.0.1:$((base + 41))" \
          --listen-peer-urls "http://127.0.0.1:$((base + 42))" >/dev/null 2>&1 &
      else
        # shellcheck disable=SC2086
        java $java_options -jar "$jar" --name start --data-dir "$work/start-$who-$round" \
          --addr "127.0.0.1:$((base + 41))" --peer-addr "127.0.0.1:$((base + 42))" >/dev/null 2>&1 &
      fi
      pid=$!
      until curl --silent --fail --output /dev/null -XPUT -d value=1 \
        "http://127.0.0.1:$((base + 41))/v2/keys/first"; do sleep 0.01; done
      echo "start: $who $((($(date +%s%N) - begun) / 1000000)) ms to the first write"
      kill $pid
      wait $pid 2>/dev/null || true
    done
  done
}

mkdir -p "$out"
rm -f "$out"/*.json
up=
for line in "${lines[@]}"; do
  case $line in
  start) start_of_one ;;
  kill) BASE_PORT=$((base + 50)) JAVA_OPTIONS="$java_options" JAR="$jar" \
    "$here/failover.sh" "${KILLS:-10}" ;;
  *)
    if [ -z "$up" ]; then
      start_etcd
      start_understudy
      up=yes
    fi
    case $line in
    memory) memory ;;
    bytes-*) bytes_of_a_put "${line#bytes-}" ;;
    *) each_in_turn "$line" ;;
    esac
    ;;
  esac
done
shopt -s nullglob
results=("$out"/*.json)
if ((${#results[@]})); then
  nproc | sed 's/$/ processors/'
  uptime
  java -version 2>&1 | head -1
  etcd --version | head -1
  bench compare "${results[@]}" --html "$out/report.html"
  echo "plots: $out/report.html"
fi
