#!/bin/sh
# The check before a release: sh packaging/release.sh, as root on Debian. Builds, installs the Debian package in a bare Debian 12 with apt and
# nothing else, does the main job there and compares every report byte for byte with a run from this source tree, opens the window on a virtual
# screen (look at build/release/*.png), removes the package and sees that the book is left. Says sizes and the time to the lock page.
# With --built it takes what packaging/build.sh made before.
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$top"
work=$top/build/release root=$top/build/release/root

say() { printf '\n── %s ──\n' "$*"; }

stop() {
    printf 'The check stopped: %s\n' "$*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || stop 'it makes a Debian of its own, for which it has to be root.'
for tool in debootstrap cc Xvfb unshare appstreamcli; do
    command -v "$tool" >/dev/null || stop "$tool is missing. Run: apt-get install debootstrap gcc libc6-dev xvfb util-linux appstream"
done

# Runs a command in the bare system, with a /proc, /dev and screen of its own that go when it ends.
inside() {
    unshare --mount --pid --fork sh -c 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"' "$root" "$@"
}

as_treasurer() { inside su - treasurer -c "export LANG=C.UTF-8; $*"; }

say 'Build'
[ "${1-}" = --built ] || sh packaging/build.sh
version=$(dist/fundledger/fundledger --version)
appstreamcli validate --no-net packaging/bundle/linux/*.metainfo.xml

elsewhere=$(find dist/fundledger -type f \( -name '*.so*' -o -perm -100 \) -exec objdump -p {} + 2>/dev/null | grep -E 'R(UN)?PATH' | grep -v '\$ORIGIN' || true)
[ -z "$elsewhere" ] || stop "libraries are looked for outside the bundle: $elsewhere"

say 'The commands, by the built program'
sh packaging/setup.sh test
FUNDLEDGER_PROGRAM=$top/dist/fundledger/fundledger .venv/bin/python -m pytest -q -p no:cacheprovider \
    tests/cli/test_case.py tests/cli/test_invoices.py tests/cli/test_packs.py

say 'A bare Debian 12'
rm -rf "$work"
mkdir -p "$work"
[ -f build/debian12.tar ] || { debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log" && tar -C "$root" -cf build/debian12.tar .; }
mkdir -p "$root"
tar -C "$root" -xf build/debian12.tar
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
cp dist/*.deb "$root/var/tmp/"
inside sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install /var/tmp/fundledger_*.deb' >"$work/install.log" 2>&1 ||
    { tail "$work/install.log"; stop 'the package did not install.'; }
inside useradd --create-home treasurer
! inside sh -c 'command -v python3' || stop 'the bare system has a Python, so this would prove nothing.'
lacking=$(inside sh -c 'cd /usr/lib/fundledger && find . -name "*.so*" -type f | LD_LIBRARY_PATH=$PWD/_internal xargs ldd 2>/dev/null | grep "not found" | sort -u' || true)
[ -z "$lacking" ] || stop "libraries are missing: $lacking"
[ "$(as_treasurer fundledger --version)" = "$version" ] || stop 'the version differs.'
inside grep -q 'vnd.fundledger.pack=org.fundledger.FundLedger.desktop' /usr/share/applications/mimeinfo.cache || stop 'a double click finds nothing.'
inside grep -q '\.fundpack' /usr/share/mime/globs2 || stop 'the kinds of files are not known.'

say 'The main job, there and from source, with the same dice'
cc -shared -fPIC -O2 -o "$work/dice.so" packaging/bundle/dice.c
cp "$work/dice.so" "$root/home/treasurer/"
for language in en lt; do
    LD_PRELOAD=$work/dice.so .venv/bin/fundledger demo "$work/source-$language" --language "$language" >"$work/source-$language.txt"
    as_treasurer "LD_PRELOAD=/home/treasurer/dice.so fundledger demo work-$language --language $language" >"$work/there-$language.txt"
    diff -r "$work/source-$language/reports" "$root/home/treasurer/work-$language/reports" || stop "reports differ ($language)."
    echo "$language: $(ls "$work/source-$language/reports" | wc -l) reports are the same, byte for byte"
done
passphrase=$(sed -n 's/^passphrase: //p' "$work/there-en.txt")
as_treasurer "FUNDLEDGER_PASSPHRASE=$passphrase fundledger check work-en/Sample.fundledger"

say 'An update over an older package'
inside sh -euc 'cd /var/tmp; dpkg-deb -R fundledger_*.deb old; sed -i "s/^Version:.*/Version: 0.0.1/" old/DEBIAN/control; touch old/usr/lib/fundledger/gone
    dpkg-deb --build -Znone old old.deb; apt-get -qq install --allow-downgrades ./old.deb; test -e /usr/lib/fundledger/gone
    apt-get -qq install ./fundledger_*.deb; test ! -e /usr/lib/fundledger/gone; dpkg --verify fundledger' >"$work/update.log" 2>&1 ||
    { tail "$work/update.log"; stop 'the update failed.'; }
as_treasurer "FUNDLEDGER_PASSPHRASE=$passphrase fundledger check work-en/Sample.fundledger"

say 'The window, on a virtual screen there'
inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends xvfb' >"$work/xvfb.log" 2>&1
shown() { # NAME COMMAND SECONDS: starts it there, takes a picture from here after a while
    rm -f "$root"/tmp/.X87-lock "$root"/tmp/.X11-unix/X87
    as_treasurer "(Xvfb :87 -screen 0 1400x900x24 -nolisten tcp >/dev/null 2>&1 &); sleep 2; export DISPLAY=:87; timeout $3 $2" >"$work/$1.txt" 2>&1 &
    sleep "$3"
    build/venv/bin/python -c 'import sys; from PIL import ImageGrab; ImageGrab.grab(xdisplay=":87").save(sys.argv[1])' "$work/$1.png"
    wait || true
    ! grep -i 'qt\.\|error\|plugin' "$work/$1.txt" || stop "the window complained ($1)."
    echo "look at build/release/$1.png"
}
shown lock 'fundledger open work-en/Sample.fundledger/ledger.db' 6
shown book 'fundledger demo shown --gui --language lt' 25

say 'Removed'
before=$(cd "$root/home/treasurer" && find . -type f -path '*.fundledger/*' -exec cksum {} + | sort)
inside apt-get -qq purge fundledger >"$work/remove.log" 2>&1
[ ! -e "$root/usr/lib/fundledger" ] && [ ! -e "$root/usr/bin/fundledger" ] || stop 'something of the program is left.'
[ "$before" = "$(cd "$root/home/treasurer" && find . -type f -path '*.fundledger/*' -exec cksum {} + | sort)" ] || stop 'a book was touched.'
echo "the books are left as they were: $(printf '%s\n' "$before" | wc -l) files"

say 'Measures'
du -sh dist/* | sed 's/^/  /'
sed -n 's/^Installed-Size: /  installed, in KiB: /p' build/deb/DEBIAN/control
Xvfb :88 -screen 0 1400x900x24 -nolisten tcp >/dev/null 2>&1 &
screen=$!
sleep 2
DISPLAY=:88 QT_QPA_PLATFORM=xcb build/venv/bin/python packaging/bundle/starting.py "$work/source-en/Sample.fundledger" 7 \
    "$top/.venv/bin/fundledger" "$top/dist/fundledger/fundledger"
kill "$screen"
printf '\n%s is ready.\n' "$version"
