#!/usr/bin/env bash
# Kills the leader of three peers again and again and prints how long no write was accepted: median
# and worst, beside etcd 3.4 in the same run, where it is installed (Debian: etcd-server).
#
# Needs the jar (mvn package). Loopback only; stops by itself. Usage: failover.sh [KILLS]
# JAVA_OPTIONS (-Xmx512m), BASE_PORT (24100); KEEP=1 keeps data and logs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
jar=${JAR:-$here/../../admin/target/understudy.jar}
etcd=$(command -v etcd >/dev/null && echo true || echo false)
exec java -XX:+UseSerialGC "$here/Failover.java" "${1:-50}" "${BASE_PORT:-24100}" \
  "java ${JAVA_OPTIONS:--Xmx512m} -jar $jar" "$etcd"
