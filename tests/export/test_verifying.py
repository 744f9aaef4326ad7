"""The pack without the book: valid as it was made, never valid otherwise, and each fault by its name (BAD_INPUTS.md 92)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fundledger.domain.bundle import line_of
from fundledger.domain.problem import KnownError
from fundledger.domain.spelling import read_back
from fundledger.export import archive, packing
from fundledger.export.archive import canonical, packed, unpacked, value_of, values
from fundledger.export.packing import HEAD, LEAVES, MANIFEST, SIGNATURE, VALUES, listed, make_pack, signed_message
from fundledger.export.verifying import given_fingerprint, judged, verify_file, verify_pack
from fundledger.export.writing import FORMATS, render
from fundledger.i18n import Speaker
from fundledger.reports.value import Audience, Report, Table
from fundledger.services.leaving import log_leaving
from fundledger.services.people import fingerprint
from fundledger.store.container import seal
from fundledger.store.extracts import people_to_protect
from fundledger.store.slots import Cost
from tests.export import sample as reports
from tests.services import bookkeeping
from tests.services.bookkeeping import day, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fundledger.store.book import Book

NOW = datetime(2027, 1, 5, 10, tzinfo=UTC)
SHORT = ("campaign", "trial-balance")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack and the fingerprint on the auditor's paper."""

    data: bytes
    key: bytes

    def wrong(self, data: bytes | None = None) -> set[str]:
        return {problem.code for problem in verify_pack(data or self.data, self.key).problems}

    def changed(self, name: str, change: Callable[[bytes], bytes]) -> bytes:
        """The pack with one file changed, and nothing done to hide it."""
        files = unpacked(self.data)
        return packed(files | {name: change(files[name])})

    def forged(self, changes: dict[str, Callable[[bytes], bytes]], secret: Ed25519PrivateKey) -> bytes:
        """The pack with files changed, and its list signed by somebody else."""
        files = unpacked(self.data)
        files |= {name: change(files[name]) for name, change in changes.items()}
        rest = {name: one for name, one in files.items() if name not in {MANIFEST, SIGNATURE}}
        manifest = canonical(json.loads(files[MANIFEST]) | {"files": listed(rest)})
        signature = {"public_key": secret.public_key().public_bytes_raw().hex(), "signed": secret.sign(signed_message(manifest)).hex()}
        return packed(rest | {MANIFEST: manifest, SIGNATURE: canonical(signature)})


def made(book: Book) -> Pack:
    log_leaving(book, "pack", NOW, readable=True)
    assert book.secret
    public = book.secret.verifying
    assert public
    return Pack(make_pack(book, Speaker("en")), read_back(fingerprint(public)))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    with bookkeeping.sample_book(tmp_path_factory, tmp_path_factory.mktemp("packs")) as book:
        yield book


@pytest.fixture(scope="module")
def pack(sample: Book) -> Iterator[Pack]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "IN_PACK", SHORT)
        yield made(sample)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pack]:
    """A pack of one gift, without reports."""
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch, bookkeeping.empty_book(tmp_path_factory, folder) as book:
        patch.setattr(packing, "IN_PACK", ())
        bookkeeping.Desk(book, folder).account(opening="500.00")
        yield made(book)


def only(data: bytes, ending: str) -> str:
    return next(name for name in unpacked(data) if name.endswith(ending) and "campaign" in name)


def test_a_pack_is_valid_as_it_was_made(pack: Pack) -> None:
    found = verify_pack(pack.data, pack.key)
    assert found.problems == ()
    assert found.entries > 50
    assert found.totals > 50


def test_the_whole_catalogue_is_in_a_pack_and_verifies(sample: Book) -> None:
    whole = made(sample)
    assert whole.wrong() == set()
    assert verify_pack(whole.data, whole.key).totals > 50


def test_the_same_book_gives_the_same_bytes_twice(sample: Book, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "IN_PACK", SHORT)
    assert made(sample).data == pack.data


def test_the_bundle_names_nobody(sample: Book, pack: Pack) -> None:
    files = unpacked(pack.data)
    with sample.reading() as db:
        names = people_to_protect(db)
    told = (files[LEAVES] + files[HEAD]).decode()
    assert [name for name in names if name in told] == []


def test_row_92_every_byte_of_a_small_pack_counts(small: Pack) -> None:
    assert small.wrong() == set()
    for place in range(len(small.data)):
        other = bytearray(small.data)
        other[place] ^= 1 << place % 8
        assert _never_valid(small, bytes(other)), place


def test_every_byte_of_every_file_counts_with_the_archive_made_anew(small: Pack) -> None:
    """A ZIP's own sums are mended, so what finds it is ours."""
    files = unpacked(small.data)
    for name, content in files.items():
        for place in range(len(content)):
            other = bytearray(content)
            other[place] ^= 1 << place % 8
            assert _never_valid(small, packed(files | {name: bytes(other)})), (name, place)


def test_a_byte_of_a_paper_is_found_and_the_file_is_named(pack: Pack) -> None:
    for ending in (".pdf", ".xlsx", VALUES):
        name = only(pack.data, ending)
        found = verify_pack(pack.changed(name, lambda content: content[:500] + b"!" + content[501:]), pack.key)
        assert ("pack.file_changed", name) in {(one.code, one.subject) for one in found.problems}


def _never_valid(pack: Pack, data: bytes) -> bool:
    try:
        return bool(verify_pack(data, pack.key).problems)
    except KnownError:
        return True


# --- what a forger does -----------------------------------------------------------------------------------------------
def test_row_92_a_dropped_row_is_named(pack: Pack) -> None:
    leaves = unpacked(pack.data)[LEAVES].splitlines(keepends=True)
    place = next(n for n, line in enumerate(leaves) if b'"number":17,' in line)
    found = verify_pack(pack.forged({LEAVES: lambda _: b"".join(leaves[:place] + leaves[place + 1 :])}, STRANGER), pack.key)
    told = {(one.code, one.subject) for one in found.problems}
    assert ("bundle.entry_missing", "17") in told
    assert {"bundle.root", "bundle.leaves", "pack.foreign_key", "bundle.head_signature"} <= {code for code, _ in told}


def test_a_changed_amount_names_its_entry_and_every_total_it_touches(pack: Pack) -> None:
    def altered(content: bytes) -> bytes:
        lines = content.splitlines()
        place = next(n for n, line in enumerate(lines) if b'"collected"' in line and b'"number":20,' in line)
        payload = json.loads(lines[place][9:])
        for one in payload["lines"]:
            one[2] *= 2
        lines[place] = line_of("entry", json.dumps(payload, separators=(",", ":"), sort_keys=True).encode())
        return b"\n".join(lines) + b"\n"

    assert {"bundle.root", "pack.total", "pack.file_changed"} <= pack.wrong(pack.changed(LEAVES, altered))
    crude = pack.changed(LEAVES, lambda content: content.replace(b'"number":20,', b'"number":20 ,'))
    assert "bundle.leaf_changed" in pack.wrong(crude)


def test_a_changed_total_is_named_even_where_the_papers_are_set_anew(pack: Pack) -> None:
    name = only(pack.data, VALUES)
    said = json.loads(unpacked(pack.data)[name])
    report: Report = value_of(said["report"])
    table = next(one for one in report.sections if isinstance(one, Table) and "amount" in one.totals)
    more = replace(table, totals={**table.totals, "amount": reports.eur(99999999)})
    other = replace(report, sections=tuple(more if one is table else one for one in report.sections))
    stem = name.removesuffix(VALUES)
    forged = pack.forged(
        {
            name: lambda _: canonical({"language": "en", "report": values(other)}),
            f"{stem}.pdf": lambda _: render(other, "pdf", Speaker("en")),
            f"{stem}.xlsx": lambda _: render(other, "xlsx", Speaker("en")),
        },
        STRANGER,
    )
    found = verify_pack(forged, pack.key)
    assert [one.values["what"] for one in found.problems if one.code == "pack.total"] == [f"{table.key}.amount"]
    assert "pack.foreign_key" in {one.code for one in found.problems}


def test_a_paper_that_says_something_else_than_its_values_is_named(pack: Pack) -> None:
    name = only(pack.data, ".pdf")
    assert "pack.set_otherwise" in pack.wrong(pack.forged({name: lambda content: content + b"\n"}, STRANGER))


def test_a_foreign_key_is_named_and_no_key_is_no_proof(pack: Pack) -> None:
    assert "pack.foreign_key" in pack.wrong(pack.forged({}, STRANGER))
    assert [one.code for one in verify_pack(pack.data, None).problems] == ["pack.key_unproved"]


def test_row_92_a_signature_or_a_file_taken_away_is_named(pack: Pack) -> None:
    files = unpacked(pack.data)
    name = only(pack.data, ".pdf")
    document = next(one for one in files if one.startswith("documents/"))

    def without(gone: str) -> bytes:
        return packed({one: content for one, content in files.items() if one != gone})

    assert refused(lambda: verify_pack(without(SIGNATURE), pack.key)) == ["pack.incomplete"]
    assert pack.wrong(without(name)) == {"pack.file_missing"}
    assert pack.wrong(without(document)) == {"pack.file_missing", "pack.document_missing"}
    assert "pack.file_added" in pack.wrong(packed(files | {"reports/other.pdf": b"%PDF"}))
    assert "pack.list_signature" in pack.wrong(pack.changed(SIGNATURE, lambda said: re.sub(rb'signed":"..', b'signed":"00', said)))


STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


# --- hostile and unlucky files ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["../reports/x.pdf", "/etc/passwd", "reports/../../x", "reports\\x", "C:x", "reports/", "REPORTS/x", "x" * 9 + "\n"]
)
def test_a_name_is_never_a_path(name: str) -> None:
    data = packed({name: b""})
    assert refused(lambda: unpacked(data)) == ["pack.bad_name"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"%PDF-1.7"])
def test_what_is_no_pack_is_refused(data: bytes) -> None:
    with pytest.raises(KnownError, match=r"pack\.(unreadable|incomplete)"):
        verify_pack(data, None)


def test_bytes_behind_or_before_or_cut_are_found(pack: Pack) -> None:
    for data in (pack.data + b"\n", b"\n" + pack.data, pack.data[:-1], pack.data[: len(pack.data) // 2]):
        assert refused(lambda data=data: verify_pack(data, pack.key))[0] in {"pack.unreadable", "pack.not_canonical"}  # type: ignore[misc]


def test_a_packed_member_is_no_member_of_ours() -> None:
    import io  # noqa: PLC0415  only here
    import zipfile  # noqa: PLC0415  only here

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("pack.json", bytes(10_000_000))
    assert refused(lambda: unpacked(made.getvalue())) == ["pack.not_canonical"]


def test_a_newer_pack_says_so(small: Pack) -> None:
    newer = small.changed(MANIFEST, lambda content: canonical(json.loads(content) | {"format": 9}))
    assert refused(lambda: verify_pack(newer, small.key)) == ["pack.newer"]


def test_a_sealed_pack_opens_by_its_own_passphrase(small: Pack, tmp_path: Path) -> None:
    file = tmp_path / "pack.fundpack"
    file.write_bytes(seal(small.data, "its own words", Cost(8, 1, 1)))
    assert verify_file(file, lambda: "its own words", small.key).problems == ()
    assert refused(lambda: verify_file(file, lambda: "others", small.key)) == ["container.does_not_open"]


def test_a_report_is_genuine_only_beside_its_pack(pack: Pack, tmp_path: Path) -> None:
    name = only(pack.data, ".pdf")
    report, other, whole = tmp_path / "report.pdf", tmp_path / "other.pdf", tmp_path / "pack.zip"
    report.write_bytes(unpacked(pack.data)[name])
    other.write_bytes(report.read_bytes() + b"\n")
    whole.write_bytes(pack.data)
    alone = verify_file(report, str, pack.key)
    assert [one.code for one in alone.problems] == ["verify.report_alone"]
    together = judged([verify_file(path, str, pack.key) for path in (report, other, whole)])
    assert [bool(one.problems) for one in together] == [False, True, False]


def test_a_fingerprint_is_typed_or_read_from_a_file(pack: Pack, tmp_path: Path) -> None:
    shown = verify_pack(pack.data, pack.key).fingerprint
    file = tmp_path / "key.txt"
    file.write_text(f"{shown}\n", encoding="utf-8")
    assert given_fingerprint(shown.lower().replace(" ", "-")) == given_fingerprint(str(file)) == pack.key
    assert refused(lambda: given_fingerprint("ABCD")) == ["pack.fingerprint"]


def test_the_bundle_of_a_later_period_stands_on_the_edge_of_the_tree(sample: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "IN_PACK", SHORT)
    log_leaving(sample, "pack", NOW, readable=True)
    assert sample.secret
    assert sample.secret.verifying
    data = make_pack(sample, Speaker("en"), start=day("12-01"))
    before = json.loads(unpacked(data)[HEAD])["before"]
    assert before["size"] > 0
    found = verify_pack(data, read_back(fingerprint(sample.secret.verifying)))
    assert found.problems == ()


@pytest.mark.parametrize("audience", list(Audience))
def test_a_report_comes_back_from_its_values(audience: Audience) -> None:
    report = reports.campaign(audience)
    again = value_of(json.loads(canonical(values(report))))
    assert all(render(again, form, Speaker("lt")) == render(report, form, Speaker("lt")) for form in FORMATS)


def test_what_is_no_value_of_a_report_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError):
        archive.values(object())
