#!/bin/sh
# Runs every check: sh packaging/test.sh [--full] [PYTEST ARGS…]. Stops at the first tool that finds something.
# --full adds the outside programs (LibreOffice, hledger, beancount, poppler) and the long runs.
set -eu
cd "$(dirname -- "$0")/.."
kind=test
marked='not full'
if [ "${1-}" = --full ]; then
    kind=full
    marked='full or not full'
    export FUNDLEDGER_FULL=1
    shift
fi
sh packaging/setup.sh "$kind"

export QT_QPA_PLATFORM=offscreen
step() {
    printf '\n── %s ──\n' "$1"
    shift
    .venv/bin/python "$@" </dev/null || {
        code=$?
        printf '\nFailed: %s (exit %d)\n' "$*" "$code"
        exit "$code"
    }
}
step 'Format' -m ruff format --check
step 'Lint' -m ruff check
step 'Types' -m mypy
step 'Floors' .venv/bin/lint-imports
step 'Tests' -m pytest -n auto --dist loadfile -m "$marked" "$@"
