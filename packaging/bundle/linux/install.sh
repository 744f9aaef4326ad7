#!/bin/sh
# Puts FundLedger into the menu of whoever runs this, by links to this folder: ./install.sh [--remove]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
share=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin
cd "$here/share"
for file in $(find applications mime metainfo icons man -type f); do
    rm -f "$share/$file"
    [ "${1-}" = --remove ] || { mkdir -p "$share/$(dirname "$file")" && cp "$file" "$share/$file"; }
done
rm -f "$bin/fundledger"
if [ "${1-}" != --remove ]; then
    mkdir -p "$bin"
    ln -s "$here/fundledger" "$bin/fundledger"
    entry=$share/applications/org.fundledger.FundLedger.desktop
    sed "s|^Exec=fundledger|Exec=\"$here/fundledger\"|; s|^TryExec=.*|TryExec=$here/fundledger|" "$entry" >"$entry.new"
    mv "$entry.new" "$entry"
fi
! command -v update-mime-database >/dev/null || update-mime-database "$share/mime" || true
! command -v update-desktop-database >/dev/null || update-desktop-database -q "$share/applications" || true
