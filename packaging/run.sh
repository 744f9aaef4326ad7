#!/bin/sh
# Sets FundLedger up where that is still to do and runs it: sh packaging/run.sh [ARGS…], by default `demo`.
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
sh "$top/packaging/setup.sh" run
[ $# -gt 0 ] || set -- demo
exec "$top/.venv/bin/fundledger" "$@"
