#!/bin/sh
# Runs Kling jobs so that none is lost and none is paid twice: sh worker.sh JOBS JOURNAL
#
# JOBS has a line for each job: an id of your own (letters, digits, _ and -; it becomes external_task_id), the path, the
# body as JSON on one line without "options", which the worker adds:
#     film-0001 /text-to-video/kling-3.0-turbo {"prompt": "a fox", "settings": {"duration": 3}}
# JOURNAL is written before each create; started again with the same two files, it goes on where it stopped.
# KLING_API_KEY holds the key, KLING_BASE_URL the host. Needs curl; times are whole seconds; one task a query,
# because grep finds members of an answer and does not parse it.
set -u

# The numbers of the policy; times in seconds, 0 attempts: until the deadline.
DEADLINE=2127 # policy: deadline_s
SLOTS=5 # policy: slots.limit
SLOTS_PER_JOB=1 # policy: slots.per_job
LEARN_SLOTS=0 # policy: slots.learn
GROW_AFTER=20 # policy: slots.grow_after
PROBE=18 # policy: slots.probe_s
POLL_AT='84 100 112 124 134 144 154 164' # policy: poll.at_s
POLL_EVERY=10 # policy: poll.then_every_s
POLL_STOP=1669 # policy: poll.stop_after_s
POLL_JITTER=0.1 # policy: poll.jitter
LOOK_AFTER='0 10' # policy: reconcile.look_after_s
CREATE_ATTEMPTS=0 # policy: create.max_attempts
CREATE_BASE=1 # policy: create.base_s
CREATE_CAP=60 # policy: create.cap_s
READ_ATTEMPTS=3 # policy: reads.max_attempts
READ_BASE=1 # policy: reads.base_s
READ_CAP=20 # policy: reads.cap_s
READ_BUDGET=0.2 # policy: reads.budget_ratio
CODES_SLOTS='1303' # policy: codes.slots
CODES_RATE='1302' # policy: codes.rate
CODES_ACCOUNT='1100 1101 1102 1304' # policy: codes.account
CODES_REQUEST='1000 1001 1002 1003 1004 1103 1200 1201 1202 1203 1300 1301' # policy: codes.request

# An open job is one word. running: ID:TASK:SINCE:DUE:FAILURES:AT; unclear: ID:LOOKS:SINCE:DUE:FAILURES; queue: ID.
queue='' unclear='' running=''
held=0 row=0 refusals=0 probe_at=0 backoff_until=0 budget=10 stopped=no bad=0

now() { date +%s; }
count() { set -- $1; echo $#; }
has() { case " $1 " in *" $2 "*) return 0 ;; *) return 1 ;; esac; }
without() { # LIST WORD
  for word in $1; do [ "$word" = "$2" ] || printf '%s ' "$word"; done
}
swap() { # LIST WORD OTHER: the other in its place
  for word in $1; do
    [ "$word" != "$2" ] || word=$3
    printf '%s ' "$word"
  done
}
split() { # WORD: its parts become f1 to f6
  IFS=: read -r f1 f2 f3 f4 f5 f6 <<END
$1
END
}
# math EXPRESSION: a number with r, a random number from 0 to 1; rounded to whole seconds, half up.
seed=$$
math() { awk "BEGIN { srand($seed); r = rand(); print int($1 + 0.5) }"; }
real() { awk "BEGIN { print $1 }"; }
draw() { # another random number for the next math
  seed=$(((seed * 1103515245 + 12345) % 2147483648))
}
backoff() { # BASE CAP RETRIES: full jitter, in pause
  draw
  pause=$(math "r * ($1 * 2 ^ $3 < $2 ? $1 * 2 ^ $3 : $2)")
}
# schedule AT: when to ask next, in due, after the poll of this time of the schedule; the time that follows, in at. The gap
# is jittered, so that polls keep their distance; a second more, because now() leaves out up to one.
schedule() {
  draw
  at=$(($1 + POLL_EVERY))
  for listed in $POLL_AT; do
    [ "$listed" -le "$1" ] || { at=$listed && break; }
  done
  due=$(($(now) + 1 + $(math "($at - $1) * (1 + $POLL_JITTER * (2 * r - 1))")))
}
note() { # what cannot be written down must not be sent
  printf '%s' "$*" | tr -s ' \n' '  ' | sed 's/ *$/\n/' | tee -a "$journal" || exit 2
}
members() { # NAME JSON: the values of every member of that name, text or number, one a line
  printf '%s' "$2" | grep -oE "\"$1\"[[:space:]]*:[[:space:]]*(\"([^\"\\\\]|\\\\.)*\"|-?[0-9]+)" |
    sed -E 's/^"[^"]*"[[:space:]]*:[[:space:]]*//; s/^"(.*)"$/\1/'
}
# call PATH [JSON]: sets status (000: no answer), code (empty: no envelope), message, body, sent (0: it never left).
call() {
  sent=1 code='' exit=0
  body=$( # the key goes in through a pipe, so that it is not in the list of processes
    printf 'header = "Authorization: Bearer %s"\n' "$KLING_API_KEY" |
      curl -sS -K - -m 60 -H 'Content-Type: application/json' ${2:+--data-raw "$2"} -w '\n%{http_code}' "$base$1" 2>&1
  ) || exit=$?
  status=${body##*[!0-9]}
  body=$(printf '%s' "${body%???}" | tr '\n' ' ')
  message=$(printf '%s' "$body" | cut -c 1-100)
  if [ "$exit" -ne 0 ]; then # a time limit or a cut answer counts as no answer
    status=000 body=''
    case $exit in 6 | 7) sent=0 ;; esac
    return 0
  fi
  case $body in '{'*'}'*) ;; *) return 0 ;; esac
  code=$(members code "$body" | head -n 1 | grep -E '^-?[0-9]+$')
  [ -z "$code" ] || message=$(members message "$body" | head -n 1)
}
# What a create came to: ok | slots | rate | account | request | unclear.
outcome() {
  if [ "$code" = 0 ] && [ -n "$(task_of)" ]; then echo ok
  elif [ $sent = 0 ]; then echo rate
  elif [ "$status" = 401 ]; then echo account # the key: no other job would fare better
  elif printf '%s' "$message" | grep -q 'already exists'; then echo unclear # an earlier send arrived
  elif [ -n "$code" ] && has "$CODES_SLOTS" "$code"; then echo slots
  elif [ -n "$code" ] && has "$CODES_RATE" "$code"; then echo rate
  elif [ -n "$code" ] && has "$CODES_ACCOUNT" "$code"; then echo account
  elif [ -n "$code" ] && has "$CODES_REQUEST" "$code"; then echo request
  elif [ -z "$code" ] && [ "$status" -ge 300 ] && [ "$status" -lt 500 ]; then echo request
  else echo unclear; fi
}
# The id of the task in body; items of outputs have ids of their own.
task_of() { members id "$(printf '%s' "$body" | sed 's/"outputs"[[:space:]]*:[[:space:]]*\[[^]]*\]//g')" | head -n 1; }
free() { echo $((limit - $(count "$running") - $(count "$unclear") - held)); }
may_create() { [ -n "$queue" ] && [ $stopped = no ] && [ "$(free)" -gt 0 ]; }

create() { # ID
  note "$1" sending
  job=$(grep -E "^$1[[:space:]]" "$jobs" | tr '\t' ' ')
  path=$(printf '%s' "$job" | cut -d ' ' -f 2)
  echo x >>"$work/$1"
  json=$(printf '%s' "$job" | cut -d ' ' -f 3- | sed 's/^[[:space:]]*{//')
  call "$path" "{\"options\":{\"external_task_id\":\"$1\"},$json"
  came=$(outcome)
  case $came in
    ok) started "$1" "$(task_of)" ;;
    unclear) unclear="$unclear $1:0:$(now):$(($(now) + ${LOOK_AFTER%% *})):0" ;;
    request)
      bad=$((bad + 1))
      note "$1" refused "$code" "$message"
      ;;
    *)
      again "$1" "$code $message"
      wait_for $came
      ;;
  esac
}
again() { # ID WHY: nothing was created, the job goes back to the head of the queue
  if [ $CREATE_ATTEMPTS -gt 0 ] && [ "$(wc -l <"$work/$1")" -ge $CREATE_ATTEMPTS ]; then
    bad=$((bad + 1))
    note "$1" refused "$2"
  else
    note "$1" waiting "$2"
    queue="$1 $queue"
  fi
}
wait_for() { # OUTCOME
  case $1 in
    account)
      stopped=yes
      echo "no more creates: HTTP $status, $code $message" >&2
      ;;
    rate)
      backoff $CREATE_BASE $CREATE_CAP $refusals
      backoff_until=$(($(now) + pause)) refusals=$((refusals + 1))
      ;;
    *) # somebody else uses the slots: try when one of ours ends, or after a while
      row=0
      [ $LEARN_SLOTS = 0 ] || limit=$((limit - $(free)))
      [ $limit -gt 0 ] || limit=1
      draw
      probe_at=$(($(now) + $(math "$PROBE * (0.8 + 0.4 * r)")))
      ;;
  esac
}
started() { # ID TASK
  note "$1" task "$2"
  refusals=0
  schedule 0
  running="$running $1:$2:$(now):$due:0:$at"
  if [ "$(free)" -le 0 ]; then row=$((row + 1)); else row=0; fi
  [ $LEARN_SLOTS = 0 ] || [ $row -lt $GROW_AFTER ] || limit=$((limit + 1)) row=0
}
earn() { budget=$(real "$budget + $READ_BUDGET < 10 ? $budget + $READ_BUDGET : 10"); }
retry_read() { # FAILURES: whether a failed read is repeated out of turn; then due is set
  [ "$1" -lt $READ_ATTEMPTS ] && [ "${budget%.*}" -ge 1 ] || return 1
  budget=$(real "$budget - 1")
  backoff $READ_BASE $READ_CAP $(($1 - 1))
  due=$(($(now) + pause))
}
# Is there a task with our id? Only a clear no lets the create be sent again.
look_up() { # WORD of unclear
  split "$1"
  earn
  call "/tasks?external_task_ids=$f1"
  all=$unclear
  unclear=$(without "$unclear" "$1")
  found=$(task_of)
  if [ "$code" = 0 ] && [ -n "$found" ]; then
    started "$f1" "$found"
  elif [ "$code" = 0 ] || printf '%s' "$message" | grep -qi 'not found'; then
    next=$(echo "$LOOK_AFTER" | cut -d ' ' -f $((f2 + 2)) -s)
    if [ -n "$next" ]; then
      unclear=$(swap "$all" "$1" "$f1:$((f2 + 1)):$f3:$((f3 + next)):0")
    else
      again "$f1" 'never arrived'
    fi
  else
    retry_read $((f5 + 1)) || due=$(($(now) + READ_CAP)) # a failed look-up proves nothing
    unclear=$(swap "$all" "$1" "$f1:$f2:$f3:$due:$((f5 + 1))")
  fi
}
poll() { # WORD of running
  split "$1"
  earn
  call "/tasks?task_ids=$f2"
  running=$(without "$running" "$1")
  case $code:$(members status "$body" | head -n 1) in
    0:succeeded)
      probe_at=0 # a slot of ours is free
      note "$f1" succeeded "$(members url "$body")"
      return 0
      ;;
    0:failed)
      probe_at=0 bad=$((bad + 1))
      note "$f1" failed "$(members message "$body" | tail -n 1)" # the last one is the task's
      return 0
      ;;
  esac
  if [ $(($(now) - f3)) -gt $POLL_STOP ]; then
    held=$((held + 1)) bad=$((bad + 1))
    note "$f1" unknown "$f2"
    return 0
  fi
  if [ "$code" = 0 ]; then f5=0; else f5=$((f5 + 1)); fi
  at=$f6
  [ "$f5" -gt 0 ] && retry_read "$f5" || schedule "$f6"
  running="$running $f1:$f2:$f3:$due:$f5:$at"
}
resume() { # ID: where the journal left it
  last=$(grep -E "^$1 " "$journal" | tail -n 1)
  word=$(printf '%s' "$last" | cut -d ' ' -f 2 -s) task=$(printf '%s' "$last" | cut -d ' ' -f 3 -s)
  case $word:$task in
    task:?* | unknown:?*) running="$running $1:$task:$(now):0:0:0" ;;
    : | waiting:*) queue="$queue $1" ;;
    failed:* | refused:*) bad=$((bad + 1)) ;;
    succeeded:*) ;;
    *) unclear="$unclear $1:0:$(now):0:0" ;; # also a line that a crash cut off
  esac
}

if [ $# -ne 2 ] || [ -z "${KLING_API_KEY:-}" ]; then
  echo 'usage: KLING_API_KEY=... sh worker.sh JOBS JOURNAL' >&2
  exit 2
fi
jobs=$1 journal=$2 base=${KLING_BASE_URL:-https://api-singapore.klingai.com}
if grep -vE '^([A-Za-z0-9_-]+)[[:space:]]+/[^[:space:]]+[[:space:]]+\{[[:space:]]*"' "$jobs" | grep -q . || grep -q '"options"' "$jobs"; then
  echo 'a line that is not: id, path, body without "options"' >&2
  exit 2
fi
if cut -d ' ' -f 1 "$jobs" | sort | uniq -d | grep -q .; then
  echo 'two jobs have the same id' >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
touch "$journal"
for id in $(cut -d ' ' -f 1 "$jobs"); do resume "$id"; done
end=$(($(now) + DEADLINE)) limit=$((SLOTS / SLOTS_PER_JOB))
[ $limit -gt 0 ] || limit=1

while { [ -n "${running# }${unclear# }" ] || may_create; } && [ "$(now)" -lt $end ]; do
  if may_create && [ "$(now)" -ge $probe_at ] && [ "$(now)" -ge $backoff_until ]; then
    set -- $queue
    first=$1
    shift
    queue=$*
    create "$first"
    continue
  fi
  sleep 1
  back='' # the first one last: what never arrived goes back to the head of the queue
  for word in $unclear; do back="$word $back"; done
  for word in $back; do
    split "$word"
    [ "$f4" -gt "$(now)" ] || look_up "$word"
  done
  for word in $running; do
    split "$word"
    [ "$f4" -gt "$(now)" ] || poll "$word"
  done
done
open=0
for word in $running $unclear; do # these may still end well: run again later, never create again
  open=$((open + 1))
  split "$word"
  case " $running " in *" $word "*) note "$f1" unknown "$f2" ;; *) note "$f1" unknown ;; esac
done
total=$(cut -d ' ' -f 1 "$jobs" | grep -c .)
bad=$((bad - held)) unknown=$((open + held)) left=$(count "$queue")
good=$((total - bad - unknown - left))
echo "$good succeeded, $bad failed or refused, $unknown unknown (may be billed), $left not sent" >&2
[ $good = "$total" ]
