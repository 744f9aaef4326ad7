#!/bin/sh
# Makes .venv/ ready, once: the system's libraries, a Python, the packages of the hashed lock, the program of this tree.
#   sh packaging/setup.sh run|test|full
# Speaks on standard error only. Exit 2 says in one sentence what is missing and which command brings it.
# FUNDLEDGER_PYTHON names the Python to use; else the first fitting one on the path.
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$top"
kind=$1
lock=packaging/lock-test.txt
[ "$kind" != run ] || lock=packaging/lock.txt

say() { printf '%s\n' "$*" >&2; }

refuse() {
    say "FundLedger's set-up stopped: $*"
    exit 2
}

# A stamp is written last, one a kind: what .venv was made from and where. Without any, .venv may be half made.
stamp() {
    cat packaging/setup.sh "$1" | cksum
    printf '%s\n' "$top"
}

works() { .venv/bin/python -I -c 'import fundledger' 2>/dev/null; }

ready() { [ "$(cat ".venv/ready-$kind" 2>/dev/null)" = "$(stamp "$lock")" ] && works; }

whole() { grep -qsxF -e "$top" .venv/ready-* && works; }

# ── the system ───────────────────────────────────────────────────────────────────────────────────────────────────────
system() { (. /etc/os-release && printf '%s %s' "$ID" "$VERSION_ID") 2>/dev/null || uname -s; }

libraries() {
    glib=libglib2.0-0
    [ "$(system)" != 'ubuntu 24.04' ] || glib=libglib2.0-0t64
    echo "libgl1 libegl1 $glib libfontconfig1 libxkbcommon0 libdbus-1-3"
    echo libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
    echo libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0
    [ "$kind" = run ] || echo xvfb xauth openbox
    [ "$kind" != full ] || echo libreoffice-calc-nogui hledger beancount poppler-utils
}

missing() {
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for name in "$@"; do
        printf '%s\n' "$installed" | grep -qxF "$name installed" || echo "$name"
    done
}

apt_install() {
    install="apt-get install --yes --no-install-recommends $*"
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        sudo=$(command -v sudo >/dev/null && echo 'sudo ' || true)
        refuse "system packages are missing and this user may not install them. Run, as root, and start again:
    ${sudo}apt-get update && ${sudo}$install"
    fi
    say "Installing system packages: $*"
    apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
    ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 || $apt update
    $apt install --yes --no-install-recommends "$@" ||
        { $apt update && $apt install --yes --no-install-recommends "$@"; } ||
        refuse "apt-get failed (see above). Run, as root, and start again:
    apt-get update && $install"
} </dev/null >/dev/null

# ── Python ───────────────────────────────────────────────────────────────────────────────────────────────────────────
find_python() {
    for name in ${FUNDLEDGER_PYTHON:+"$FUNDLEDGER_PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11) or sys.implementation.name != "cpython")' 2>/dev/null; then
            printf '%s' "$name"
            return
        fi
        [ "$name" != "${FUNDLEDGER_PYTHON-}" ] || refuse "FUNDLEDGER_PYTHON, $name, is not a Python 3.11 or newer."
    done
}

venv_package() {
    [ -n "$1" ] || { echo python3 python3-venv; return; }
    "$1" -c 'import venv, ensurepip' 2>/dev/null || "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
}

prepare_system() {
    python=$(find_python)
    venv=$(venv_package "$python")
    case $(system) in
    'debian 12' | 'ubuntu 24.04')
        absent=$(missing $(libraries) $venv)
        [ -z "$absent" ] || apt_install $absent
        ;;
    *)
        [ "$(uname -s)" != Linux ] || say "FundLedger needs these libraries, by their Debian names: $(echo $(libraries))"
        ;;
    esac
    python=$(find_python)
    [ -n "$python" ] || refuse 'no Python 3.11 or newer was found; install one, or name one in FUNDLEDGER_PYTHON.'
    [ -z "$(venv_package "$python")" ] || refuse "$python has no venv and ensurepip; install them, or name another Python in FUNDLEDGER_PYTHON."
}

prepare_venv() {
    if whole; then
        say 'Bringing .venv up to date.'
    else
        say "Making .venv with $("$python" --version); this takes a minute or two."
        rm -rf .venv
        "$python" -m venv .venv || refuse 'the environment .venv could not be made (see above).'
    fi
    rm -f .venv/ready-*
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock" ||
        refuse 'the Python packages could not be installed (see above); start again when the cause is mended.'
} </dev/null >&2

# The program is this source tree: a path file and a start script, nothing is built. The second line lets sh start a
# Python whose path has spaces; Python reads it as a text that nobody uses.
install_program() {
    echo ../../../../src >"$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/fundledger.pth"
    cat >.venv/bin/fundledger <<END
#!/bin/sh
'''exec' "$top/.venv/bin/python" "\$0" "\$@"
' '''
import sys

from fundledger.cli.main import main

sys.exit(main())
END
    chmod +x .venv/bin/fundledger
    .venv/bin/python -I -c 'import PySide6.QtWidgets' ||
        refuse "Qt does not start (see above); it needs these libraries, by their Debian names: $(echo $(libraries))"
}

! ready || exit 0
[ -w . ] || refuse "the folder $top cannot be written; copy FundLedger to a folder of your own."
exec 9<packaging/setup.sh
! command -v flock >/dev/null || flock 9 # two set-ups at once: the second finds it done
! ready || exit 0
prepare_system
prepare_venv
install_program
stamp packaging/lock.txt >.venv/ready-run
[ "$kind" = run ] || stamp packaging/lock-test.txt >.venv/ready-test
[ "$kind" != full ] || cp .venv/ready-test .venv/ready-full
say 'FundLedger is set up.'
