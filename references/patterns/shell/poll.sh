# shellcheck shell=sh
# Waits for a Kling task of either generation, with a deadline and a growing interval.
# Queries are free and take no slot. The task outlives the client: when the deadline passes, keep the id and ask
# again later, because a second create makes and bills a second task.
# Limit: grep finds members, it does not parse. Define kling_authorize first; it sets KLING_AUTHORIZATION and is
# called before each query, because a long wait outlives a JWT.

# kling_query_path TASK_ID CREATE_PATH: a legacy task is asked for under the path that created it.
kling_query_path() {
  case $2 in
    /v1/*) echo "$2/$1" ;;
    *) echo "/tasks?task_ids=$1" ;;
  esac
}

# kling_members NAME JSON: the values of every member of that name, text or number, one a line.
kling_members() {
  printf '%s' "$2" | tr '\n' ' ' | grep -oE "\"$1\"[[:space:]]*:[[:space:]]*(\"([^\"\\\\]|\\\\.)*\"|-?[0-9]+)" |
    sed -E 's/^"[^"]*"[[:space:]]*:[[:space:]]*//; s/^"(.*)"$/\1/'
}

# kling_wait BASE_URL PATH [DEADLINE_S [FIRST_S [LONGEST_S]]]: sets KLING_BODY and KLING_REASON. Returns 0 succeeded,
# 1 failed, 2 the query was refused or there is no such task, 3 deadline passed: the task may still end well.
kling_wait() {
  kling_end=$(($(date +%s) + ${3:-1200})) kling_pause=${4:-10} KLING_REASON=''
  while kling_left=$((kling_end - $(date +%s))) && [ "$kling_left" -gt 0 ]; do
    [ "$kling_pause" -le "$kling_left" ] || kling_pause=$kling_left
    sleep "$kling_pause"
    kling_pause=$((kling_pause * 3 / 2 + 1))
    [ "$kling_pause" -le "${5:-30}" ] || kling_pause=${5:-30}
    kling_authorize || return 2
    KLING_BODY=$(printf 'header = "Authorization: %s"\n' "$KLING_AUTHORIZATION" |
      curl -sS -K - -m 30 -w '\n%{http_code}' "$1$2" 2>&1) || continue # no answer: a query may be repeated
    kling_http=${KLING_BODY##*[!0-9]} KLING_BODY=${KLING_BODY%???}
    case $(kling_members code "$KLING_BODY" | head -n 1):$kling_http in
      0:*) ;;
      1302:* | 1303:* | 5???:* | :2?? | :5??) continue ;;
      *) return 2 ;; # every other refusal lasts, whatever its HTTP status
    esac
    case $(kling_members '(task_)?status' "$KLING_BODY" | head -n 1) in
      submitted | processing) ;;
      succeed | succeeded) return 0 ;; # legacy, new generation
      failed)
        KLING_REASON=$(kling_members '(message|task_status_msg)' "$KLING_BODY" | grep -vx SUCCEED | tail -n 1)
        KLING_REASON=${KLING_REASON:-no reason given}
        return 1
        ;;
      *) return 2 ;; # no such task, or a state word that is not known
    esac
  done
  return 3
}
