#!/bin/sh
# How fast the proxy's front end is, in one run and on one machine with nginx's proxy_cache and Squid.
#   bench/speed.sh hits    [SECONDS [REPETITIONS [CONNECTIONS]]]  requests a second of a memory hit, beside bare Netty
#   bench/speed.sh pass    [SECONDS [REPETITIONS [CONNECTIONS]]]  requests a second of an answer that may not be stored
#   bench/speed.sh latency [SECONDS [REPETITIONS]]                microseconds of such an answer, one client, beside the origin
#   bench/speed.sh idle    [CLIENTS]                              memory of the proxy with so many idle keep-alive clients
# Needs nginx, squid, wrk and curl, and the benchmarks built (./fugitive bench does that). Every request is in
# absolute form. The systems take turns; a figure is the median, with the least and the most in brackets.
# From the environment: SIZES in KiB, WARM_UP in seconds, SYSTEMS, NGINX_WORKERS, NGINX_LOG=on for an access log that nginx
# writes as a busy site would (buffered; Fugitive writes its own by default), FUGITIVE (a program), and JAVA (by default
# that of the JDK which ./fugitive finds).
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
what=${1:-hits} seconds=${2:-3} repetitions=${3:-3} connections=${4:-32}
sizes=${SIZES:-1 16 1024}
if [ -n "${JAVA:-}" ]; then java=$JAVA; else java=$("$root/fugitive" jdk)/bin/java; fi
[ -x "$(command -v "$java")" ] || { echo "$java (expected: a Java program; set JAVA)" >&2; exit 2; }
origin=127.0.0.1:18490 nginx=127.0.0.1:18491 fugitive=127.0.0.1:18492 squid=127.0.0.1:18493
loop=127.0.0.1:18494 hop=127.0.0.1:18495
scratch=$(mktemp -d)
children=''
clean() {
  for child in $children; do kill "$child" 2>/dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap clean EXIT
trap 'exit 130' INT TERM
chmod 755 "$scratch"

mkdir -p "$scratch/files/kept" "$scratch/files/passed"
for size in $sizes; do
  head -c $((size * 1024)) /dev/urandom >"$scratch/files/kept/$size"
  cp "$scratch/files/kept/$size" "$scratch/files/passed/$size"
done
nginx_log=off
if [ "${NGINX_LOG:-off}" = on ]; then nginx_log="$scratch/access.log combined buffer=64k flush=1s"; fi
cat >"$scratch/nginx.conf" <<EOF
daemon off; worker_processes ${NGINX_WORKERS:-auto}; user root; pid $scratch/nginx.pid; error_log $scratch/error.log;
events { worker_connections 16384; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  proxy_cache_path $scratch/cache keys_zone=hits:1m;
  upstream origin { server $origin; keepalive 64; }
  server {
    listen $origin; root $scratch/files;
    location /kept/ { add_header Cache-Control max-age=3600; access_log $scratch/origin.log; }
    location /passed/ { add_header Cache-Control no-store; }
  }
  server {
    listen $nginx; access_log $nginx_log;
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_cache hits; }
  }
}
EOF
cat >"$scratch/squid.conf" <<EOF
http_port $squid
http_access allow all
cache_mem 256 MB
maximum_object_size_in_memory 8 MB
access_log none
cache_log $scratch/squid.log
pid_filename none
coredump_dir $scratch
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
EOF
cat >"$scratch/absolute.lua" <<'EOF'
function init(args) request_line = wrk.format(nil, args[1]) end
function request() return request_line end
EOF

start() {
  "$@" >>"$scratch/started.log" 2>&1 &
  children="$children $!"
}
bare() { start "$java" -cp "$root/bench/target/classes:$root/bench/target/lib/*" dev.fugitive.bench.BareServer "$@"; }
address() { eval "echo \$$1"; }
await() {
  tries=0
  until curl -s -f -o /dev/null --noproxy '' -x "http://$(address "$1")" "http://$origin/kept/${sizes%% *}"; do
    tries=$((tries + 1))
    [ $tries -lt 150 ] || { echo "$1 does not answer" >&2; cat "$scratch/started.log" >&2; exit 1; }
    sleep 0.2
  done
}

# rate SYSTEM PATH SECONDS: requests a second
rate() {
  wrk -t 1 -c "$connections" -d "$3" --latency -s "$scratch/absolute.lua" "http://$(address "$1")" -- "http://$origin$2" >"$scratch/wrk.log"
  if grep -q 'Non-2xx\|Socket errors' "$scratch/wrk.log"; then cat "$scratch/wrk.log" >&2; fi
  sed -n 's/^Requests\/sec: *\([0-9]*\).*/\1/p' "$scratch/wrk.log"
}

# percentile N: of the last run, in microseconds
percentile() {
  sed -n "s/^ *$1% *//p" "$scratch/wrk.log" | sed 's/us$//; s/ms$/ 1000/; s/\([0-9]\)s$/\1 1000000/' | awk '{ printf "%.0f\n", $1 * ($2 ? $2 : 1) }'
}

# spread FILE: median (least to most)
spread() {
  sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%d (%d to %d)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

row() {
  printf '| %s ' "$@"
  echo '|'
}

origin_requests() { wc -l <"$scratch/origin.log"; }

# rates KIND SYSTEM...: a table, one row a size
rates() {
  kind=$1
  shift
  for system in "$@"; do
    for size in $sizes; do rate "$system" "/$kind/$size" "${WARM_UP:-4}" >/dev/null; done
  done
  asked=$(origin_requests)
  for repetition in $(seq "$repetitions"); do
    for size in $sizes; do
      for system in "$@"; do rate "$system" "/$kind/$size" "$seconds" >>"$scratch/$system.$size"; done
    done
  done
  asked=$(($(origin_requests) - asked))
  row KiB "$@"
  for size in $sizes; do
    { echo "$size"; for system in "$@"; do spread "$scratch/$system.$size"; echo; done; } >"$scratch/cells"
    paste -s -d '|' "$scratch/cells" | sed 's/^/| /; s/|/ | /g; s/$/ |/; s/^ | /|/'
  done
  echo "origin asked for /kept/ meanwhile: $asked; load $(cut -d ' ' -f 1 /proc/loadavg); $connections connections, $seconds s, $repetitions times after ${WARM_UP:-4} s of warm-up a size"
  [ "$asked" -eq 0 ] || exit 1
}

latencies() {
  connections=1
  for system in "$@"; do
    rate "$system" /passed/1 "$seconds" >/dev/null
    echo "$(percentile 50) and $(percentile 99)" >"$scratch/$system.cold"
    rate "$system" /passed/1 "${WARM_UP:-20}" >/dev/null
  done
  for repetition in $(seq "$repetitions"); do
    for system in "$@"; do
      rate "$system" /passed/1 "$seconds" >/dev/null
      percentile 50 >>"$scratch/$system.p50"
      percentile 99 >>"$scratch/$system.p99"
    done
  done
  row 'µs, 1 KiB' 'median' 'p99' 'cold: median and p99'
  for system in "$@"; do
    row "$system" "$(spread "$scratch/$system.p50")" "$(spread "$scratch/$system.p99")" "$(cat "$scratch/$system.cold")"
  done
  echo "load $(cut -d ' ' -f 1 /proc/loadavg); one connection, $seconds s, $repetitions times after ${WARM_UP:-20} s of warm-up; cold: the first $seconds s"
}

resident_mib() { awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$1/status"; }

start nginx -e "$scratch/error.log" -c "$scratch/nginx.conf"
start "${FUGITIVE:-$root/fugitive}" proxy --listen "$fugitive" --share off --rendezvous none --trust-origin "$origin" --cache-dir "$scratch/fugitive"
proxy=${children##* }
await origin
await fugitive
if [ "$what" != idle ]; then
  start squid -N -f "$scratch/squid.conf"
  await nginx
  await squid
fi
case $what in
  hits)
    systems=${SYSTEMS:-nginx squid fugitive loop hop}
    for system in $systems; do
      case $system in loop | hop) bare "$(address "$system")" "$system" && await "$system" ;; esac
    done
    # shellcheck disable=SC2086
    rates kept $systems
    ;;
  pass) rates passed ${SYSTEMS:-origin nginx squid fugitive} ;;
  latency) latencies ${SYSTEMS:-origin nginx squid fugitive} ;;
  idle)
    rate fugitive /kept/1 "${WARM_UP:-4}" >/dev/null
    before=$(resident_mib "$proxy")
    mkfifo "$scratch/end"
    "$java" -cp "$root/bench/target/classes:$root/bench/target/lib/*" dev.fugitive.bench.IdleClients \
      "$fugitive" "http://$origin/kept/1" "${2:-10000}" <"$scratch/end" >"$scratch/idle.log" &
    children="$children $!"
    exec 3>"$scratch/end"
    until grep -qs open "$scratch/idle.log"; do
      kill -0 "${children##* }" || exit 1
      sleep 0.2
    done
    echo "$(cat "$scratch/idle.log"); resident MiB before: $before, with them: $(resident_mib "$proxy")"
    ;;
  *) echo "$what (expected: hits, pass, latency or idle)" >&2; exit 2 ;;
esac
