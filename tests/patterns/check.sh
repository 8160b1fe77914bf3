#!/bin/sh
# Runs one shell pattern against the server: check.sh PATTERNS_FOLDER BASE PATTERN
set -eu
folder=$1 base=$2 name=$3
new=/text-to-video/kling-3.0-turbo legacy=/v1/videos/text2video
KLING_AUTHORIZATION='Bearer api-key-kling-EXAMPLE0000'
export KLING_LOOKUP_PAUSE=0

same() {
  [ "$1" = "$2" ] || {
    echo "got <$1>, want <$2>" >&2
    exit 1
  }
}
# returns CODE COMMAND...: the command must end with that code.
returns() {
  want=$1
  shift
  got=0
  "$@" || got=$?
  same "$* -> $got" "$* -> $want"
}
body() { # PATH EXTERNAL_ID
  if [ "$1" = $new ]; then
    printf '{"prompt":"a \\"cat\\", code: 5","settings":{"duration":3},"options":{"external_task_id":"%s"}}' "$2"
  else
    printf '{"prompt":"a cat","model_name":"kling-v3","external_task_id":"%s"}' "$2"
  fi
}
log() { curl -sS "$base/log/$1" | grep -oE '(create|lookup)' | tr '\n' ' '; }

check_auth() {
  . "$folder/auth.sh"
  . "$folder/envelope.sh"
  for bad in '' 'Bearer key' '"key"' 'key
'; do returns 1 kling_api_key_header "$bad" 2>/dev/null; done
  kling_api_key_header api-key-kling-EXAMPLE0000
  same "$KLING_AUTHORIZATION" 'Bearer api-key-kling-EXAMPLE0000'
  returns 1 kling_jwt_header 'AK"EXAMPLE' SKEXAMPLE 2>/dev/null
  returns 1 kling_jwt_header AKEXAMPLE 'SKEXAMPLE ' 2>/dev/null
  kling_jwt_header AKEXAMPLE SKEXAMPLE
  kling_call GET "$base/ok$legacy/0"
  same "$KLING_CODE" 1201 # past the door
  kling_call GET "$base/ok/tasks?task_ids=0"
  same "$KLING_CODE" 1002 # a JWT does not fit here
  first=$KLING_AUTHORIZATION
  KLING_JWT_EXP=$(($(date +%s) + 320))
  kling_jwt_header AKEXAMPLE SKEXAMPLE
  same "$KLING_AUTHORIZATION" "$first"
  KLING_JWT_EXP=$(($(date +%s) + 300))
  kling_jwt_header AKEXAMPLE SKEXAMPLE
  [ "$KLING_JWT_EXP" -ge $(($(date +%s) + 1700)) ]
}

check_envelope() {
  . "$folder/envelope.sh"
  kling_call POST "$base/empty$new" "$(body $new sh-envelope)"
  same "$KLING_STATUS $KLING_CODE $KLING_MESSAGE $KLING_REQUEST_ID" '429 1102 Account balance not enough req-0001'
  same "$(kling_verdict create)" fix_first
  kling_call POST "$base/slots$new" "$(body $new sh-envelope)"
  same "$(kling_verdict create)" wait_for_slot
  kling_call POST "$base/html$new" "$(body $new sh-envelope)"
  same "$KLING_STATUS <$KLING_CODE> $(kling_verdict create)" '404 <> fix_first'
  for scenario in backlog gateway half lost; do
    kling_call POST "$base/$scenario$legacy" "$(body $legacy sh-envelope-$scenario)"
    same "$scenario $(kling_verdict create)" "$scenario reconcile"
  done
  kling_call GET "$base/blind/tasks?task_ids=9"
  same "$(kling_verdict query)" retry
  kling_call GET "$base/ok$legacy/0"
  same "$KLING_CODE $(kling_verdict query)" '1201 fix_first'
  kling_call POST http://127.0.0.1:1/ '{}'
  same "$KLING_STATUS $KLING_SENT $(kling_verdict create)" '000 0 retry'
  KLING_AUTHORIZATION=''
  kling_call GET "$base/ok$legacy/1"
  same "$KLING_CODE" 1001
  for row in 429:1302:retry 429:1100:fix_first 429:1101:fix_first 429:1304:fix_first 429::fix_first 401:1004:sign_again \
    500:5000:reconcile 503:5001:reconcile 200:1303:wait_for_slot 200:0:ok 200:401:reconcile; do
    KLING_SENT=1 KLING_STATUS=${row%%:*} KLING_CODE=${row#*:}
    KLING_CODE=${KLING_CODE%:*}
    same "$row" "$KLING_STATUS:$KLING_CODE:$(kling_verdict create)"
  done
}

check_failed_task() {
  . "$folder/failed_task.sh"
  read_from() { kling_read_task "$(curl -sS -H "Authorization: $KLING_AUTHORIZATION" "$base/$1$2")"; }
  for path in '/tasks?task_ids=9' $legacy/9; do
    read_from failed "$path"
    same "$KLING_STATE: $KLING_REASON" 'failed: Failure to pass the risk control system'
    read_from silent "$path"
    same "$KLING_REASON" 'no reason given'
    for state in running running succeeded; do
      read_from ok "$path"
      same "$KLING_STATE" $state
    done
    same "$KLING_URLS" https://result.example.com/1.mp4
    returns 3 read_from strange "$path"
  done
  returns 2 read_from ok '/tasks?task_ids=0'
  returns 1 read_from ok $legacy/0
}

check_poll() {
  . "$folder/poll.sh"
  kling_authorize() { KLING_AUTHORIZATION='Bearer api-key-kling-EXAMPLE0000'; }
  KLING_AUTHORIZATION=''
  same "$(kling_query_path 7 $new) $(kling_query_path 7 $legacy)" "/tasks?task_ids=7 $legacy/7"
  for create in $new $legacy; do
    path=$(kling_query_path 83 $create)
    returns 0 kling_wait "$base/ok" "$path" 9 0 0
    returns 0 kling_wait "$base/flaky" "$path" 9 0 0
    returns 1 kling_wait "$base/failed" "$path" 9 0 0
    same "$KLING_REASON" 'Failure to pass the risk control system'
    returns 3 kling_wait "$base/slow" "$path" 1 1 1
    for scenario in empty html strange; do returns 2 kling_wait "$base/$scenario" "$path" 9 0 0; done
    returns 2 kling_wait "$base/ok" "$(kling_query_path 0 $create)" 9 0 0
  done
}

check_submit() {
  . "$folder/submit.sh"
  for path in $new $legacy; do
    if [ $path = $new ]; then tag=sh-new; else tag=sh-legacy; fi
    send() { kling_submit "$base/$1" $path "$(body $path $tag-$1)" $tag-"$1"; }
    for plan in ok:create never:create.lookup.lookup.create late:create.lookup.lookup lost:create.lookup half:create.lookup \
      gateway:create.lookup backlog:create.lookup; do
      returns 0 send "${plan%%:*}"
      case $KLING_TASK_ID in 87*) ;; *) same "$KLING_TASK_ID" '87...' ;; esac
      same "$plan: $(log "$tag-${plan%%:*}")" "$plan: $(echo "${plan#*:}" | tr . ' ') "
    done
    returns 0 send ok
    first=$KLING_TASK_ID
    returns 0 send ok # already exists: it was there
    same "$KLING_TASK_ID" "$first"
    for scenario in empty slots; do
      returns 1 send $scenario
      same "$(log $tag-$scenario)" 'create '
    done
    returns 1 send html
    returns 2 send blind # a look-up that fails is no permission to send again
    same "$(log $tag-blind)" 'create lookup '
    returns 1 kling_submit "$base/ok" $path '{"prompt":"no external id"}' $tag-none
  done
}

"check_$name"
