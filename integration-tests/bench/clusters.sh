# Starts and ends members of both products; sourced by compare-with-etcd.sh.
# etcd's clients come to base + 1..9 and its peers to base + 11..19, understudy's to base + 21..29
# and base + 31..39; a machine that is alone has number 1 and a cluster of its own.
# shellcheck shell=bash disable=SC2154
declare -A pid_at=()   # of the member with this client port
declare -A filled=()   # the products whose three members are up and warm
up=

end_all() {
  ((${#pid_at[@]})) && kill "${pid_at[@]}" 2>/dev/null
  wait
  pid_at=() filled=() up=
  find "$work" -mindepth 1 -delete
}

wait_for() { # url text
  for _ in $(seq 600); do
    if curl --silent --max-time 1 "$1" | grep -q "$2"; then return; fi
    sleep 0.1
  done
  echo "$1 does not answer" >&2
  exit 1
}

client() { # who number
  [ "$1" = etcd ] && echo "127.0.0.1:$((base + $2))" || echo "127.0.0.1:$((base + 20 + $2))"
}

peer() { # who number
  [ "$1" = etcd ] && echo "127.0.0.1:$((base + 10 + $2))" || echo "127.0.0.1:$((base + 30 + $2))"
}

run() { # who number members option... : begins a member, which goes on in its directory
  local who=$1 number=$2 members=$3 all="" i client peer
  shift 3
  client=$(client "$who" "$number")
  peer=$(peer "$who" "$number")
  if [ "$who" = etcd ]; then
    for i in $(seq "$members"); do all+="${all:+,}e$i=http://$(peer etcd "$i")"; done
    etcd --name "e$number" --enable-v2=true --data-dir "$work/etcd-$number" \
      --listen-client-urls "http://$client" --advertise-client-urls "http://$client" \
      --listen-peer-urls "http://$peer" --initial-advertise-peer-urls "http://$peer" \
      --initial-cluster "$all" "$@" >>"$work/etcd-$number.log" 2>&1 &
  else
    local with=(--cluster-state new)
    ((number == 1)) || with=(--peers "$(peer understudy 1)")
    # shellcheck disable=SC2086
    $understudy --name "u$number" --data-dir "$work/understudy-$number" --addr "$client" \
      --peer-addr "$peer" --cluster-active-size "$((members < 3 ? 3 : members))" "${with[@]}" "$@" \
      >>"$work/understudy-$number.log" 2>&1 &
  fi
  pid_at[${client##*:}]=$!
}

pid_of() { # who number
  local client
  client=$(client "$1" "$2")
  echo "${pid_at[${client##*:}]}"
}

end_one() { # who number signal
  local client
  client=$(client "$1" "$2")
  kill "-$3" "${pid_at[${client##*:}]}"
  wait "${pid_at[${client##*:}]}" 2>/dev/null || true
  unset "pid_at[${client##*:}]"
}

start_cluster() { # who members
  local i
  for i in $(seq "$2"); do
    run "$1" "$i" "$2"
    [ "$1" = etcd ] || wait_for "http://$(client understudy "$i")/health" true
  done
  for i in $(seq "$2"); do wait_for "http://$(client "$1" "$i")/health" true; done
}

three_up() {
  [ -z "$up" ] || return 0
  start_cluster etcd 3
  start_cluster understudy 3
  up=yes
}

member() { # who StateLeader|StateFollower [members]: the number of the first that is one
  local i
  for i in $(seq "${3:-3}"); do
    if curl --silent "http://$(client "$1" "$i")/v2/stats/self" | grep -q "$2"; then
      echo "$i"
      return
    fi
  done
  echo "$1 has no $2" >&2
  exit 1
}

# It runs for seconds: the second compiler would take the processor from what is measured.
bench() {
  JAVA_OPTS="-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1" $understudy bench "$@"
}

resident() { # who number: megabytes
  awk '/VmRSS/ { printf "%.0f\n", $2 / 1024 }' "/proc/$(pid_of "$1" "$2")/status"
}
