#!/bin/sh
# Makes everything the product (`run`) or its tests (`dev`) need: .venv, Python packages by hash, front-end packages,
# compiled catalogues. Each step leaves a stamp and is skipped while its input is the same.
set -eu
cd "$(dirname "$0")/.."
mode=${1:-run}

say() { printf '── %s\n' "$*"; }
fail() { printf 'houtai: %s\n' "$*" >&2; exit 1; }
sum_of() { cat "$@" | sha256sum | cut -d' ' -f1; }

# apt PACKAGE…: installs Debian packages as root or through sudo; false when neither is possible.
apt() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else return 1; fi
    say "installing $* with apt-get"
    $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq "$@" >/dev/null
}

make_venv() {
    [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null && return
    python=${PYTHON:-python3}
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
        || fail "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1)."
    say "making .venv with $("$python" -V)"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt python3-venv || fail "Python's venv module is missing. As root: apt-get install python3-venv"
    fi
    "$python" -m venv .venv
}

# install_python LOCK: the packages of a lock file, each held by its hash, by two processes that have every other one. The file
# names all that is needed, so nothing is resolved; and of 15,000 modules only those are compiled that are used.
install_python() {
    stamp=.venv/.$1.stamp
    [ "$(cat "$stamp" 2>/dev/null)" = "$(sum_of "$1")" ] && return
    say "installing the Python packages of $1"
    rm -f .venv/part?
    awk '/^[A-Za-z0-9]/ { n++ } n { print > (".venv/part" n % 2) }' "$1"
    pip_install .venv/part0 & other=$!
    pip_install .venv/part1
    wait "$other"
    sum_of "$1" > "$stamp"
}

pip_install() {
    [ ! -f "$1" ] || .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps --no-compile -r "$1"
}

install_front_end() {
    stamp=node_modules/.houtai.stamp
    wanted=$(sum_of package-lock.json)
    case $(cat "$stamp" 2>/dev/null) in "$wanted dev" | "$wanted $mode") return ;; esac
    command -v npm >/dev/null || install_python requirements-node.lock
    say "installing the front-end packages"
    if [ "$mode" = dev ]; then omit=""; else omit="--omit=dev"; fi
    # shellcheck disable=SC2086 # $omit is one word or none
    PATH="$PATH:$PWD/.venv/bin" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error $omit
    echo "$wanted $mode" > "$stamp"
}

compile_messages() {
    for po in locale/*/LC_MESSAGES/django.po; do
        mo=${po%.po}.mo
        if [ -f "$po" ] && { [ ! -f "$mo" ] || [ "$po" -nt "$mo" ]; }; then
            .venv/bin/pybabel -q compile -i "$po" -o "$mo" || fail "$po does not compile"
        fi
    done
}

make_venv
if [ "$mode" = dev ]; then install_python requirements-dev.lock; else
    [ -f .venv/.requirements-dev.lock.stamp ] || install_python requirements.lock
fi
install_front_end
compile_messages
