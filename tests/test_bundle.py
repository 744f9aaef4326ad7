"""What is installed: everything the program reads is in it, desktops find it, and whatever it holds of others has its licence."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

import fundledger
from fundledger.cli.parser import FAMILIES, build
from fundledger.gui import given
from fundledger.i18n import Speaker
from fundledger.services import strangers
from fundledger.settings import APP, DESKTOP_FILE

if TYPE_CHECKING:
    from types import ModuleType

TOP = Path(__file__).parents[1]
BUNDLE = TOP / "packaging" / "bundle"
LINUX = BUNDLE / "linux"


def _script(name: str) -> ModuleType:
    """A script of the build, loaded by its path."""
    made = importlib.util.spec_from_file_location(f"bundle_{name}", BUNDLE / f"{name}.py")
    assert made is not None
    assert made.loader is not None
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    return module


contents, debian, licences, manual, pictures = map(_script, ("contents", "debian", "licences", "manual", "pictures"))


# --- what is in it ----------------------------------------------------------------------------------------------------
def test_every_resource_the_program_reads_comes_along() -> None:
    packed = {Path(source).relative_to(TOP) for source, target in contents.datas() if target.startswith("fundledger/resources")}
    there = {path.relative_to(TOP) for path in (TOP / "resources").rglob("*") if path.is_file()}
    left = {path for path in there - packed if path.suffix != ".po" and path.parts[1] != "pictures"}
    assert not left, "only the sources of the catalogues and the pictures of the README stay behind"
    assert {path.parts[1] for path in packed} >= {"fonts", "i18n", "icons", "sample"}


def test_every_file_beside_the_modules_comes_along() -> None:
    packed = {target for _, target in contents.datas()}
    assert "fundledger/store/migrations/versions" in packed, "the steps are read as files, by their folder"
    own = {path for path in contents.SOURCE.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    assert own <= {Path(source) for source, _ in contents.datas()}


def test_what_is_left_out_is_asked_for_nowhere() -> None:
    asked = set()
    for path in contents.SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                asked |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                asked |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    assert not [name for name in asked for unused in contents.UNUSED if name == unused or name.startswith(f"{unused}.")]


def test_every_module_is_loaded_without_what_is_left_out() -> None:
    modules = [".".join(path.relative_to(TOP / "src").with_suffix("").parts) for path in contents.SOURCE.rglob("*.py")]
    wanted = [name.removesuffix(".__init__") for name in modules if ".migrations" not in name and not name.endswith("__main__")]
    program = (
        "import sys, importlib\n"
        f"unused = {contents.UNUSED!r}\n"
        "class Left:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if any(name == one or name.startswith(one + '.') for one in unused):\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Left())\n"
        f"for name in {wanted!r}:\n"
        "    importlib.import_module(name)\n"
        "print('all')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (0, "all\n"), done.stderr


@pytest.mark.parametrize(
    ("name", "source", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/v/site-packages/PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", "C:\\v\\PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", "/v/PySide6/Qt/plugins/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/v/PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/lib/libQt6Network.so.6", "/v/PySide6/Qt/lib/libQt6Network.so.6", False),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", "/v/PySide6/Qt/lib/libQt6Widgets.so.6", True),
        ("PySide6/Qt/translations/qtbase_pl.qm", "/v/PySide6/Qt/translations/qtbase_pl.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", "/v/PySide6/Qt/translations/qtbase_fr.qm", False),
        ("babel/locale-data/lt_LT.dat", "/v/babel/locale-data/lt_LT.dat", True),
        ("babel/locale-data/en_001.dat", "/v/babel/locale-data/en_001.dat", True),
        ("babel/locale-data/root.dat", "/v/babel/locale-data/root.dat", True),
        ("babel/locale-data/fr.dat", "/v/babel/locale-data/fr.dat", False),
        ("libgtk-3.so.0", "/lib/x86_64-linux-gnu/libgtk-3.so.0", False),
        ("libxcb-cursor.so.0", "/usr/lib/x86_64-linux-gnu/libxcb-cursor.so.0", False),
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", True),
        ("libcrypto.so.3", "/usr/lib/x86_64-linux-gnu/libcrypto.so.3", True),
        ("sqlcipher3/_sqlite3.so", "/v/site-packages/sqlcipher3/_sqlite3.so", True),
    ],
)
def test_of_others_comes_along_what_is_used(name: str, source: str, *, wanted: bool) -> None:
    assert contents.is_wanted(name, source, "BINARY") is wanted


def test_the_bundle_is_one_folder_whose_libraries_can_be_replaced() -> None:
    spec = (BUNDLE / "fundledger.spec").read_text("utf-8")
    ast.parse(spec)
    assert "COLLECT(" in spec
    assert spec.count("exclude_binaries=True") == spec.count("EXE("), "never one file"
    assert all(f'"{ending[1:]}"' in spec for ending in (given.BOOK, given.PACK, given.BACKUP)), "macOS opens them too"


def test_a_bundle_draws_strangers_documents_with_the_program_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert strangers.program()[1:2] == ["-I"], "from source it is this Python"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/lib/fundledger/fundledger")
    assert strangers.program() == ["/usr/lib/fundledger/fundledger-drawing"]
    monkeypatch.setattr(sys, "executable", "/somewhere/fundledger-window.exe")
    assert strangers.program() == ["/somewhere/fundledger-drawing.exe"]


# --- what a desktop reads ---------------------------------------------------------------------------------------------
def _entry() -> dict[str, str]:
    head, *lines = (LINUX / f"{DESKTOP_FILE}.desktop").read_text("utf-8").splitlines()
    assert head == "[Desktop Entry]"
    pairs = [line.partition("=") for line in lines]
    assert all(sign for _, sign, _ in pairs)
    return {name: value for name, _, value in pairs}


def _kinds() -> dict[str, list[str]]:
    """The patterns of each kind of file."""
    tree = etree.parse(LINUX / f"{DESKTOP_FILE}.xml")
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    kinds = tree.getroot().iterfind("m:mime-type", space)
    return {one.get("type", ""): [glob.get("pattern", "") for glob in one.iterfind("m:glob", space)] for one in kinds}


def test_a_desktop_starts_the_window_with_what_was_double_clicked() -> None:
    entry = _entry()
    command, verb, path = entry["Exec"].split()
    assert (command, path) == ("fundledger", "%f")
    assert build(Speaker("en"), [verb]).parse_args([verb, "Foundation.fundledger"]).given == "Foundation.fundledger"
    assert build(Speaker("en"), [verb]).parse_args([verb]).given is None, "from the menu there is no path"
    assert (entry["Name"], entry["Icon"], entry["Terminal"]) == (APP, DESKTOP_FILE, "false")
    assert entry["Comment[lt]"]


def test_the_kinds_of_files_are_those_the_program_opens() -> None:
    kinds = _kinds()
    assert sorted(pattern for patterns in kinds.values() for pattern in patterns) == sorted(
        [given.LEDGER, f"*{given.PACK}", f"*{given.BACKUP}", given.REQUEST]
    )
    assert set(_entry()["MimeType"].strip(";").split(";")) == set(kinds)
    assert "inode/directory" not in _entry()["MimeType"], "a folder stays the file manager's"


def test_the_description_of_the_program_is_of_this_version() -> None:
    tree = etree.parse(LINUX / f"{DESKTOP_FILE}.metainfo.xml").getroot()
    assert tree.findtext("id") == DESKTOP_FILE
    assert tree.findtext("launchable") == f"{DESKTOP_FILE}.desktop"
    newest = tree.find("releases/release")
    assert newest is not None
    assert newest.get("version") == fundledger.__version__
    assert {one.text for one in tree.iterfind("provides/mediatype")} == set(_kinds())


def test_a_picture_is_made_in_every_size() -> None:
    made = {size: pictures.picture(size) for size in (16, 256)}
    assert all(png.startswith(b"\x89PNG") for png in made.values())
    assert pictures.ico(made)[:6] == b"\x00\x00\x01\x00\x02\x00"
    assert pictures.icns(made)[:4] == b"icns"
    assert pictures.picture(16) == made[16], "the same bytes each time"


def test_the_manual_knows_every_command() -> None:
    page = manual.manual()
    named = [name for name, _ in manual.commands(build(Speaker("en")))]
    assert {name.split()[0] for name in named} == {verb for verbs in FAMILIES.values() for verb in verbs}
    assert all(f".B fundledger {name}\n".replace("-", r"\-") in page for name in named)
    assert fundledger.__version__ in page
    assert not re.search(r"^\.(?!TH|SH|TP|B|RS|RE|BR|RI|I|\\)", page, re.MULTILINE), "no text is taken for an order"


# --- the Debian package and the licences ------------------------------------------------------------------------------
def test_the_package_asks_for_what_the_window_needs() -> None:
    needed = re.search(r"libraries\(\) \{(.*?)\n    \[", (TOP / "packaging" / "setup.sh").read_text("utf-8"), re.DOTALL)
    assert needed is not None
    asked = {name for one in debian.DEPENDS for name in one.split(" ")}
    assert {name for name in re.findall(r"\blib[\w.-]+", needed[1]) if name != "libraries"} <= asked


def test_neither_installing_nor_removing_touches_a_book() -> None:
    scripts = debian._CACHES
    assert not re.search(r"\brm\b|home|\.fundledger|find ", scripts)
    known = {"update-mime-database", "update-desktop-database", "gtk-update-icon-cache"}
    assert set(re.findall(r"then ([\w-]+)", scripts)) == known


def test_the_page_of_licences_has_a_text_for_everything() -> None:
    page = licences.page(
        [("lxml/etree.so", "/v/lxml/etree.so"), ("reportlab", "/v/reportlab/__init__.py"), ("PySide6/QtCore.so", "/v/QtCore.so")]
    )
    for words in (
        "lxml",
        "reportlab",
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "replace these files",
        "ZETETIC",
        "Bitstream Vera",
        "Apache License",
    ):
        assert words in page, words
    assert "hypothesis" not in page, "only what is bundled"


def test_what_comes_without_its_licence_stops_the_build() -> None:
    with pytest.raises(SystemExit, match=r"libnobody\.so\.1"):
        licences.page([("libnobody.so.1", "/lib/x86_64-linux-gnu/libnobody.so.1")])
