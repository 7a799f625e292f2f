#!/usr/bin/env bash
# Understudy beside etcd 3.4 on this machine, in turn and round by round (A B A B), so that the
# ratios mean something even where the machine is shared. Prints a table of ratios with their
# spread, and writes a report with plots.
#
# Needs etcd (Debian: etcd-server), curl and the distribution (mvn package). Loopback only; stops by
# itself. Usage: compare-with-etcd.sh [LINE...]     all up to "log-1g" without a LINE:
#   put-1 put-16 put-64 put-256 put-follower-64 get-64 get-follower-64 quorum-get-64
#   quorum-get-follower-64 mixed-64 cas-64 watch-1000     load on three members, by understudy bench
#   memory              resident memory of both leaders, after that load
#   memory-quiet        the same two and a half minutes later
#   bytes-1 bytes-64    bytes that the disk takes for a put at so many connections
#   start               from exec to the first accepted write of a machine that is alone
#   warm-up             from exec of three until they take 80 % of the puts that they take later
#   term                SIGTERM of the leader until the next write (failover.sh, KILLS times)
#   kill                kill -9 of the leader until the next write (failover.sh, KILLS times)
#   many-keys           550,000 keys of 100 bytes on one machine, overwritten at 64 connections while
#                       it takes snapshots; its memory; kill -9, restart to the first answer
#   log-1g              1 GiB of log, kill -9, restart to the first answer
# and only when they are named, as they take long, plots of how the cost grows:
#   growth-keys         puts and memory with 10,000, 1,000,000 (GROWTH_KEYS=10000000: and those) keys
#   growth-connections  puts with 1 to 10,000 connections
#   growth-peers        puts with 1 to 9 peers
#   growth-values       puts of 16 bytes to 1 MB
#
# ROUNDS (3), SECONDS_EACH (5), WARM_UP seconds for each kind of load (20; a JVM that has just
# started is still compiling), KILLS (10), JAVA_OPTS (-Xmx512m), BASE_PORT (24000), UNDERSTUDY (the
# command that runs it: the distribution's, or "java -jar some.jar"), OUT (./bench-results): where
# figures.tsv, the JSON of each run and report.html go, TMPDIR: where the data lie meanwhile.
# To try the script: MANY_KEYS (550000), LOG_VALUES (16400 of 64 KiB).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-5}
warm_up=${WARM_UP:-20}
kills=${KILLS:-10}
base=${BASE_PORT:-24000}
many_keys=${MANY_KEYS:-550000}
log_values=${LOG_VALUES:-16400}
out=${OUT:-./bench-results}
understudy=${UNDERSTUDY:-$here/../../admin/target/understudy/bin/understudy}
export JAVA_OPTS=${JAVA_OPTS:--Xmx512m}
lines=("$@")
((${#lines[@]})) || lines=(put-1 put-16 put-64 put-256 put-follower-64 get-64 get-follower-64
  quorum-get-64 quorum-get-follower-64 mixed-64 cas-64 watch-1000 memory memory-quiet bytes-1 bytes-64 start
  warm-up term kill many-keys log-1g)
work=$(mktemp -d)
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out"/*.json "$out/figures.tsv"

# shellcheck source=clusters.sh
. "$here/clusters.sh"
# shellcheck source=figures.sh
. "$here/figures.sh"
# shellcheck source=loads.sh
. "$here/loads.sh"
# shellcheck source=lives.sh
. "$here/lives.sh"
# shellcheck source=growth.sh
. "$here/growth.sh"
trap 'end_all; rm -rf "$work"' EXIT

for line in "${lines[@]}"; do
  case $line in
  start | warm-up | many-keys | log-1g | growth-*) # these have clusters of their own
    end_all
    "${line//-/_}"
    ;;
  kill) UNDERSTUDY="$understudy" "$here/failover.sh" "$kills" ;;
  term) SIGNAL=TERM UNDERSTUDY="$understudy" "$here/failover.sh" "$kills" ;;
  memory) three_up && memory ;;
  memory-quiet) three_up && memory_quiet ;;
  bytes-*) three_up && bytes_of_a_put "${line#bytes-}" ;;
  *) three_up && each_in_turn "$line" ;;
  esac
done
end_all
nproc | sed 's/$/ processors/'
uptime
# shellcheck disable=SC2086
$understudy --version
etcd --version | head -1
table_of_figures
shopt -s nullglob
results=("$out"/*.json)
if ((${#results[@]})); then
  bench compare "${results[@]}" --html "$out/report.html"
  echo "plots: $out/report.html"
fi
