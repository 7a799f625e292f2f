# How the cost grows with keys, connections, peers and values; sourced by compare-with-etcd.sh.
# Each point is a line of the report.
# shellcheck shell=bash disable=SC2154

point() { # line round who members bench-option...
  local line=$1 round=$2 who=$3 members=$4
  shift 4
  echo "$line, round $round, $who" >&2
  bench put --endpoints "$(client "$who" "$(member "$who" StateLeader "$members")")" \
    --warm-up 5 --duration "$seconds" --label "$line/$who" --json "$@" >"$out/$line-$round-$who.json"
}

both() { # members line bench-option... : round by round, on clusters that are up and warm
  local members=$1 line=$2 round who
  shift 2
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do point "$line" "$round" "$who" "$members" "$@"; done
  done
}

both_up() { # members: started, and not as cold as a JVM is at first
  local who
  for who in etcd understudy; do
    start_cluster "$who" "$1"
    bench put --endpoints "$(client "$who" "$(member "$who" StateLeader "$1")")" \
      --warm-up 0 --duration "$warm_up" --json >/dev/null
  done
}

growth_keys() { # one at a time: ten million keys of both may be more than the memory
  local keys who round
  for keys in 10000 1000000 ${GROWTH_KEYS:-}; do
    for who in etcd understudy; do
      JAVA_OPTS=${JAVA_OPTS_GROWTH_KEYS:--Xmx8g} start_cluster "$who" 1
      bench get --endpoints "$(client "$who" 1)" --keys "$keys" --warm-up 0 --duration 1 --json \
        >/dev/null # writes all of them first
      bench put --endpoints "$(client "$who" 1)" --keys "$keys" --warm-up 0 \
        --duration "$warm_up" --json >/dev/null
      for round in $(seq "$rounds"); do
        point "growth-keys-$keys" "$round" "$who" 1 --keys "$keys"
      done
      figure "growth-keys-$keys-memory" 1 "$who" "$(resident "$who" 1)" MB
      end_all
    done
  done
}

growth_connections() {
  local connections
  ulimit -n "$(ulimit -Hn)"
  both_up 3
  for connections in 1 10 100 1000 10000; do
    both 3 "growth-connections-$connections" --connections "$connections"
  done
}

growth_peers() {
  local peers
  for peers in 1 3 5 7 9; do
    both_up "$peers"
    both "$peers" "growth-peers-$peers"
    end_all
  done
}

growth_values() {
  local bytes
  both_up 3
  for bytes in 16 256 4096 65536 1000000; do
    both 3 "growth-values-$bytes" --value-bytes "$bytes" --connections 16 --keys 100
  done
}
