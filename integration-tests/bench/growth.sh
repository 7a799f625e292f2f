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

both() { # members line bench-option... : round by round, on clusters that are up
  local members=$1 line=$2 round who
  shift 2
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do point "$line" "$round" "$who" "$members" "$@"; done
  done
}

growth_keys() {
  local keys who
  for keys in 10000 1000000 ${GROWTH_KEYS:-}; do
    for who in etcd understudy; do
      JAVA_OPTS=${JAVA_OPTS_GROWTH_KEYS:--Xmx8g} start_cluster "$who" 1
      bench get --endpoints "$(client "$who" 1)" --keys "$keys" --warm-up 0 --duration 1 --json \
        >/dev/null # writes all of them first
    done
    both 1 "growth-keys-$keys" --keys "$keys"
    for who in etcd understudy; do
      figure "growth-keys-$keys-memory" 1 "$who" "$(resident "$who" 1)" MB
    done
    end_all
  done
}

growth_connections() {
  local connections
  ulimit -n "$(ulimit -Hn)"
  start_cluster etcd 3
  start_cluster understudy 3
  for connections in 1 10 100 1000 10000; do
    both 3 "growth-connections-$connections" --connections "$connections"
  done
}

growth_peers() {
  local peers
  for peers in 1 3 5 7 9; do
    start_cluster etcd "$peers"
    start_cluster understudy "$peers"
    both "$peers" "growth-peers-$peers"
    end_all
  done
}

growth_values() {
  local bytes
  start_cluster etcd 3
  start_cluster understudy 3
  for bytes in 16 256 4096 65536 1000000; do
    both 3 "growth-values-$bytes" --value-bytes "$bytes" --connections 16 --keys 100
  done
}
