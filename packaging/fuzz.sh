#!/bin/sh
# Fuzzes the readers of bank files and electronic invoices, guided by coverage: sh packaging/fuzz.sh [--runs N] [camt|mt940|ofx|qif|csv|xlsx|zip|einvoice …]
# Prints one object a reader, every 50,000 inputs and at the end. Only a KnownError may come out, at most 1 s per MB and 2 s up to 64 kB, with at most 16 times the
# input and 64 MiB of memory; an input that breaks this stays in .venv/fuzz/ and the run ends with 1. Linux x86-64 only.
set -eu
cd "$(dirname -- "$0")/.."
runs=1000000
if [ "${1-}" = --runs ]; then
    runs=$2
    shift 2
fi
[ "$#" -gt 0 ] || set -- camt mt940 ofx qif csv xlsx zip einvoice
[ "$(uname -sm)" = 'Linux x86_64' ] || { echo 'The fuzzer runs on Linux x86-64 only.' >&2; exit 2; }
sh packaging/setup.sh test

# The fuzzer (Apache-2.0) is no part of the program: it lies beside the environment's packages, not among them.
fuzz=$PWD/.venv/fuzz
[ -d "$fuzz/atheris" ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
    --only-binary :all: --target "$fuzz" 'atheris>=3,<4' >&2

failed=0
for form in "$@"; do
    PYTHONPATH="$fuzz:$PWD" .venv/bin/python -m tests.fuzz "$form" "$runs" "$fuzz/corpus/$form" 2>"$fuzz/$form.log" || {
        tail -n 40 "$fuzz/$form.log" >&2
        failed=1
    }
done
exit "$failed"
