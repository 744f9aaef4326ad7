"""What goes into the bundle and what stays outside: plain rules over names, asked by fundledger.spec and by the tests."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).parents[2]
SOURCE, RESOURCES = TOP / "src" / "fundledger", TOP / "resources"

# Modules that others offer to import and nobody here uses: the program has no terminal screens, no network, no notebook.
UNUSED = (
    "_curses", "_sqlite3", "_ssl", "charset_normalizer", "curses", "doctest", "IPython", "lib2to3", "lxml.html", "lxml.isoschematron",
    "lxml.objectify", "markdown_it", "multiprocessing", "numpy", "pip", "pkg_resources", "pydoc", "pygments", "readline", "setuptools",
    "sqlite3", "ssl", "test", "tkinter", "PIL._avif", "PIL._imagingcms", "PIL._imagingft", "PIL._imagingtk", "PIL._webp",
    "PIL.AvifImagePlugin", "PIL.ImageQt", "PIL.WebPImagePlugin", "PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick",
)  # fmt: skip
# What is looked up by a name in the code, so that no import shows it.
ASKED = (
    "anyascii._data",
    "fundledger",
    "keyring.backends",
    "reportlab.graphics.barcode",
    "rich._unicode_data",
    "sqlalchemy.dialects.sqlite.pysqlcipher",
)
# Packages whose own data they read, and which of it.
DATA = {"anyascii": "_data/*", "currency_converter": "*.zip"}

# Plugins of Qt by their file's name without its beginning and end; a plugin that is not here is left out with all it brings along.
PLUGINS = frozenset({
    "adwaita", "bradient", "cocoa", "composeplatforminputcontextplugin", "direct2d", "ibusplatforminputcontextplugin", "macstyle",
    "modernwindowsstyle", "offscreen", "qt-shell", "svg", "svgicon", "wayland", "windows", "xcb", "xdg-shell", "xdgdesktopportal",
})  # fmt: skip
_PLUGIN = re.compile(r"plugins/[\w-]+/(?:lib)?q?([\w-]+?)\.(?:so|dll|dylib)$")
# Libraries only plugins ask for that are left out.
_LEFT = re.compile(r"Qt6?(Network|EglF[Ss]\w*|EglFsKms\w*|Qml\w*|Quick\w*|VirtualKeyboard\w*|Pdf|Sql|Test)\b")
# Of the system's libraries those of Python itself come along; whatever draws on the screen stays the system's own.
_OF_PYTHON = re.compile(r"lib(python3|crypto|ffi|bz2|lzma|uuid|mpdec|expat)\b")


def languages() -> list[str]:
    """The languages the program speaks, by their folders."""
    return sorted(folder.name for folder in (RESOURCES / "i18n").iterdir() if folder.is_dir())


def datas() -> list[tuple[str, str]]:
    """Our own files beside the modules, each with the folder it comes to: what the program reads of resources/, and the migrations."""
    packed = [
        path for path in RESOURCES.rglob("*") if path.is_file() and path.suffix != ".po" and path.parts[len(RESOURCES.parts)] != "pictures"
    ]
    own = [path for path in SOURCE.rglob("*") if path.suffix in {".md", ".sql"} or (path.suffix == ".py" and "migrations" in path.parts)]
    found = [(path, Path("fundledger/resources") / path.parent.relative_to(RESOURCES)) for path in packed]
    found += [(path, Path("fundledger") / path.parent.relative_to(SOURCE)) for path in own]
    return sorted((str(path), target.as_posix()) for path, target in found)


def is_wanted(name: str, source: str, kind: str = "") -> bool:
    """Whether a file of somebody else's comes along: `name` is its place in the bundle, `source` where it was found.

    `kind` SYMLINK has a name of ours as source.
    """
    name, source = name.replace("\\", "/"), source.replace("\\", "/")
    if kind != "SYMLINK" and _is_of_the_system(source) and not _OF_PYTHON.match(Path(name).name):
        return False
    if name.startswith("babel/locale-data/"):
        return _language_of(Path(name).stem) in {"root", *languages()}
    if "/translations/" in name:
        return Path(name).stem in {f"qtbase_{language}" for language in languages()}
    if plugin := _PLUGIN.search(name):
        return plugin[1] in PLUGINS
    return not _LEFT.search(Path(name).name)


def _is_of_the_system(source: str) -> bool:
    """A shared library of a Debian package, not one of a Python that stands elsewhere."""
    return bool(re.match(r"(/usr)?/lib/[\w-]+-linux-gnu/[^/]+$", source))


def _language_of(locale: str) -> str:
    return locale.partition("_")[0]
