# shellcheck shell=sh
# Reads one task of either Kling generation out of a query answer, and says why it failed.
# Around a failed task the envelope still says code 0 and SUCCEED, so the state inside decides. The generations
# differ: succeeded, message, outputs (new), and succeed, task_status_msg, task_result (legacy).
# Limit: grep finds members, it does not parse. Ask for one task at a time; escapes in texts stay as they are.

# kling_members NAME JSON: the values of every member of that name, text or number, one a line.
kling_members() {
  printf '%s' "$2" | tr '\n' ' ' | grep -oE "\"$1\"[[:space:]]*:[[:space:]]*(\"([^\"\\\\]|\\\\.)*\"|-?[0-9]+)" |
    sed -E 's/^"[^"]*"[[:space:]]*:[[:space:]]*//; s/^"(.*)"$/\1/'
}

# kling_read_task JSON: sets KLING_STATE (running, succeeded, failed), KLING_REASON and KLING_URLS (one a line).
# Returns 1 for a refused query, 2 when there is no such task, 3 for a state word that is not known.
kling_read_task() {
  KLING_STATE='' KLING_REASON='' KLING_URLS=''
  printf '%s' "$1" | grep -qE '"code"[[:space:]]*:[[:space:]]*0[^0-9]' || return 1
  kling_word=$(kling_members '(task_)?status' "$1" | head -n 1)
  case $kling_word in
    '') return 2 ;; # GET /tasks answers an unknown id with an empty list
    submitted | processing) KLING_STATE=running ;;
    succeed | succeeded) # legacy, new generation
      KLING_STATE=succeeded
      KLING_URLS=$(kling_members '(url|mp3_url|wav_url|url_mp3|url_wav)' "$1")
      ;;
    failed) # not charged; the reason is a text, there is no code for it
      KLING_STATE=failed
      KLING_REASON=$(kling_members task_status_msg "$1" | head -n 1)
      # new generation: the message that is not the envelope's
      [ -n "$KLING_REASON" ] || KLING_REASON=$(kling_members message "$1" | grep -vx SUCCEED | grep . | tail -n 1)
      KLING_REASON=${KLING_REASON:-no reason given}
      ;;
    *) return 3 ;; # do not take it for processing
  esac
}
