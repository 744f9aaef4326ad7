"""Archives of statements: each statement a file of its own, and no archive that could do harm (catalogue of bad inputs, rows 11 to 13)."""

from __future__ import annotations

import gzip
import io
import json
import stat
import struct
import tempfile
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.domain.statement import StatementLine
from fundledger.statements import StatementFile, archive, open_statement, open_statements
from fundledger.statements.inspecting import inspect, write_json
from tests.statements.building import document, entry, statement

if TYPE_CHECKING:
    from pathlib import Path

    from fundledger.domain.problem import Problem

MARCH = document(statement(entry("50.00"))).encode()
APRIL = document(statement(entry("20.00"), entry("7.00"))).encode()


def packed(folder: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED, name: str = "bank.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", method) as file:
        for member, content in members:
            file.writestr(member, content)
    return path


def amounts(path: Path) -> list[tuple[str, list[str] | str]]:
    """The name of each file, and the amounts of its lines or the code of its refusal."""
    found: list[tuple[str, list[str] | str]] = []
    for file in open_statements(path):
        with file:
            try:
                found.append((file.name, [str(event.amount) for event in file.events() if isinstance(event, StatementLine)]))
            except KnownError as error:
                found.append((file.name, error.code))
    return found


def refusal(path: Path, limit: int = 2**28) -> KnownError:
    with pytest.raises(KnownError) as caught:
        next(open_statements(path, limit))
    assert caught.value.problems[0].subject.startswith(path.name)
    return caught.value


def say(problem: Problem) -> str:
    return problem.code


def test_row_11_each_statement_of_an_archive_is_a_file_of_its_own(tmp_path: Path) -> None:
    path = packed(tmp_path, ("2026/march.xml", MARCH), ("2026/april.xml", APRIL))
    assert amounts(path) == [("bank.zip › 2026/march.xml", ["50.00"]), ("bank.zip › 2026/april.xml", ["20.00", "7.00"])]
    digests = [(file.sha256, file.size, file.format) for file in open_statements(path)]
    assert digests == [(sha256(content).hexdigest(), len(content), "camt.053.001.08") for content in (MARCH, APRIL)]


def test_row_11_a_plain_file_is_one(tmp_path: Path) -> None:
    path = tmp_path / "march.xml"
    path.write_bytes(MARCH)
    assert amounts(path) == [("march.xml", ["50.00"])]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_row_11_stored_deflated_and_large_archives(tmp_path: Path, method: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    assert amounts(packed(tmp_path, ("a.xml", MARCH), ("b.xml", APRIL), method=method))[1] == ("bank.zip › b.xml", ["20.00", "7.00"])


def test_row_11_what_is_no_statement_is_listed_and_keeps_no_other_out(tmp_path: Path) -> None:
    path = packed(tmp_path, ("readme.txt", b"Dear customer"), ("march.pdf", b"%PDF-1.7"), ("march.xml", MARCH), ("cut.xml", MARCH[:-40]))
    assert amounts(path) == [
        ("bank.zip › readme.txt", "file.unknown"),
        ("bank.zip › march.pdf", "file.pdf"),
        ("bank.zip › march.xml", ["50.00"]),
        ("bank.zip › cut.xml", "file.truncated"),
    ]


def test_row_11_folders_empty_files_and_the_litter_of_desktops_are_nothing(tmp_path: Path) -> None:
    litter = [
        ("__MACOSX/._march.xml", b"\0"),
        (".DS_Store", b"\0"),
        ("2026/._a", b"x"),
        ("2026/Thumbs.db", b"x"),
        ("2026/", b""),
        ("empty.xml", b""),
    ]
    assert amounts(packed(tmp_path, *litter, ("2026/march.xml", MARCH))) == [("bank.zip › 2026/march.xml", ["50.00"])]
    assert refusal(packed(tmp_path, *litter)).code == "file.archive_empty"
    assert refusal(packed(tmp_path)).code == "file.archive_empty"


def test_row_11_inspect_prints_one_object_for_each(tmp_path: Path) -> None:
    path = packed(tmp_path, ("march.xml", MARCH), ("march.pdf", b"%PDF-1.7"))
    stream = io.StringIO()
    assert write_json(path, stream, say) is False
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(one["file"], one.get("format"), one.get("refused")) for one in found] == [
        ("bank.zip › march.xml", "camt.053.001.08", None),
        ("bank.zip › march.pdf", None, {"code": "file.pdf", "text": "file.pdf"}),
    ]
    assert found == list(inspect([path], say))


def test_row_11_one_statement_in_gzip(tmp_path: Path) -> None:
    path = tmp_path / "march.xml.gz"
    path.write_bytes(gzip.compress(MARCH))
    assert amounts(path) == [("march.xml.gz › march.xml", ["50.00"])]
    path.write_bytes(gzip.compress(MARCH)[:-9])
    assert refusal(path).code == "file.archive_broken"
    path.write_bytes(gzip.compress(bytes(2**24)))
    assert refusal(path).code == "file.archive_large"


def test_row_11_nothing_unpacked_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path, ("march.xml", MARCH), ("april.xml", APRIL))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert len(amounts(path)) == 2
    assert list(tmp_path.iterdir()) == [path]


def test_row_12_a_bomb_is_refused_by_what_it_unpacks_to(tmp_path: Path) -> None:
    error = refusal(packed(tmp_path, ("march.xml", MARCH), ("bomb.xml", bytes(50_000_000))))
    assert (error.code, error.problems[0].values["limit"]) == ("file.archive_large", 100 * (tmp_path / "bank.zip").stat().st_size)


def test_row_12_a_size_that_is_stated_small_is_not_believed(tmp_path: Path) -> None:
    path = packed(tmp_path, ("bomb.xml", bytes(50_000_000)))
    octets = path.read_bytes().replace(struct.pack("<L", 50_000_000), struct.pack("<L", 900))
    path.write_bytes(octets)
    assert refusal(path).code == "file.archive_broken"


def test_row_12_no_archive_inside_an_archive(tmp_path: Path) -> None:
    inner = packed(tmp_path, ("march.xml", MARCH), name="inner.zip").read_bytes()
    path = packed(tmp_path, ("inner.zip", inner), ("march.xml.gz", gzip.compress(MARCH)), ("april.xml", APRIL))
    assert [found for _, found in amounts(path)] == ["file.archive", "file.archive", ["20.00", "7.00"]]


def test_row_12_a_thousand_members_and_no_more(tmp_path: Path) -> None:
    assert len(amounts(packed(tmp_path, *((f"{n}.xml", MARCH) for n in range(1_000)), method=zipfile.ZIP_STORED))) == 1_000
    error = refusal(packed(tmp_path, *((f"{n}.xml", b"") for n in range(1_001))))
    assert (error.code, error.problems[0].values["limit"]) == ("file.archive_members", 1_000)


def test_row_12_a_list_of_members_too_long_to_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_LONGEST_LIST", 70_000)
    assert refusal(packed(tmp_path, *((f"{n}.xml", b"") for n in range(2_000)))).code == "file.archive_members"


def test_row_12_members_that_share_their_octets_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, ("a.xml", MARCH), ("b.xml", MARCH))
    with zipfile.ZipFile(path) as file:
        second = file.infolist()[1].header_offset
        listed = file.start_dir
    octets = bytearray(path.read_bytes())
    entry_of_b = octets.index(b"PK\x01\x02", octets.index(b"PK\x01\x02", listed) + 4)
    assert struct.unpack_from("<L", octets, entry_of_b + 42) == (second,)
    struct.pack_into("<L", octets, entry_of_b + 42, 0)
    octets[entry_of_b + 46 : entry_of_b + 51] = b"a.xml"
    path.write_bytes(octets)
    assert refusal(path).code == "file.archive_broken"


def test_row_12_one_member_above_the_limit_of_a_file(tmp_path: Path) -> None:
    path = packed(tmp_path, ("large.xml", b"x" * 300_000))
    error = refusal(path, limit=200_000)
    assert (error.code, error.problems[0].subject) == ("file.too_large", "bank.zip › large.xml")


@pytest.mark.parametrize(
    "name", ["../../x.xml", "2026/../../x.xml", "/etc/x.xml", "C:\\x.xml", "c:x.xml", "..\\x.xml", "\\\\server\\x.xml", "a/..", "//x.xml"]
)
def test_row_13_names_that_point_outside(tmp_path: Path, name: str) -> None:
    error = refusal(packed(tmp_path, ("march.xml", MARCH), (name, MARCH)))
    assert (error.code, error.problems[0].values["member"]) == ("file.archive_name", name.replace("\\", "/"))


def test_row_13_names_with_two_points_in_them_are_no_harm(tmp_path: Path) -> None:
    assert amounts(packed(tmp_path, ("march..xml", MARCH), ("a/...xml", MARCH)))[0] == ("bank.zip › march..xml", ["50.00"])


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_row_13_links_and_devices(tmp_path: Path, kind: int) -> None:
    member = zipfile.ZipInfo("march.xml")
    member.external_attr = (kind | 0o777) << 16
    assert refusal(packed(tmp_path, (member, b"/etc/passwd"))).code == "file.archive_name"


def test_a_locked_member_refuses_the_archive(tmp_path: Path) -> None:
    path = packed(tmp_path, ("march.xml", MARCH))
    octets = bytearray(path.read_bytes())
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(octets)
    error = refusal(path)
    assert (error.code, error.problems[0].values["member"]) == ("file.archive_encrypted", "march.xml")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_unpacks_without_a_bound_is_refused(tmp_path: Path, method: int) -> None:
    error = refusal(packed(tmp_path, ("march.xml", MARCH), method=method))
    assert (error.code, error.problems[0].values["method"]) == ("file.archive_method", method)


def test_an_archive_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, ("march.xml", MARCH), ("april.xml", APRIL))
    whole = path.read_bytes()
    for size in range(4, len(whole), 7):
        path.write_bytes(whole[:size])
        assert refusal(path).code == "file.archive_broken"


def test_one_octet_changed_is_noticed_before_the_first_statement_is_given(tmp_path: Path) -> None:
    path = packed(tmp_path, ("march.xml", MARCH), ("april.xml", APRIL), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"20.00", b"90.00"))
    assert refusal(path).code == "file.archive_broken"


def test_row_26_an_archive_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path, ("march.xml", document(statement(*[entry("50.00")] * 500)).encode()), method=zipfile.ZIP_STORED)
    for file in open_statements(path):
        path.write_bytes(path.read_bytes().replace(b"50.00", b"90.00"))
        with file, pytest.raises(KnownError) as caught:
            list(file.events())
        assert caught.value.code in {"file.changed", "file.archive_broken"}


def test_office_files_are_no_archives_of_statements(tmp_path: Path) -> None:
    path = packed(tmp_path, ("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"))
    assert refusal(path).code == "file.office"
    path = packed(
        tmp_path, ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<x/>"), method=zipfile.ZIP_STORED
    )
    assert refusal(path).code == "file.office"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(path).code == "file.office"


@pytest.mark.parametrize("content", [b"7z\xbc\xaf\x27\x1c\0\4", b"Rar!\x1a\x07\1\0"])
def test_other_archives_are_named_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bank.zip"
    path.write_bytes(content)
    assert refusal(path).code == "file.archive"


def test_open_statement_is_for_one_file(tmp_path: Path) -> None:
    path = packed(tmp_path, ("march.xml", MARCH))
    with pytest.raises(KnownError) as caught:
        open_statement(path)
    assert caught.value.code == "file.archive"
    assert all(isinstance(file, StatementFile) for file in open_statements(path))
