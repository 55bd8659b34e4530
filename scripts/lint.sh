#!/bin/sh
# Everything that can be said about the code without running its features. Runs all checks, fails if one does.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
HOUTAI_VAR=$PWD/var/lint
export HOUTAI_VAR
failed=""

check() {
    name=$1
    shift
    printf '── %s\n' "$name"
    "$@" || failed="$failed $name;"
}

production_check() {
    PRODUCTION=1 SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(64))') \
        ALLOWED_HOSTS=houtai.example SITE_URL=https://houtai.example \
        python manage.py check --deploy --fail-level WARNING
}

check "ruff" ruff check -q .
check "format" ruff format --check -q .
check "import contracts" lint-imports --no-logo
check "types" mypy .
check "migrations" python manage.py makemigrations --check --dry-run
check "catalogues" python -m pytest -q -p no:cacheprovider tests/architecture/test_catalogues.py
check "deployment" production_check

[ -z "$failed" ] && echo "lint: all is well" && exit 0
echo "lint: failed:$failed" >&2
exit 1
