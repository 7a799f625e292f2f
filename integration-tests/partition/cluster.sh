#!/usr/bin/env bash
# Five machines (three peers), each in a network namespace and with an address of its own, to try a
# real partition: Linux, as root, with iproute2; needs the jar (mvn package). Commands, one a line:
#
#   cut m1    nothing passes between m1 and the other machines any more; clients reach it
#   heal m1   ends that
#   seats     who has a seat, as the first machine says that is not cut off
#   quit      stops all machines and takes the network away; so does Ctrl-C
#
# Usage: cluster.sh [MACHINES]; JAR (admin/target/understudy.jar), KEEP=1 keeps data and logs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../../admin/target/understudy.jar}")
count=${1:-5}
prefix=up$$          # of namespaces and links, which others may have, too
network=198.19.$(($$ % 250)) # for measurements between networks (RFC 2544): nobody has it at home
work=$(mktemp -d)
pids=()
cut_off=" " # the names, with spaces around each

address() { echo "$network.${1#m}"; }

end() {
  trap - EXIT INT TERM
  ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
  wait
  for i in $(seq "$count"); do
    ip link del "${prefix}o$i" 2>/dev/null || true
    ip netns del "$prefix-m$i" 2>/dev/null || true
  done
  ip link del "$prefix" 2>/dev/null || true
  [ -n "${KEEP:-}" ] && echo "data and logs: $work" || rm -rf "$work"
}

make_network() {
  ip link add "$prefix" type bridge
  ip addr add "$network.254/24" dev "$prefix"
  ip link set "$prefix" up
  for i in $(seq "$count"); do
    ip netns add "$prefix-m$i"
    ip link add "${prefix}o$i" type veth peer name "${prefix}i$i"
    ip link set "${prefix}i$i" netns "$prefix-m$i"
    ip link set "${prefix}o$i" master "$prefix" up
    ip -n "$prefix-m$i" addr add "$(address "m$i")/24" dev "${prefix}i$i"
    ip -n "$prefix-m$i" link set "${prefix}i$i" up
    ip -n "$prefix-m$i" link set lo up
  done
}

start() { # number option...
  local name=m$1
  shift
  : >"$work/$name.out"
  ip netns exec "$prefix-$name" java -Xmx256m -XX:+UseSerialGC -jar "$jar" --name "$name" \
    --data-dir "$work/$name" --addr "$(address "$name"):2379" --peer-addr "$(address "$name"):2380" \
    "$@" >"$work/$name.out" 2>"$work/$name.log" &
  pids+=($!)
  until grep -q '^ready' "$work/$name.out"; do
    kill -0 $! 2>/dev/null || { tail -n 3 "$work/$name.log" >&2; exit 1; }
    sleep 0.1
  done
  cat "$work/$name.out"
}

between() { # add|del name: what goes from a machine to the others, and so their answers, is dropped
  local i
  for i in $(seq "$count"); do
    [ "m$i" = "$2" ] || ip -n "$prefix-$2" route "$1" blackhole "$(address "m$i")"
  done
}

seats() {
  local i all=
  for i in $(seq "$count"); do
    [[ $cut_off == *" m$i "* ]] || all+="${all:+,}$(address "m$i"):2380"
  done
  java -jar "$jar" machines list --endpoints "$all" || true
}

trap end EXIT
trap 'exit 130' INT TERM
make_network
start 1 --cluster-active-size 3 --cluster-remove-delay 5 --cluster-sync-interval 1
for i in $(seq 2 "$count"); do start "$i" --peers "$network.1:2380"; done
echo "cut NAME, heal NAME, seats, quit; logs are in $work"
while read -r verb name; do
  case $verb:$name in
    cut:m[1-9]*)
      if [[ $cut_off != *" $name "* ]] && between add "$name"; then
        cut_off+="$name "
        echo "$name is cut off"
      fi
      ;;
    heal:m[1-9]*)
      if [[ $cut_off == *" $name "* ]] && between del "$name"; then
        cut_off=${cut_off/" $name "/ }
        echo "$name is healed"
      fi
      ;;
    seats:) seats ;;
    quit:) exit 0 ;;
    *) echo "not understood: $verb $name" ;;
  esac
done
