#!/bin/sh
# Measures: sh packaging/bench.sh [--json] [NAME…]; the rows and targets are in SPEED.md.
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
sh "$top/packaging/setup.sh" run
export QT_QPA_PLATFORM=offscreen PYTHONPATH="$top"
exec "$top/.venv/bin/python" -m tests.bench "$@"
