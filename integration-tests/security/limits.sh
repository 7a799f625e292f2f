#!/usr/bin/env bash
# Brings a machine to each of its limits and one beyond, and prints what it answers, with its memory and
# threads meanwhile. Needs the jar (mvn package). About two minutes.
#
# Usage: limits.sh [OPTION...], of all if none is named; JAR, BASE_PORT (23000).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -d "$classes" "$here"/limits/*.java
java -cp "$classes" Limits "$(realpath "${JAR:-$here/../../admin/target/understudy.jar}")" "${BASE_PORT:-23000}" "$@"
