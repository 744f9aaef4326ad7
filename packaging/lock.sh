#!/bin/sh
# Makes the locks anew: every release pinned and hashed, for every system and Python from 3.11, naming no index.
# lock.txt is what the program needs, lock-test.txt the same and the tools of the checks, lock-build.txt the same and what
# makes the bundle. Needs `uv` on the path.
#   sh packaging/lock.sh [--upgrade]
set -eu
cd "$(dirname -- "$0")/.."

compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$@" pyproject.toml
}

compile "$@" --group dev --output-file packaging/lock-test.txt
compile --constraint packaging/lock-test.txt --output-file packaging/lock.txt
compile --constraint packaging/lock-test.txt --group build --output-file packaging/lock-build.txt
