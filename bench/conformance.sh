#!/bin/sh
# The score of Fugitive, as a forward proxy, in the public suite of tests for HTTP caches (docs/conformance.md).
#   bench/conformance.sh CHECKOUT [PORT [TEST]]
# CHECKOUT is your copy of http-tests/cache-tests with its dependencies installed; PORT is that of the proxy, the
# suite's origin takes the next one (default 18500); with TEST only that one runs and its messages are shown.
# Needs Node 20 or newer. RESULTS=file keeps the suite's own record of the results.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
checkout=$1 port=${2:-18500} only=${3:-}
origin=$((port + 1))
scratch=$(mktemp -d)
proxy=''
clean() {
  [ -z "$proxy" ] || { kill "$proxy" 2>/dev/null || true; wait "$proxy" 2>/dev/null || true; }
  rm -rf "$scratch"
}
trap clean EXIT
trap 'exit 130' INT TERM

${FUGITIVE:-"$root/fugitive"} proxy --listen "127.0.0.1:$port" --share off --rendezvous none \
  --trust-origin "127.0.0.1:$origin" --cache-dir "$scratch/cache" >"$scratch/log" 2>&1 &
proxy=$!
until curl -s -o /dev/null "http://127.0.0.1:$port/"; do
  kill -0 "$proxy" 2>/dev/null || { cat "$scratch/log" >&2; exit 1; }
  sleep 0.2
done
node --no-warnings "$root/bench/conformance.mjs" "$checkout" "127.0.0.1:$port" "$origin" "$only" "${RESULTS:-}"
