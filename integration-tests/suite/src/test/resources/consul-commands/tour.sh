#!/usr/bin/env bash
# What Consul's own command line asks of a server, request by request: tour.sh URL PREFIX. No
# redirect is followed. Ends with 0 and "tour done".
set -euo pipefail

url=$1 top=$2

# Prints the status and the body: ask METHOD PATH [BODY]
ask() {
  curl -s -m 30 -w '%{stderr}%{http_code}' -X "$1" "$url/v1/$2" ${3+--data-binary "$3"} 2>"$top.status"
}

# expect WHAT STATUS PATTERN METHOD PATH [BODY]
expect() {
  local answer status
  answer=$(ask "${@:4}")
  status=$(cat "$top.status")
  if [ "$status" != "$2" ] || ! [[ $answer =~ $3 ]]; then
    echo "$1: $4 $5 was answered $status: $answer"
    exit 1
  fi
}

field() { sed -E "s/.*\"$1\":\"?([^\",}]*).*/\1/"; }

# consul kv put, get, delete, with -cas, -keys, -recurse, -flags
expect "kv put" 200 '^true' PUT "kv/$top/a" one
expect "kv put -flags" 200 '^true' PUT "kv/$top/b/c?flags=42" two
expect "kv get" 200 '"Value":"b25l"' GET "kv/$top/a"
expect "kv get -recurse" 200 '"Flags":42' GET "kv/$top/?recurse="
expect "kv get -keys" 200 "^\\[\"$top/a\",\"$top/b/\"\\]" GET "kv/$top/?keys=&separator=%2F"
expect "kv put -cas" 200 '^false' PUT "kv/$top/a?cas=1" three
index=$(ask GET "kv/$top/a" | field ModifyIndex)
expect "kv put -cas" 200 '^true' PUT "kv/$top/a?cas=$index" three
expect "kv delete -cas" 200 '^false' DELETE "kv/$top/a?cas=$index"

# consul watch -type=key, -type=keyprefix: a read that waits for the next index
index=$(ask GET "kv/$top/a" | field ModifyIndex)
ask GET "kv/$top/?recurse=&index=$index&wait=20000ms" >"$top.watched" &
sleep 0.2
expect "kv put while watched" 200 '^true' PUT "kv/$top/a" four
wait $!
grep -q '"Value":"Zm91cg=="' "$top.watched" || { echo "watch: $(cat "$top.watched")"; exit 1; }

# consul lock: the machine, a session, the lock itself, a monitor, and all of that back
expect "lock asks for the agent" 200 '"NodeName":"m[0-9]"' GET agent/self
session=$(ask PUT session/create '{"Name":"Consul CLI Lock","TTL":"15s"}' | field ID)
lock=$top/lock/.lock flags=3304740253564472344
expect "lock looks first" 404 '^$' GET "kv/$lock?wait=15000ms"
expect "lock" 200 '^true' PUT "kv/$lock?acquire=$session&flags=$flags" ""
expect "lock looks again" 200 "\"Session\":\"$session\"" GET "kv/$lock?consistent="
expect "lock renews" 200 "\"ID\":\"$session\"" PUT "session/renew/$session"
other=$(ask PUT session/create '{"Name":"Consul CLI Lock","TTL":"15s","LockDelay":1000000}' | field ID)
expect "a second lock" 200 '^false' PUT "kv/$lock?acquire=$other&flags=$flags" ""
expect "unlock" 200 '^true' PUT "kv/$lock?flags=$flags&release=$session" ""
index=$(ask GET "kv/$lock" | field ModifyIndex)
expect "lock cleans up" 200 '^true' DELETE "kv/$lock?cas=$index"
expect "lock ends its session" 200 '^true' PUT "session/destroy/$session"

# consul lock -n=3: flags of 64 bits, contenders, and the holders in one entry
flags=16210313421097356768
expect "a contender" 200 '^true' PUT "kv/$top/sem/$other?acquire=$other&flags=$flags" ""
expect "contenders" 200 "\"Flags\":$flags" GET "kv/$top/sem/?recurse=&wait=15000ms"
expect "holders" 200 '^true' PUT "kv/$top/sem/.lock?cas=0&flags=$flags" \
  "{\"Limit\":3,\"Holders\":{\"$other\":true}}"
expect "semaphore renews" 200 "\"ID\":\"$other\"" PUT "session/renew/$other"
expect "semaphore ends its session" 200 '^true' PUT "session/destroy/$other"

# consul operator raft list-peers, operator autopilot get-config, set-config
expect "list-peers" 200 '"Node":"m1".*"Leader":.*"Voter":true' GET operator/raft/configuration
expect "get-config" 200 '"CleanupDeadServers":true' GET operator/autopilot/configuration
index=$(ask GET operator/autopilot/configuration | field ModifyIndex)
expect "set-config" 200 '^true' PUT "operator/autopilot/configuration?cas=$index" \
  "{\"CleanupDeadServers\":true,\"LastContactThreshold\":\"200ms\",\"MaxTrailingLogs\":300,\
\"MinQuorum\":0,\"ServerStabilizationTime\":\"10s\",\"RedundancyZoneTag\":\"\",\
\"DisableUpgradeMigration\":false,\"UpgradeVersionTag\":\"\",\"CreateIndex\":0,\
\"ModifyIndex\":$index}"
expect "get-config again" 200 '"MaxTrailingLogs":300' GET operator/autopilot/configuration
expect "operator autopilot state" 200 '"Leader":"[0-9a-f]+"' GET operator/autopilot/state

expect "kv delete -recurse" 200 '^true' DELETE "kv/$top/?recurse="
expect "kv get of nothing" 404 '^$' GET "kv/$top/?recurse="
echo "tour done"
