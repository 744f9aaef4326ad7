# Builds FundLedger for Windows 10 and newer (x64): powershell -File packaging\bundle\windows\build.ps1
#
# NEVER RUN YET: written from the same definition as the Linux bundle (packaging\bundle\fundledger.spec), which is built and checked. Whoever
# runs it first: go through "The checks" below, and say in CHANGELOG.md that there is a build for Windows.
#
# Needs: Python 3.11 to 3.13 (python.org), and for the installer Inno Setup 6 (iscc on the path). Not Python 3.14: on Windows it compresses in
# another way, and a report that is made again to be compared (publish, verify) has to be the same bytes as one made elsewhere.
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..\..\..')

function Step([scriptblock] $what) {
    & $what
    if ($LASTEXITCODE -ne 0) { throw "The build stopped: $what" }
}

$env:PYTHONHASHSEED = '0'
$env:SOURCE_DATE_EPOCH = if ($env:SOURCE_DATE_EPOCH) { $env:SOURCE_DATE_EPOCH } else { (git log -1 --format=%ct) }
$env:QT_QPA_PLATFORM = 'offscreen'
$python = 'build\venv\Scripts\python.exe'
if (-not (Test-Path $python)) { Step { python -m venv build\venv } }
Step { & $python -m pip install --quiet --require-hashes -r packaging\lock-build.txt }

Remove-Item -Recurse -Force -ErrorAction SilentlyContinue dist
Step { & $python packaging\bundle\pictures.py build\icons }
Step { & $python -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath build packaging\bundle\fundledger.spec }
Step { & $python packaging\bundle\licences.py build\bundled.txt build\licences.html }
Copy-Item build\licences.html dist\fundledger\_internal\fundledger\resources\
Copy-Item build\licences.html, LICENSE dist\fundledger\

$version = (& dist\fundledger\fundledger.exe --version).Split(' ')[1]
if (Get-Command iscc -ErrorAction SilentlyContinue) {
    Step { iscc /Q "/DVersion=$version" /O"dist" packaging\bundle\windows\fundledger.iss }
}
Compress-Archive -Force dist\fundledger "dist\fundledger-$version-windows-x64.zip"

# The checks:
#   dist\fundledger\fundledger.exe demo work        ends with "sound", and writes 71 reports
#   dist\fundledger\fundledger-window.exe           opens the window without a console
#   an invoice's pages are shown on Disbursements   (fundledger-drawing.exe draws them, and no console flashes up)
#   the installer: the menu, a double click on a .fundpack and a .flbackup, "Open with FundLedger" on a book's folder
#   the uninstaller leaves the books
