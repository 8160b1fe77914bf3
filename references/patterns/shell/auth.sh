# shellcheck shell=sh
# The Authorization header for Kling: source this file, then call one of the two functions; each sets KLING_AUTHORIZATION.
# An API key works on every path; a JWT only on legacy /v1 and /account paths (elsewhere it is refused with 1002).
# Its times are seconds, and it is renewed 5 minutes before it ends: a token kept to its last second meets 1004.
# Limit: openssl takes the secret as an argument, so while it runs other users of the machine can see it in the list of
# processes. Use an API key, or one of the other languages, where that matters.

# kling_api_key_header KEY: one Bearer, one space, the key. Take it from the environment, not from the script.
kling_api_key_header() {
  case $1 in
    '' | *[[:space:]]* | *[\"\']*)
      echo 'the API key is empty, stands in quotes, or already carries Bearer' >&2
      return 1
      ;;
  esac
  KLING_AUTHORIZATION="Bearer $1"
}

kling_base64url() {
  openssl base64 -A | tr '+/' '-_' | tr -d '='
}

# kling_jwt_header ACCESS_KEY SECRET_KEY: call it before every request, not in a $( ) that forgets the token.
kling_jwt_header() {
  case $1 in
    '' | *[!A-Za-z0-9_-]*)
      echo 'the AccessKey is empty or has a character that does not belong there' >&2
      return 1
      ;;
  esac
  case $2 in
    '' | *[[:space:]]*)
      echo 'the SecretKey is empty or has a blank or line break in it' >&2
      return 1
      ;;
  esac
  kling_now=$(date +%s) # seconds: milliseconds here give 1003, or a refused token
  if [ "${KLING_JWT_FOR:-}" != "$1" ] || [ "$kling_now" -ge $((${KLING_JWT_EXP:-0} - 300)) ]; then
    # 1800 is the vendor's sample value, no maximum is documented; nbf lies 5 s back for a clock slightly ahead.
    KLING_JWT_FOR=$1 KLING_JWT_EXP=$((kling_now + 1800))
    kling_text=$(printf '{"alg":"HS256","typ":"JWT"}' | kling_base64url).$(
      printf '{"iss":"%s","exp":%d,"nbf":%d}' "$1" "$KLING_JWT_EXP" "$((kling_now - 5))" | kling_base64url
    )
    KLING_JWT=$kling_text.$(printf '%s' "$kling_text" | openssl dgst -sha256 -hmac "$2" -binary | kling_base64url)
  fi
  KLING_AUTHORIZATION="Bearer $KLING_JWT"
}
