#!/bin/bash
# Stands for an agent where a bench counts jobs: claims, reports each item as NO_CONTENT and ends, with bash alone. A JVM a job would
# be what is measured. Waits for the file QUARRY_BENCH_GATE, if that is set; says when it ended in QUARRY_BENCH_ENDS/<job id>.
set -euo pipefail
[ -z "${QUARRY_BENCH_GATE:-}" ] || while [ ! -e "$QUARRY_BENCH_GATE" ]; do sleep 0.2; done

host=${QUARRY_API#http://}
port=${host##*:}
host=${host%:*}
authorization=

# call METHOD PATH TYPE BODY: the answer is in $answer. HTTP/1.0: the answer ends with the connection. A busy API is asked again.
call() {
  local tries
  for tries in 1 2 3 4 5; do
    ask "$@"
    case $answer in
      "HTTP/1."?" 200"*) return ;;
      "HTTP/1."?" 503"*) sleep "$tries" ;;
      *) break ;;
    esac
  done
  echo "agent-double: $1 $2: ${answer%%$'\r'*}" >&2
  exit 10
}

ask() {
  exec 3<> "/dev/tcp/$host/$port"
  printf '%s %s HTTP/1.0\r\nHost: %s\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s' \
    "$1" "$2" "$host" "$authorization" "$3" "${#4}" "$4" >&3
  answer=$(cat <&3)
  exec 3>&-
}

if [ -n "${QUARRY_TICKET_FILE:-}" ]; then ticket=$(< "$QUARRY_TICKET_FILE"); else ticket=$QUARRY_TICKET; fi
call POST /v1/attempts/claim application/json "{\"ticket\":\"$ticket\",\"nonce\":\"$(< /proc/sys/kernel/random/uuid)\"}"
token=${answer#*\"access_token\":\"}
attempt=${answer#*\"attempt\":\"}
attempt=${attempt%%\"*}
authorization="Authorization: Bearer ${token%%\"*}"$'\r\n'

call GET "/v1/attempts/$attempt/items" application/json ''
lines=
while [[ $answer =~ \"n\":([0-9]+) ]]; do
  n=${BASH_REMATCH[1]}
  answer=${answer#*"${BASH_REMATCH[0]}"}
  lines+="{\"type\":\"started\",\"n\":$n}"$'\n'"{\"type\":\"done\",\"n\":$n,\"outcome\":\"NO_CONTENT\",\"reason\":\"UNSUPPORTED_TYPE\"}"$'\n'
done
call POST "/v1/attempts/$attempt/results" application/x-ndjson "$lines"
[ -z "${QUARRY_BENCH_ENDS:-}" ] || echo "$EPOCHREALTIME" > "$QUARRY_BENCH_ENDS/$QUARRY_JOB_ID"
