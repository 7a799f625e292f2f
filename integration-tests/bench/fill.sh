#!/usr/bin/env bash
# Writes the 10,000 keys once, so that reads find each of them. Usage: fill.sh CLIENT_URL
set -euo pipefail
value=$(printf 'x%.0s' $(seq 256))
for i in $(seq 10000); do
  printf 'url = "%s/v2/keys/bench/k%s"\nrequest = "PUT"\ndata = "value=%s"\noutput = "/dev/null"\n' \
    "$1" "$i" "$value"
  printf 'next\n'
done | sed '$d' | curl --silent --no-progress-meter --parallel --parallel-max 32 --config -
