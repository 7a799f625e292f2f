#!/usr/bin/env bash
# Lets seats change hands again and again among five machines, three of them peers (remove delay
# 2 s, sync interval 1 s), and prints how long each took: median, p99 and worst. What is measured:
#
#   remove     a peer is removed by an operator      until it is a standby
#   follower   a follower is ended by kill -9        until a standby is a peer and has its vote
#   leader     the leader is ended by kill -9        until a standby is a peer and has its vote
#   grow       activeSize is raised from 3 to 5      until both standbys are peers
#
# For measure, medians of etcd 0.4.9: 40 ms, 3.05 s, 4.1 s, 1.1 s.
#
# Needs the distribution (mvn package). Loopback only; stops by itself.
# Usage: seats.sh [TIMES] [LINE...]; UNDERSTUDY (the command that runs it), JAVA_OPTS (-Xmx256m),
# BASE_PORT (24200); KEEP=1 keeps data and logs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export JAVA_OPTS=${JAVA_OPTS:--Xmx256m}
times=${1:-10}
shift || true
(($#)) || set -- remove follower leader grow
exec java -XX:+UseSerialGC "$here/Seats.java" "$times" "${BASE_PORT:-24200}" \
  "${UNDERSTUDY:-$here/../../admin/target/understudy/bin/understudy}" "$@"
