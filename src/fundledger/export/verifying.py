"""Verifies an audit pack without the book: every byte, leaf, signature and total; and says which of them is wrong."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger import __version__
from fundledger.domain import bundle as bundles
from fundledger.domain.evidence import Head, head_of
from fundledger.domain.problem import KnownError, Problem
from fundledger.domain.spelling import read_back
from fundledger.export import recomputing
from fundledger.export.archive import canonical, unpacked, value_of
from fundledger.export.heads import reported
from fundledger.export.packing import FORMAT, HEAD, LEAVES, MANIFEST, SIGNATURE, VALUES, bundle_of, listed, signed_message
from fundledger.export.writing import render
from fundledger.i18n import Speaker
from fundledger.reports.value import Report
from fundledger.services.people import fingerprint
from fundledger.store.container import is_sealed, unseal
from fundledger.store.log import signed_message as head_message
from fundledger.store.slots import is_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fundledger.domain.bundle import Bundle

_MOST_BYTES = 512 * 1024 * 1024
# What comes of values that nobody's report has: to whoever made such a file the pack is wrong, and the program goes on.
_NO_VALUES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, KnownError)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found of a file: valid where there is no problem.

    `fingerprint` is that of the key in the pack; `files` the SHA-256 of every file in it, `totals` how many were recomputed.
    """

    problems: tuple[Problem, ...]
    head: str = ""
    fingerprint: str = ""
    entries: int = 0
    totals: int = 0
    files: frozenset[str] = frozenset()


def read_given(path: Path) -> bytes:
    """The bytes of a file of an auditor; raises KnownError pack.missing, pack.too_large."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError):
        raise KnownError("pack.missing", str(path)) from None
    if len(data) > _MOST_BYTES:
        raise KnownError("pack.too_large", str(path), limit=_MOST_BYTES // 1024 // 1024)
    return data


def given_fingerprint(text: str) -> bytes:
    """A fingerprint as it was typed from paper, or the file it stands in; raises KnownError pack.fingerprint."""
    path = Path(text)
    try:
        return read_back(path.read_text("utf-8").strip() if path.is_file() else text)
    except (KnownError, OSError, ValueError):
        raise KnownError("pack.fingerprint") from None


def is_pack(data: bytes) -> bool:
    """Whether a file may be a pack, sealed or readable; a workbook is a ZIP too, and has another first member."""
    return is_sealed(data) or (data.startswith(b"PK") and b"bundle/head.json" in data[:100])


def verify_file(path: Path, passphrase: Callable[[], str], key: bytes | None) -> Verified:
    """Verify a pack, or say of a report whether there is anything to verify; raises KnownError for what cannot be read at all."""
    data = read_given(path)
    if is_pack(data):
        return verify_pack(unseal(data, passphrase()) if is_sealed(data) else data, key)
    head = reported(str(path))[-1]
    alone = Problem("verify.report_alone", path.name, {"head": str(head)})
    return Verified((alone,), str(head), files=frozenset({hashlib.sha256(data).hexdigest()}))


def verify_pack(data: bytes, key: bytes | None) -> Verified:
    """Verify the archive of a pack; `key` is the fingerprint from paper. Raises KnownError pack.* for what is no pack at all."""
    files = unpacked(data)
    for name in (MANIFEST, SIGNATURE, HEAD, LEAVES):
        if name not in files:
            raise KnownError("pack.incomplete", name)
    manifest = _json(MANIFEST, files[MANIFEST])
    version = manifest.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise KnownError("pack.newer", str(version))
    public, key_problems = _signature(files, key)
    problems = [*_listed(files, manifest), *key_problems]
    try:
        bundle, book, signed = bundle_of(files[HEAD], files[LEAVES])
    except _NO_VALUES:
        raise KnownError("pack.file_unreadable", HEAD) from None
    read = bundles.read(bundle)
    problems += _head(read, manifest, (book, signed.size, signed.root), (signed.signed, signed.public_key, public))
    problems += read.problems
    problems += (Problem("pack.document_missing", sha256) for sha256 in sorted(read.documents) if f"documents/{sha256}" not in files)
    problems += (
        Problem("pack.file_changed", name)
        for name, content in files.items()
        if name.startswith("documents/") and hashlib.sha256(content).hexdigest() != name.removeprefix("documents/")
    )
    totals, wrong = _reports(files, bundle, read, manifest)
    digests = frozenset(hashlib.sha256(content).hexdigest() for content in files.values())
    shown = str(head_of(signed.size, signed.root))
    return Verified((*problems, *wrong), shown, fingerprint(public), len(read.entries), totals, digests)


def _json(name: str, content: bytes) -> dict[str, object]:
    """An object of the pack, in the one form it may have."""
    try:
        said = json.loads(content)
        known = isinstance(said, dict) and canonical(said) == content
    except (ValueError, RecursionError):
        known, said = False, {}
    if not known:
        raise KnownError("pack.file_unreadable", name)
    return said  # type: ignore[no-any-return]


def _listed(files: Mapping[str, bytes], manifest: Mapping[str, object]) -> Iterator[Problem]:
    """Which file is not the one that was listed, is missing or was added."""
    there = {str(name): facts for name, *facts in listed({name: one for name, one in files.items() if name not in {MANIFEST, SIGNATURE}})}
    try:
        said = {str(name): facts for name, *facts in manifest["files"]}  # type: ignore[attr-defined]
    except _NO_VALUES:
        raise KnownError("pack.file_unreadable", MANIFEST) from None
    for name in sorted({*there, *said}):
        if name not in there:
            yield Problem("pack.file_missing", name)
        elif name not in said:
            yield Problem("pack.file_added", name)
        elif there[name] != said[name]:
            yield Problem("pack.file_changed", name)


def _signature(files: Mapping[str, bytes], key: bytes | None) -> tuple[bytes, list[Problem]]:
    """The public key in the pack, and whether it signed the list and is the one from paper."""
    said = _json(SIGNATURE, files[SIGNATURE])
    try:
        public, signed = (bytes.fromhex(str(said[name])) for name in ("public_key", "signed"))
    except (KeyError, ValueError):
        raise KnownError("pack.file_unreadable", SIGNATURE) from None
    if canonical({"public_key": public.hex(), "signed": signed.hex()}) != files[SIGNATURE]:  # hexadecimal digits have two forms
        raise KnownError("pack.file_unreadable", SIGNATURE)
    problems = [] if is_signed(public, signed, signed_message(files[MANIFEST])) else [Problem("pack.list_signature")]
    shown = fingerprint(public)
    if key is None:
        problems.append(Problem("pack.key_unproved", shown))
    elif read_back(shown) != key:
        problems.append(Problem("pack.foreign_key", shown))
    return public, problems


def _head(
    read: bundles.Read, manifest: Mapping[str, object], head: tuple[str, int, bytes], signed: tuple[bytes, bytes, bytes]
) -> Iterator[Problem]:
    """The leaves come to the head, and the head is signed by the key that signed the pack."""
    (book, size, root), (signature, public, own) = head, signed
    shown = str(head_of(size, root))
    if read.edge.size != size:
        yield Problem("bundle.leaves", str(read.edge.size), {"size": size})
    if read.edge.root != root:
        yield Problem("bundle.root", shown, {"found": str(head_of(read.edge.size, read.edge.root))})
    if (manifest.get("head"), manifest.get("book")) != (shown, book):
        yield Problem("bundle.other_head", shown)
    if public != own or not is_signed(public, signature, head_message(book, size, root)):
        yield Problem("bundle.head_signature", shown)


# --- the reports ------------------------------------------------------------------------------------------------------
def _reports(files: Mapping[str, bytes], bundle: Bundle, read: bundles.Read, manifest: Mapping[str, object]) -> tuple[int, list[Problem]]:
    """How many totals the reports print, and every one, and every file, that does not come out again."""
    totals, problems = 0, []
    for name in sorted(name for name in files if name.startswith("reports/") and name.endswith(VALUES)):
        try:
            said = json.loads(files[name])
            report, language = value_of(said["report"]), str(said["language"])
            if not isinstance(report, Report):
                raise TypeError(name)
            wrong = list(recomputing.wrong(report, bundle, read.entries))
            totals += recomputing.count(report)
            files_of = {one: content for one, content in files.items() if one.startswith(name.removesuffix(VALUES) + ".") and one != name}
            wrong += _set_again(report, language, files_of, str(manifest.get("program")))
            if not isinstance(report.head, Head) or str(report.head) != manifest.get("head"):
                wrong.append(Problem("bundle.other_head", name))
        except _NO_VALUES:
            wrong = [Problem("pack.file_unreadable", name)]
        problems += wrong
    stems = {name.removesuffix(VALUES) for name in files if name.endswith(VALUES)}
    loose = (name for name in files if name.startswith("reports/") and name.removesuffix(VALUES).rpartition(".")[0] not in stems)
    problems += (Problem("pack.file_added", name) for name in loose if not name.endswith(VALUES))
    return totals, problems


def _set_again(report: Report, language: str, files: Mapping[str, bytes], program: str) -> Iterator[Problem]:
    """Set the report anew from its values: what is printed is what they say, byte for byte."""
    for name, content in files.items():
        if render(report, name.rpartition(".")[2], Speaker(language)) != content:
            yield Problem("pack.set_otherwise" if program == __version__ else "pack.other_program", name, {"program": program})


def judged(found: Sequence[Verified]) -> list[Verified]:
    """Reports given beside a valid pack that holds them, byte for byte, are genuine."""
    valid = frozenset().union(*(one.files for one in found if not one.problems))
    alone = [[problem.code for problem in one.problems] == ["verify.report_alone"] for one in found]
    return [Verified((), one.head) if lonely and one.files <= valid else one for one, lonely in zip(found, alone, strict=True)]
