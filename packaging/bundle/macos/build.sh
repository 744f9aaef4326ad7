#!/bin/sh
# Builds FundLedger.app for macOS 13 and newer, and a disk image of it: sh packaging/bundle/macos/build.sh
#
# NEVER RUN YET: written from the same definition as the Linux bundle (packaging/bundle/fundledger.spec, whose last part is the Info.plist
# with the kinds of files), which is built and checked. Whoever runs it first: go through "The checks" below, and say in CHANGELOG.md that
# there is a build for macOS. SIGN_AS names a "Developer ID Application" certificate; without it the app is signed for this machine alone.
set -eu
cd "$(dirname -- "$0")/../../.."
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH PYTHONHASHSEED=0 QT_QPA_PLATFORM=offscreen
python=build/venv/bin/python
[ -x "$python" ] || "${FUNDLEDGER_PYTHON:-python3}" -m venv build/venv
"$python" -m pip install --quiet --require-hashes -r packaging/lock-build.txt

rm -rf dist
"$python" packaging/bundle/pictures.py build/icons
"$python" -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath build packaging/bundle/fundledger.spec
"$python" packaging/bundle/licences.py build/bundled.txt build/licences.html
app=dist/FundLedger.app
cp build/licences.html "$app/Contents/Resources/fundledger/resources/"
codesign --force --deep --options runtime --sign "${SIGN_AS:--}" "$app"
version=$("$app/Contents/MacOS/fundledger" --version | cut -d' ' -f2)
hdiutil create -quiet -volname FundLedger -srcfolder "$app" -ov -format UDZO "dist/FundLedger-$version.dmg"
[ -z "${SIGN_AS-}" ] || echo "Now: xcrun notarytool submit dist/FundLedger-$version.dmg --wait, and xcrun stapler staple it."

# The checks:
#   "$app/Contents/MacOS/fundledger" demo work    ends with "sound", and writes 71 reports
#   the window opens from the Finder, and by a double click on a book (a folder the Finder shows as one file), a .fundpack and a .flbackup
#   an invoice's pages are shown on Disbursements (Contents/MacOS/fundledger-drawing draws them)
#   the keychain opens a book that was told to it
