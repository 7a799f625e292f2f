#!/usr/bin/env bash
# Kills the leader of three peers again and again and prints how long no write was accepted: median
# and worst, beside etcd 3.4 in the same run, where it is installed (Debian: etcd-server).
#
# Needs the distribution (mvn package). Loopback only; stops by itself. Usage: failover.sh [KILLS]
# SIGNAL (KILL; TERM for a planned stop), UNDERSTUDY (the command that runs it), JAVA_OPTS (-Xmx512m),
# BASE_PORT (24100); KEEP=1 keeps data and logs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export JAVA_OPTS=${JAVA_OPTS:--Xmx512m}
etcd=$(command -v etcd >/dev/null && echo true || echo false)
exec java -XX:+UseSerialGC "$here/Failover.java" "${1:-50}" "${BASE_PORT:-24100}" \
  "${UNDERSTUDY:-$here/../../admin/target/understudy/bin/understudy}" "$etcd" "${SIGNAL:-KILL}"
