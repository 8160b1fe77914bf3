# shellcheck shell=sh
# Makes one Kling call and reads its answer: `code` in the body first, the HTTP status only where there is none.
# HTTP 429 stands for six codes and four of them last, so the status cannot decide about a retry.
# Limit: grep finds members, it does not parse. It takes the first `code` and `message`, and leaves escapes as they are.

# kling_members NAME JSON: the values of every member of that name, text or number, one a line.
kling_members() {
  printf '%s' "$2" | tr '\n' ' ' | grep -oE "\"$1\"[[:space:]]*:[[:space:]]*(\"([^\"\\\\]|\\\\.)*\"|-?[0-9]+)" |
    sed -E 's/^"[^"]*"[[:space:]]*:[[:space:]]*//; s/^"(.*)"$/\1/'
}

# kling_call METHOD URL [JSON], with KLING_AUTHORIZATION set. Sets KLING_STATUS (000: no answer), KLING_BODY, KLING_SENT
# (0: the request never left), KLING_CODE (empty: no envelope), KLING_MESSAGE and KLING_REQUEST_ID.
kling_call() {
  KLING_SENT=1 KLING_CODE='' KLING_REQUEST_ID=''
  kling_reply=$( # the header goes in through a pipe, so that the key is not in the list of processes
    printf 'header = "Authorization: %s"\n' "$KLING_AUTHORIZATION" |
      curl -sS -K - -m 60 -X "$1" -H 'Content-Type: application/json' ${3:+--data-raw "$3"} -w '\n%{http_code}' "$2" 2>&1
  ) && kling_exit=0 || kling_exit=$?
  KLING_STATUS=${kling_reply##*[!0-9]}
  KLING_BODY=${kling_reply%???}
  KLING_MESSAGE=$(printf '%s' "$KLING_BODY" | cut -c 1-200)
  if [ "$kling_exit" -ne 0 ]; then # a time limit or a cut answer counts as no answer, whatever status came first
    KLING_STATUS=000
    case $kling_exit in 6 | 7) KLING_SENT=0 ;; esac # name not resolved, connection refused
    return 0
  fi
  case $KLING_BODY in
    '{'*'}'*)
      KLING_CODE=$(kling_members code "$KLING_BODY" | head -n 1 | grep -E '^-?[0-9]+$')
      [ -z "$KLING_CODE" ] || KLING_MESSAGE=$(kling_members message "$KLING_BODY" | head -n 1)
      KLING_REQUEST_ID=$(kling_members request_id "$KLING_BODY" | head -n 1)
      ;;
  esac
}

# kling_verdict create|read: ok, retry, wait_for_slot, sign_again, reconcile or fix_first. Bound every retry.
kling_verdict() {
  case $KLING_CODE in
    0) echo ok ;;
    1302) echo retry ;;
    1303) echo wait_for_slot ;;
    1003 | 1004) echo sign_again ;; # once
    [1-4]???) echo fix_first ;;     # 1100, 1101, 1102 and 1304 are 429 too, and they last
    *)
      case $KLING_SENT$KLING_CODE$KLING_STATUS in
        0*) echo retry ;;
        1[34]??) echo fix_first ;;
        *) if [ "$1" = create ]; then echo reconcile; else echo retry; fi ;; # 5000, 5001, 5002, 5xx, no usable answer
      esac
      ;;
  esac
}
