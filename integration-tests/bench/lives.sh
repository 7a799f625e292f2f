# Lines about starts and restarts; each has members of its own. Sourced by compare-with-etcd.sh.
# shellcheck shell=bash disable=SC2154

millis_since() { echo $((($(date +%s%N) - $1) / 1000000)); }

until_it_writes() { # who: a machine alone
  until curl --silent --fail --output /dev/null -XPUT -d value=1 \
    "http://$(client "$1" 1)/v2/keys/first"; do sleep 0.005; done
}

start() {
  local round who begun
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do
      begun=$(date +%s%N)
      run "$who" 1 1
      until_it_writes "$who"
      figure start "$round" "$who" "$(millis_since "$begun")" ms
      end_all
    done
  done
}

# The first second that reaches 80 % of the last ten, counted from the exec of the first.
warm_up() {
  local round who begun before
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do
      begun=$(date +%s%N)
      start_cluster "$who" 3
      before=$(millis_since "$begun")
      bench put --endpoints "$(client "$who" "$(member "$who" StateLeader)")" --connections 64 \
        --warm-up 0 --duration 40 --json >"$work/warm-up.txt"
      figure warm-up "$round" "$who" "$(awk -F'[:,]' -v before="$before" '
        /"perSecond"/ { inside = 1 }
        inside && /"requests"/ { rate[++n] = $2 + 0 }
        END {
          for (i = n - 10; i < n; i++) later += rate[i] / 10
          for (i = 1; i < n && rate[i] < 0.8 * later; i++) {}
          print int(before + 1000 * (i - 1))
        }' "$work/warm-up.txt")" ms
      end_all
    done
  done
}

restart() { # line round who option...
  local line=$1 round=$2 who=$3 begun
  shift 3
  end_one "$who" 1 KILL
  begun=$(date +%s%N)
  run "$who" 1 1 "$@"
  until_it_writes "$who"
  figure "$line" "$round" "$who" "$(millis_since "$begun")" ms
}

many_keys() {
  local round who
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do
      JAVA_OPTS=${JAVA_OPTS_MANY_KEYS:--Xmx1g} run "$who" 1 1
      until_it_writes "$who"
      bench get --endpoints "$(client "$who" 1)" --value-bytes 100 --keys "$many_keys" --warm-up 0 \
        --duration 1 --json >/dev/null # writes all of them first
      bench put --endpoints "$(client "$who" 1)" --value-bytes 100 --keys "$many_keys" --connections 64 \
        --warm-up 5 --duration 30 --label "many-keys/$who" --json >"$out/many-keys-$round-$who.json"
      figure many-keys-longest "$round" "$who" "$(of_json max <"$out/many-keys-$round-$who.json")" ms
      figure many-keys-memory "$round" "$who" "$(resident "$who" 1)" MB
      JAVA_OPTS=${JAVA_OPTS_MANY_KEYS:--Xmx1g} restart many-keys-restart "$round" "$who"
      end_all
    done
  done
}

log_1g() { # that many values of 64 KiB, and no snapshot that would shorten it
  local round who
  for round in $(seq "$rounds"); do
    for who in etcd understudy; do
      JAVA_OPTS=${JAVA_OPTS_LOG_1G:--Xmx4g} run "$who" 1 1 --snapshot-count 10000000
      until_it_writes "$who"
      bench put --endpoints "$(client "$who" 1)" --value-bytes 65536 --keys 1000 --connections 16 \
        --warm-up 0 --count "$log_values" --duration 600 --json >/dev/null
      JAVA_OPTS=${JAVA_OPTS_LOG_1G:--Xmx4g} restart log-1g-restart "$round" "$who" \
        --snapshot-count 10000000
      end_all
    done
  done
}
