# shellcheck shell=sh
# Creates a Kling task so that a lost answer does not become a second bill.
# The body carries an external_task_id (new generation: in options), unique in the account and stored before the first
# send. When the outcome is unclear the task is looked up by it, at once and about 10 s later, and sent again only if
# it is not there. Limit: grep finds members, it does not parse; ids of letters, digits, _ and - only.

# kling_members NAME JSON: the values of every member of that name, text or number, one a line.
kling_members() {
  printf '%s' "$2" | tr '\n' ' ' | grep -oE "\"$1\"[[:space:]]*:[[:space:]]*(\"([^\"\\\\]|\\\\.)*\"|-?[0-9]+)" |
    sed -E 's/^"[^"]*"[[:space:]]*:[[:space:]]*//; s/^"(.*)"$/\1/'
}

# kling_send URL [JSON]: sets KLING_CODE (empty: no envelope), KLING_STATUS (000: no answer), KLING_MESSAGE, KLING_TASK_ID.
kling_send() {
  kling_body=$(printf 'header = "Authorization: %s"\n' "$KLING_AUTHORIZATION" |
    curl -sS -K - -m 60 -H 'Content-Type: application/json' ${2:+--data-raw "$2"} -w '\n%{http_code}' "$1" 2>&1) ||
    kling_body=000 # a time limit or a cut answer counts as no answer, whatever status came first
  KLING_STATUS=${kling_body##*[!0-9]}
  # the items of outputs have ids of their own
  kling_body=$(printf '%s' "$kling_body" | tr '\n' ' ' | sed 's/"outputs"[[:space:]]*:[[:space:]]*\[[^]]*\]//g')
  KLING_CODE=$(kling_members code "$kling_body" | head -n 1)
  KLING_MESSAGE=$(kling_members message "$kling_body" | head -n 1)
  KLING_TASK_ID=$(kling_members '(task_)?id' "$kling_body" | head -n 1)
}

# kling_submit BASE_URL PATH JSON EXTERNAL_ID: sets KLING_TASK_ID. Returns 0 created or found, 1 refused (nothing was
# created; 1302 and 1303 pass by waiting, nothing else at 429 does), 2 unclear: keep the id and look it up later.
kling_submit() {
  case $4 in '' | *[!A-Za-z0-9_-]*) return 1 ;; esac
  printf '%s' "$3" | grep -qE "\"external_task_id\"[[:space:]]*:[[:space:]]*\"$4\"" || return 1
  case $2 in
    /v1/*) kling_query=$1$2/$4 ;;
    *) kling_query="$1/tasks?external_task_ids=$4" ;;
  esac
  for kling_try in 1 2; do # one create, and at most one more
    kling_send "$1$2" "$3"
    kling_exists=no
    case $KLING_CODE:$KLING_STATUS:$KLING_MESSAGE in
      0:*) [ -z "$KLING_TASK_ID" ] || return 0 ;;
      1201:*'already exists'*) kling_exists=yes ;; # an earlier send arrived
      5???:*) ;;
      [1-4]???:* | *:[34]??:*) return 1 ;;
    esac
    for kling_pause in 0 "${KLING_LOOKUP_PAUSE:-10}"; do
      sleep "$kling_pause"
      kling_send "$kling_query"
      case $KLING_CODE:$KLING_MESSAGE in
        0:*) [ -z "$KLING_TASK_ID" ] || return 0 ;;
        1203:* | 1201:*'not found'*) ;; # there is none
        *) return 2 ;;                   # a failed look-up proves nothing: do not send again
      esac
    done
    [ "$kling_exists" = no ] || return 2
  done
  return 2
}
