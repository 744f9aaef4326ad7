"""The page of licences, from what really is in the bundle: `python licences.py BUNDLED PAGE`.

BUNDLED is what fundledger.spec wrote: a line for each module or file, its name in the bundle, a tab, where it was taken from.
Whatever comes along without a text of its licence stops the build.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

TOP = Path(__file__).parents[2]
TEXTS = Path(__file__).parent / "texts"
_NAMED = ("licen", "copying", "notice")
_TOOL = "pyinstaller"  # what starts the bundle is its own, under an exception of the GPL for exactly that
_LGPL = frozenset({"pyside6_essentials", "shiboken6"})
_QT = """Qt and Qt for Python are used under the GNU Lesser General Public License, version 3, whose text is below with that of
the GNU General Public License it extends. They were not changed. Each of their libraries is a file of its own in this
bundle: in the folder PySide6/Qt/lib and PySide6/Qt/plugins beside the program, and PySide6 and shiboken6 for Python. To
use another build of them, replace these files by files of the same names of a compatible version (6.11) and start the
program again; nothing is linked into it and nothing checks them. Their sources are those of the versions named here,
published by The Qt Company at download.qt.io, and FundLedger's own sources tell how the bundle is made
(packaging/build.sh). Qt contains parts of others under licences that allow this, ICU, HarfBuzz, FreeType, PCRE2, zlib,
libpng and libjpeg among them; Qt's own documentation lists all of them with their notices under "Licenses used in Qt"."""
_SQLCIPHER = (
    "SQLCipher encrypts the book. It stands inside the module sqlcipher3, with SQLite, which is in the public domain, and with OpenSSL."
)


def page(bundled: Iterable[tuple[str, str]]) -> str:
    """The page as HTML; raises SystemExit that names what has no text."""
    rows = list(bundled)
    sections = [("FundLedger", "MIT", (TOP / "LICENSE").read_text("utf-8"))]
    sections += [(f"Python {sys.version.split()[0]}", "PSF-2.0", _python())]
    sections += [("Qt and Qt for Python", "LGPL-3.0-only", f"{_QT}\n\n{_text('LGPL-3')}\n\n{_text('GPL-3')}")]
    sections += [("SQLCipher", "BSD-3-Clause", f"{_SQLCIPHER}\n\n{_text('SQLCipher')}")]
    sections += [("OpenSSL", "Apache-2.0", f"OpenSSL is used by Python, by cryptography and by SQLCipher.\n\n{_text('Apache-2.0')}")]
    sections += [("DejaVu fonts", "Bitstream Vera", (TOP / "resources" / "fonts" / "LICENSE-DejaVu.txt").read_text("utf-8"))]
    sections += [_section(one) for one in distributions(name for name, _ in rows)]
    sections += [_of_the_system(name, Path(source)) for name, source in rows if _is_of_the_system(source)]
    lacking = [name for name, _, text in sections if not text.strip()]
    if lacking:
        raise SystemExit(f"No licence was found of: {', '.join(lacking)}")
    return _html(sections)


def distributions(names: Iterable[str]) -> list[Distribution]:
    """The packages the modules and files come from, by name."""
    known = packages_distributions()
    tops = {name.replace("\\", "/").split("/")[0].split(".")[0] for name in names}
    found = {owner for top in tops for owner in known.get(top, ())}
    return [distribution(name) for name in sorted(found, key=str.lower) if name.lower() != _TOOL]


def _section(one: Distribution) -> tuple[str, str, str]:
    name = one.metadata["Name"]
    licence = _said(one, "License-Expression") or _said(one, "License") or "see the text"
    if name.lower().replace("-", "_") in _LGPL:
        return f"{name} {one.version}", licence, 'See "Qt and Qt for Python".'
    files = [file for file in one.files or () if any(word in file.name.lower() for word in _NAMED) or "licenses" in file.parts]
    texts = [Path(str(file.locate())).read_text("utf-8", "replace") for file in sorted(files) if file.suffix != ".py"]
    return f"{name} {one.version}", licence, "\n\n".join(texts)


def _said(one: Distribution, name: str) -> str:
    return str(one.metadata[name]).partition("\n")[0] if name in one.metadata else ""


def _python() -> str:
    for file in (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", *Path("/usr/share/doc").glob("libpython3*-stdlib/copyright")):
        if file.is_file():
            return file.read_text("utf-8")
    return ""


def _text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text("utf-8")


def _is_of_the_system(source: str) -> bool:
    return source.startswith(("/lib/", "/usr/lib/")) and ".so" in source and "python3" not in source


def _of_the_system(name: str, source: Path) -> tuple[str, str, str]:
    """A library of a Debian package: what the package says of it."""
    places = (source, source.resolve(), Path("/usr") / source.relative_to("/")) if shutil.which("dpkg-query") else ()
    for path in places:
        told = subprocess.run(["dpkg-query", "--search", str(path)], capture_output=True, text=True, check=False)  # noqa: S603, S607  asks
        if told.returncode == 0:
            package = told.stdout.split(":")[0]
            said = Path("/usr/share/doc") / package / "copyright"
            return f"{name} (Debian's {package})", "see the text", said.read_text("utf-8") if said.is_file() else ""
    return name, "", ""


def _html(sections: list[tuple[str, str, str]]) -> str:
    listed = "".join(
        f'<li><a href="#{n}">{html.escape(name)}</a> ({html.escape(licence)})</li>\n' for n, (name, licence, _) in enumerate(sections)
    )
    texts = "".join(
        f'<h2><a name="{n}"></a>{html.escape(name)}</h2>\n<pre>{html.escape(text)}</pre>\n' for n, (name, _, text) in enumerate(sections)
    )
    style = "body{font-family:sans-serif;max-width:60em}pre{white-space:pre-wrap}"
    head = f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Licences</title><style>{style}</style></head>'
    return f"{head}\n<body><h1>Licences of what FundLedger consists of</h1>\n<ul>\n{listed}</ul>\n{texts}</body></html>\n"


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    Path(sys.argv[2]).write_text(page((name, source) for name, _, source in (line.partition("\t") for line in lines)), "utf-8")
