# Lines that put load on three members, and what it costs; sourced by compare-with-etcd.sh.
# shellcheck shell=bash disable=SC2154

load() { # line who label seconds [warm-up]
  local workload=${1%-*} state=StateLeader options=()
  [[ $workload != *-follower ]] || state=StateFollower
  workload=${workload%-follower}
  [ -z "${filled[$2]:-}" ] || options=(--no-fill)
  bench "$workload" --endpoints "$(client "$2" "$(member "$2" "$state")")" \
    --connections "${1##*-}" --label "$3" --warm-up "${5:-2}" --duration "$4" --json "${options[@]}"
}

warm() { # who
  [ -z "${filled[$1]:-}" ] || return 0
  echo "warming up $1" >&2
  load get-64 "$1" warm-up "$warm_up" >/dev/null
  filled[$1]=yes
  load put-64 "$1" warm-up "$warm_up" >/dev/null
  load quorum-get-64 "$1" warm-up $((warm_up / 2 + 1)) >/dev/null
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

memory() {
  local who
  for who in etcd understudy; do
    warm "$who"
    figure memory 1 "$who" "$(resident "$who" "$(member "$who" StateLeader)")" MB
  done
}

memory_quiet() { # it is the collector's work to notice that, once a minute
  local who
  for who in etcd understudy; do warm "$who"; done
  sleep 150
  for who in etcd understudy; do
    figure memory-quiet 1 "$who" "$(resident "$who" "$(member "$who" StateLeader)")" MB
  done
}

sectors() { # those that the device beneath the data has written
  local device
  device=$(df --output=source "$work" | tail -1)
  awk -v name="$(basename "$device")" '$3 == name { print $10 }' /proc/diskstats
}

bytes_of_a_put() { # connections
  local round who before puts
  if [ -z "$(sectors)" ]; then
    echo "bytes-$1: no device of its own beneath $work"
    return
  fi
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do
      warm "$who"
      sync -f "$work"
      before=$(sectors)
      puts=$(load "put-$1" "$who" bytes "$seconds" 0 | of_json requests)
      figure "bytes-$1" "$round" "$who" \
        $((($(sectors) - before) * 512 / (puts + 1))) B
    done
  done
}
