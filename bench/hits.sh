#!/bin/sh
# Requests a second of a memory hit and of a pass-through (an answer that may not be stored), through the
# proxy's front end and beside nginx on the same machine: the origin itself, and nginx as a caching proxy.
#   bench/hits.sh [SECONDS [CONNECTIONS]]
# Needs nginx, wrk and curl. Prints one row for each size; the load of the machine is part of the answer.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
seconds=${1:-5} connections=${2:-16}
origin=127.0.0.1:18490 cache=127.0.0.1:18491 proxy=127.0.0.1:18492
scratch=$(mktemp -d)
children=''
clean() {
  for child in $children; do kill "$child" 2>/dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap clean EXIT
trap 'exit 130' INT TERM

mkdir -p "$scratch/files/kept" "$scratch/files/passed"
for size in 1 16 1024; do
  head -c $((size * 1024)) /dev/urandom >"$scratch/files/kept/$size"
  cp "$scratch/files/kept/$size" "$scratch/files/passed/$size"
done
cat >"$scratch/nginx.conf" <<EOF
daemon off; worker_processes 1; user root; pid $scratch/nginx.pid; error_log $scratch/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; keepalive_requests 1000000;
  proxy_cache_path $scratch/cache keys_zone=hits:1m;
  upstream origin { server $origin; keepalive 64; }
  server {
    listen $origin; root $scratch/files;
    location /kept/ { add_header Cache-Control max-age=3600; }
    location /passed/ { add_header Cache-Control no-store; }
  }
  server {
    listen $cache;
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_cache hits; }
  }
}
EOF
nginx -e "$scratch/error.log" -c "$scratch/nginx.conf" &
children=$!
"$root/fugitive" proxy --listen "$proxy" --share off --rendezvous none --trust-origin "$origin" \
  --cache-dir "$scratch/fugitive" >"$scratch/fugitive.log" 2>&1 &
children="$children $!"
until curl -s --noproxy '*' -o /dev/null "http://$origin/kept/1" &&
  curl -s -o /dev/null -x "http://$proxy" "http://$origin/kept/1"; do
  kill -0 "${children##* }" || { cat "$scratch/fugitive.log" >&2; exit 1; }
  sleep 0.2
done

cat >"$scratch/absolute.lua" <<'EOF'
function init(args) request_line = wrk.format(nil, args[1]) end
function request() return request_line end
EOF

# rate ADDRESS PATH [absolute]: requests a second
rate() {
  if [ "${3:-}" = absolute ]; then
    wrk -t 1 -c "$connections" -d "$4" -s "$scratch/absolute.lua" "http://$1" -- "http://$origin$2"
  else
    wrk -t 1 -c "$connections" -d "$4" "http://$1$2"
  fi >"$scratch/wrk.log"
  if grep -q 'Non-2xx\|Socket errors' "$scratch/wrk.log"; then cat "$scratch/wrk.log" >&2; fi
  sed -n 's/^Requests\/sec: *\([0-9]*\).*/\1/p' "$scratch/wrk.log"
}

# Warm up: what is measured is a proxy that has been running, not a compiler at work.
for kind in kept passed; do
  for size in 1 16 1024; do rate "$proxy" "/$kind/$size" absolute 3 >/dev/null; done
done

printf '%8s | %14s | %17s | %14s | %21s | %22s | load\n' \
  KiB 'fugitive: hit' 'nginx: cached' 'nginx: file' 'fugitive: pass-through' 'nginx: pass-through'
for size in 1 16 1024; do
  printf '%8s | %14s | %17s | %14s | %21s | %22s | %s\n' "$size" \
    "$(rate "$proxy" "/kept/$size" absolute "$seconds")" \
    "$(rate "$cache" "/kept/$size" '' "$seconds")" \
    "$(rate "$origin" "/kept/$size" '' "$seconds")" \
    "$(rate "$proxy" "/passed/$size" absolute "$seconds")" \
    "$(rate "$cache" "/passed/$size" '' "$seconds")" \
    "$(cut -d ' ' -f 1 /proc/loadavg)"
done
