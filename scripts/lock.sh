#!/bin/sh
# Renews the lock files: exact versions with hashes, and no address of any registry in them.
set -eu
cd "$(dirname "$0")/.."

lock() {
    .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}

lock pyproject.toml -o requirements.lock
lock pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
lock --group node -o requirements-node.lock
