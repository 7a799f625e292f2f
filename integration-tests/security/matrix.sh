#!/usr/bin/env bash
# Tries every way of securing a cluster with every client, with real processes, and prints a table:
#
#   rows     plain, tls, mtls, secret, and each of them with users (plain+auth, …)
#   columns  etcdctl, curl, etcd4j, node-etcd, a join, a standby that redirects and one that proxies,
#            a dead peer's seat that is taken (swap) by a machine that needs a snapshot, a backup
#            that is restored and serves, and the command line
#
# Each row is three peers and two standbys on 127.0.0.1. Needs the jar (mvn package), curl, etcdctl
# (Debian: etcd-client). For node-etcd say where its node_modules are, for etcd4j its class path;
# without, their columns are empty. Ends with 1 if anything failed.
#
# Usage: matrix.sh [ROW...]; JAR, BASE_PORT (23000), NODE_MODULES, ETCD4J_CLASSPATH, KEEP=1 keeps logs.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../../admin/target/understudy.jar}")
base=${BASE_PORT:-23000}
java=(java -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "$jar")
work=$(mktemp -d)
columns=(etcdctl curl etcd4j node-etcd join redirect proxy snapshot swap backup cli)
rows=("$@")
((${#rows[@]} > 0)) || rows=(plain plain+auth tls tls+auth mtls mtls+auth secret secret+auth)
declare -A pids outcome
failed=0

stop_all() {
  ((${#pids[@]} == 0)) || kill -9 "${pids[@]}" 2>/dev/null
  wait 2>/dev/null
  pids=()
}
end() {
  trap - EXIT INT TERM
  stop_all
  [ -n "${KEEP:-}" ] && echo "data and logs: $work" || rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

client_port() { echo $((base + 2 * ${1#m})); }
peer_port() { echo $((base + 2 * ${1#m} + 1)); }
client() { echo "$scheme://127.0.0.1:$(client_port "$1")"; }
peer() { echo "$scheme://127.0.0.1:$(peer_port "$1")"; }

# What each row gives machines, and callers.
secure() {
  kind=${1%+auth}
  auth=${1#"$kind"}
  scheme=http machine=() curl_with=() ctl_with=() ours_with=() user=()
  case $kind in
    tls | mtls)
      scheme=https
      local ca=--trusted-ca-file peer_ca=--peer-trusted-ca-file
      [ "$kind" = mtls ] && ca=--ca-file peer_ca=--peer-ca-file
      machine=(--cert-file "$tls/NAME.crt" --key-file "$tls/NAME.key" "$ca" "$tls/ca.crt"
        --peer-cert-file "$tls/NAME.crt" --peer-key-file "$tls/NAME.key" "$peer_ca" "$tls/ca.crt")
      curl_with=(--cacert "$tls/ca.crt")
      ours_with=(--ca-file "$tls/ca.crt")
      ctl_with=(--ca-file "$tls/ca.crt")
      if [ "$kind" = mtls ]; then
        curl_with+=(--cert "$tls/client.crt" --key "$tls/client.key")
        ours_with+=(--cert-file "$tls/client.crt" --key-file "$tls/client.key")
        ctl_with+=(--cert-file "$tls/client.crt" --key-file "$tls/client.key")
      fi
      ;;
    secret)
      openssl rand -hex 32 >"$dir/secret"
      machine=(--cluster-secret-file "$dir/secret")
      ours_with=(--cluster-secret-file "$dir/secret")
      ;;
  esac
  [ -z "$auth" ] || user=(-u root:top)
}

start() { # name options...
  local name=$1
  shift
  "${java[@]}" --name "$name" --data-dir "$dir/$name" -v \
    --addr "127.0.0.1:$(client_port "$name")" --peer-addr "127.0.0.1:$(peer_port "$name")" \
    --snapshot-count 20 "${machine[@]//NAME/$name}" "$@" >>"$dir/$name.out" 2>>"$dir/$name.err" &
  pids[$name]=$!
}

await() { # seconds command...
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < until)) || return 1
    sleep 0.2
  done
}
ready() { await 60 grep -q '^ready ' "$dir/$1.out"; }
mode() { grep -oE 'mode=(peer|standby)' "$dir/$1.out" | tail -1 | cut -d= -f2; }
is_peer() { [ "$(mode "$1")" = peer ]; }

web() { curl -sS --max-time 20 "${curl_with[@]}" "${user[@]}" "$@"; }
ours() {
  UNDERSTUDY_USER=${auth:+root} UNDERSTUDY_PASSWORD=${auth:+top} timeout 60 "${java[@]}" "$@"
}
ctl() { ETCDCTL_API=2 timeout 30 etcdctl --endpoints "$(client "$1")" "${ctl_with[@]}" "${user[@]}" "${@:2}"; }

# ---- the columns; each ends with 0 when all was as it should be

try_join() { ready m2 && ready m3 && is_peer m2 && is_peer m3; }

try_curl() {
  web "$(client m1)/v2/keys/curl" -XPUT -d value=1 | grep -q '"action":"set"' &&
    web "$(client m2)/v2/keys/curl?quorum=true" | grep -q '"value":"1"' &&
    guarded curl -sS --max-time 20 "${curl_with[@]}" "$(client m2)/v2/keys/curl"
}
# With users, who says nothing is refused; without a certificate nobody gets in where one is asked for.
guarded() {
  if [ -n "$auth" ]; then "$@" | grep -q '"errorCode":110' || return 1; fi
  if [ "$kind" = mtls ]; then
    ! curl -sS --max-time 20 --cacert "$tls/ca.crt" "$(client m1)/version" 2>/dev/null || return 1
  fi
  if [ "$kind" = secret ]; then
    [ "$(curl -s -o /dev/null -w '%{http_code}' "$(peer m1)/v2/admin/config")" = 401 ] || return 1
  fi
}

try_etcdctl() {
  [ "$(ctl m1 set /ctl 1)" = 1 ] && [ "$(ctl m2 get --quorum /ctl)" = 1 ] && ctl m3 member list | grep -q name=m2 &&
    ctl m1 ls / | grep -q /ctl
}

try_node-etcd() {
  [ -n "${NODE_MODULES:-}" ] || return 77
  NODE_PATH=$NODE_MODULES timeout 60 node "$here/node-etcd.js" "$(client m1)" "$(client m2)" \
    "${auth:+root:top}" "$([ "$scheme" = https ] && echo "$tls/ca.crt")" \
    "$([ "$kind" = mtls ] && echo "$tls/client")" | grep -q 'tour done'
}

try_etcd4j() {
  [ -n "${ETCD4J_CLASSPATH:-}" ] || return 77
  timeout 90 java -XX:TieredStopAtLevel=1 -cp "$ETCD4J_CLASSPATH" "$here/Etcd4jTour.java" \
    "$(client m1)" "$(client m2)" "${auth:+root:top}" "$([ "$scheme" = https ] && echo "$tls/ca.crt")" \
    "$([ "$kind" = mtls ] && echo "$tls/client")" | grep -q 'tour done'
}

try_redirect() {
  [ "$(mode m4)" = standby ] &&
    web -o /dev/null -w '%{http_code} %{redirect_url}' "$(client m4)/v2/keys/curl" |
    grep -q "^307 $scheme://127.0.0.1:" &&
    web -L --location-trusted "$(client m4)/v2/keys/redirected" -XPUT -d value=1 | grep -q '"action":"set"' &&
    web "$(client m1)/v2/keys/redirected?quorum=true" | grep -q '"value":"1"'
}

try_proxy() {
  local watch
  [ "$(mode m5)" = standby ] &&
    web "$(client m5)/v2/keys/proxied" -XPUT -d value=1 | grep -q '"action":"set"' || return 1
  web "$(client m5)/v2/keys/proxied?wait=true" >"$dir/watched" &
  watch=$!
  # Each write is another event, so one of them comes after the watch.
  await 20 eval 'web "$(client m1)/v2/keys/proxied" -XPUT -d value=2 && kill -0 '$watch' && sleep 0.3; ! kill -0 '$watch
  wait "$watch" && grep -q '"value":"2"' "$dir/watched"
}

# The log is far beyond the last snapshot of the leader: whoever has nothing needs one.
try_swap() {
  local i
  for i in $(seq 60); do web "$(client m1)/v2/keys/filled" -XPUT -d "value=$i" >/dev/null || return 1; done
  kill -9 "${pids[m2]}"
  unset 'pids[m2]'
  await 60 eval 'is_peer m4 || is_peer m5' || return 1
  taker=$(is_peer m4 && echo m4 || echo m5)
  await 30 eval 'web "$(client m1)/v2/keys/swapped" -XPUT -d value=1 | grep -q "\"action\":\"set\""' &&
    await 30 eval 'web "$(client "$taker")/v2/keys/filled" | grep -q "\"value\":\"60\""'
}

try_snapshot() { ls "$dir/$taker/peer/"*.snap >/dev/null 2>&1; }

try_cli() {
  local with=(--endpoints "127.0.0.1:$(client_port m1)" "${ours_with[@]}")
  ours keys set /cli 1 "${with[@]}" >/dev/null && [ "$(ours keys get /cli "${with[@]}")" = 1 ] &&
    ours machines list "${with[@]}" | grep -q m3 && ours health "${with[@]}" >/dev/null &&
    ours config set removeDelay=3 "${with[@]}" >/dev/null
}

try_backup() {
  local at
  ours snapshot save "$(peer m1)" "$dir/backup" "${ours_with[@]}" ${auth:+--user root} >/dev/null || return 1
  stop_all
  at=(--name m6 --data-dir "$dir/m6" --addr "127.0.0.1:$(client_port m6)" --peer-addr "127.0.0.1:$(peer_port m6)")
  "${java[@]}" snapshot restore "$dir/backup" "${at[@]}" >/dev/null || return 1
  start m6
  ready m6 && await 30 eval 'web "$(client m6)/v2/keys/curl" | grep -q "\"value\":\"1\""' || return 1
  [ -z "$auth" ] || curl -sS "${curl_with[@]}" "$(client m6)/v2/keys/curl" | grep -q '"errorCode":110'
}

enable_users() {
  local at
  at=$(client m1)/v2/auth
  curl -sSf "${curl_with[@]}" -XPUT "$at/users/root" -d '{"user":"root","password":"top"}' >/dev/null &&
    curl -sSf "${curl_with[@]}" -XPUT "$at/roles/guest" -d '{"role":"guest"}' >/dev/null &&
    curl -sSf "${curl_with[@]}" -XPUT "$at/enable" >/dev/null
}

row() {
  dir=$work/$1
  tls=$work/tls
  taker=m4
  mkdir -p "$dir"
  secure "$1"
  start m1 --cluster-active-size 3 --cluster-remove-delay 2 --cluster-sync-interval 1
  ready m1 || { echo "$1: m1 did not start"; cat "$dir/m1.err"; }
  start m2 --peers "127.0.0.1:$(peer_port m1)"
  start m3 --peers "127.0.0.1:$(peer_port m1)"
  column "$1" join
  start m4 --peers "127.0.0.1:$(peer_port m1)"
  start m5 --peers "127.0.0.1:$(peer_port m1)" --standby-mode proxy
  ready m4
  ready m5
  if [ -n "$auth" ]; then enable_users || echo "$1: users could not be made"; fi
  local each
  for each in curl etcdctl etcd4j node-etcd redirect proxy cli swap snapshot backup; do column "$1" "$each"; done
  stop_all
}

column() { # row column
  "try_$2" >>"$dir/$2.out" 2>&1
  local code=$?
  case $code in
    0) outcome[$1/$2]=ok ;;
    77) outcome[$1/$2]=- ;;
    *)
      outcome[$1/$2]=FAILED
      failed=1
      echo "$1, $2 failed:"
      tail -5 "$dir/$2.out"
      ;;
  esac
}

"${java[@]}" tls init "$work/tls" --names m1,m2,m3,m4,m5,m6 >/dev/null || exit 1
for each in "${rows[@]}"; do row "$each"; done
printf '| |'
printf ' %s |' "${columns[@]}"
printf '\n|---|'
printf -- '---|%.0s' "${columns[@]}"
echo
for each in "${rows[@]}"; do
  printf '| %s |' "$each"
  for name in "${columns[@]}"; do printf ' %s |' "${outcome[$each/$name]:-?}"; done
  echo
done
exit $failed
