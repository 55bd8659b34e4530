#!/bin/bash
# The whole suite twice: on SQLite, then on a PostgreSQL and a Redis of its own, which are thrown away afterwards.
# Servers that are missing are installed (Debian, root or sudo). If they cannot be had, it fails: nothing is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh dev
root=$PWD
python=$root/.venv/bin/python
export DJANGO_SETTINGS_MODULE=config.settings.test
unset PYTHONDONTWRITEBYTECODE HOUTAI_NOW PRODUCTION DEBUG EMAIL_URL HOST PORT SECRET_KEY

fail() { echo "make test: $*" >&2; exit 1; }
find_tool() { command -v "$1" || ls -1 /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -1; }
has_chinese() { ls /usr/share/fonts/truetype/wqy/*.ttc >/dev/null 2>&1 || [ -n "$(fc-list :lang=zh 2>/dev/null)" ]; }

install_missing() {
    local packages=()
    [ -n "$(find_tool initdb)" ] || packages+=(postgresql)
    [ -n "$(find_tool redis-server)" ] || packages+=(redis-server)
    [ -n "$(find_tool chromium-headless-shell)$(find_tool chromium)" ] || packages+=(chromium-headless-shell)
    [ -n "$(find_tool pdftotext)" ] || packages+=(poppler-utils)
    has_chinese || packages+=(fonts-wqy-microhei)
    [ ${#packages[@]} = 0 ] && return
    local sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo -n)
    echo "── installing ${packages[*]}"
    { command -v apt-get && "${sudo[@]}" apt-get update -qq \
        && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}"; } >/dev/null \
        || fail "these Debian packages are missing and could not be installed: ${packages[*]}"
}

free_port() { $python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# PostgreSQL refuses to run as root: then the user postgres runs it.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start_servers() {
    place=$root/var/servers
    mkdir -p "$place"
    if [ "$(id -u)" = 0 ] && ! runuser -u postgres -- test -x "$place"; then place=$(mktemp -d /tmp/houtai.XXXXXX); fi
    data=$(mktemp -d "$place/run.XXXXXX")
    trap stop_servers EXIT
    trap 'exit 130' INT TERM
    if [ "$(id -u)" = 0 ]; then chmod 755 "$place" && chown postgres "$data"; fi
    initdb=$(find_tool initdb) pg_ctl=$(find_tool pg_ctl) pg_port=$(free_port)
    cd "$data"
    as_postgres "$initdb" -D "$data/pg" -U houtai -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    as_postgres "$pg_ctl" -D "$data/pg" -s -w -l "$data/pg.log" start -o "-p $pg_port -k $data \
        -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=200 \
        -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB" \
        || fail "PostgreSQL does not start: $(tail -3 "$data/pg.log")"
    redis_port=$(free_port)
    mkdir -p "$data/redis"
    "$(find_tool redis-server)" --port "$redis_port" --bind 127.0.0.1 --dir "$data/redis" --save "" --appendonly yes \
        --maxmemory-policy noeviction >"$data/redis.log" 2>&1 &
    redis_pid=$!
    cd "$root"
}

# A migrated database that those of the tests are copied from: migrating once is sooner than once for each worker.
make_template() {
    [ -z "$given_database" ] || return 0
    "$(find_tool createdb)" -h 127.0.0.1 -p "$pg_port" -U houtai houtai_template
    env HOUTAI_VAR="$root/var/test" DATABASE_URL="postgres://houtai@127.0.0.1:$pg_port/houtai_template" \
        "$python" manage.py migrate -v 0
}

stop_servers() {
    cd "$root"
    [ -z "${redis_pid:-}" ] || { kill "$redis_pid" && wait "$redis_pid"; } 2>/dev/null || true
    [ ! -d "${data:-/nowhere}/pg" ] || (cd "$data" && as_postgres "$pg_ctl" -D "$data/pg" -s -m immediate stop) || true
    [ -z "${data:-}" ] || rm -rf "$data"
}

# run NAME PROCESSES PYTEST-ARGUMENTS…: one half of the suite; the last line of pytest is kept for the end.
run() {
    local name=$1 processes=${TEST_WORKERS:-$2} code=0
    shift 2
    printf '\n── the suite on %s\n' "$name"
    mkdir -p "$root/var/test"
    env HOUTAI_VAR="$root/var/test" $python -m pytest -q -n "$processes" --dist loadgroup "$@" 2>&1 \
        | tee "$root/var/test/last.log" || code=$?
    summaries+=("$name: $(tail -1 "$root/var/test/last.log" | tr -d '=')")
    [ "$code" = 0 ] || failed=1
}

install_missing
summaries=() failed=0
given_database=${DATABASE_URL:-} given_redis=${REDIS_URL:-}
unset DATABASE_URL REDIS_URL
start_servers
make_template & template_pid=$!
# Raw SQL of migrations is for PostgreSQL alone, so tables made from the models are the same and sooner there.
run SQLite 2 --nomigrations -m "once or not (postgres or redis or browser)" "$@"
wait "$template_pid" || fail "the migrations do not run on PostgreSQL"
export DATABASE_URL=${given_database:-postgres://houtai@127.0.0.1:$pg_port/postgres}
export REDIS_URL=${given_redis:-redis://127.0.0.1:$redis_port/0}
[ -n "$given_database" ] || export TEST_TEMPLATE=houtai_template
run "PostgreSQL and Redis" 3 -m "postgres or redis or not once" "$@"

printf '\n%s\n' "${summaries[@]}"
echo "(the second half also runs what needs PostgreSQL, Redis or Chromium, and leaves out where the kind of database makes no difference)"
exit "$failed"
