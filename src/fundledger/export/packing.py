"""The audit pack: every report for the auditor, the bundle of evidence, the documents, and a signed list of all of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from fundledger import __version__
from fundledger.domain.bundle import Bundle
from fundledger.domain.bundle import read as read_bundle_again
from fundledger.domain.evidence import Edge, head_of
from fundledger.domain.problem import KnownError
from fundledger.export.archive import canonical, packed, values
from fundledger.export.writing import render, report_stem
from fundledger.reports import workbook
from fundledger.reports.catalogue import REPORTS, build_report
from fundledger.reports.value import Audience
from fundledger.store import bundles, campaigns, invoices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from fundledger.i18n import Speaker
    from fundledger.reports.value import Report
    from fundledger.store.book import Book
    from fundledger.store.bundles import SignedHead

FORMAT = 1
MANIFEST, SIGNATURE, HEAD, LEAVES = "pack.json", "signature.json", "bundle/head.json", "bundle/leaves.txt"
FORMS = ("pdf", "xlsx")
IN_PACK = (*REPORTS, workbook.NAME)
VALUES = ".values.json"


def signed_message(manifest: bytes) -> bytes:
    """What whoever makes a pack signs of it."""
    return f"FundLedger pack {FORMAT} {hashlib.sha256(manifest).hexdigest()}".encode()


def make_pack(book: Book, speaker: Speaker, start: date | None = None, end: date | None = None, seed: str = "") -> bytes:
    """The bytes of a pack, the same of the same book each time; the person must have signed the head (`services.leaving`).

    `seed` draws the sample of the workbook. Raises KnownError book.no_signing_key, pack.moved (somebody wrote into the book
    meanwhile) and what a report refuses.
    """
    files: dict[str, bytes] = {}
    with book.reading() as db:
        signed = bundles.signed_head(db, book.person_id)
        bundle = bundles.read_bundle(db, start, signed.size, book.currency)
    files |= bundle_files(bundle, book.uid, signed)
    head = head_of(signed.size, signed.root)
    for built in _reports(book, speaker, start, end, seed):
        if built.head != head:
            raise KnownError("pack.moved")
        stem = f"reports/{report_stem(built, speaker)}"
        files[stem + VALUES] = canonical({"language": speaker.language, "report": values(built)})
        files |= {f"{stem}.{form}": render(built, form, speaker) for form in FORMS}
    with book.reading() as db:
        found = ((sha256, invoices.document_content(db, sha256)) for sha256 in sorted(read_bundle_again(bundle).documents))
        files |= {f"documents/{sha256}": content for sha256, content in found if content is not None}
    about = {"start_on": start and start.isoformat(), "end_on": end and end.isoformat(), "head": str(head), "book": book.uid}
    manifest = canonical({"format": FORMAT, "program": __version__, **about, "files": listed(files)})
    signature = {"public_key": signed.public_key.hex(), "signed": book.sign(signed_message(manifest)).hex()}
    return packed(files | {MANIFEST: manifest, SIGNATURE: canonical(signature)})


def listed(files: dict[str, bytes]) -> list[list[str | int]]:
    """Name, size and SHA-256 of each file."""
    return [[name, len(files[name]), hashlib.sha256(files[name]).hexdigest()] for name in sorted(files)]


def bundle_files(bundle: Bundle, book: str, signed: SignedHead) -> dict[str, bytes]:
    """The evidence bundle as two files."""
    head = {
        "before": {"size": bundle.before.size, "peaks": [peak.hex() for peak in bundle.before.peaks]},
        "book": book,
        "currency": bundle.currency,
        "format": FORMAT,
        "funds": [[fund, what] for fund, what in sorted(bundle.funds.items())],
        "opening": [list(one) for one in bundle.opening],
        "public_key": signed.public_key.hex(),
        "root": signed.root.hex(),
        "signed": signed.signed.hex(),
        "size": signed.size,
    }
    return {HEAD: canonical(head), LEAVES: b"".join(line + b"\n" for line in bundle.lines)}


def bundle_of(head: bytes, leaves: bytes) -> tuple[Bundle, str, SignedHead]:
    """The bundle again, the uid of its book and its signed head; raises KeyError, TypeError, ValueError where it is none."""
    said = json.loads(head)
    before = Edge(said["before"]["size"], tuple(bytes.fromhex(peak) for peak in said["before"]["peaks"]))
    opening = tuple((str(code), int(fund), str(flow), int(minor)) for code, fund, flow, minor in said["opening"])
    funds = {int(fund): str(what) for fund, what in said["funds"]}
    if before.size < 0 or before.size.bit_count() != len(before.peaks):
        raise ValueError("an edge has one peak a bit of its size")
    bundle = Bundle(str(said["currency"]), before, tuple(leaves.split(b"\n")[:-1]), opening, funds)
    root, signed, public = (bytes.fromhex(said[name]) for name in ("root", "signed", "public_key"))
    return bundle, str(said["book"]), bundles.SignedHead(int(said["size"]), root, signed, public)


def _reports(book: Book, speaker: Speaker, start: date | None, end: date | None, seed: str) -> Iterator[Report]:
    """Every report that an auditor may read, of every campaign, and her workbook."""
    with book.reading() as db:
        codes = [one.code for one in campaigns.campaigns(db, book.currency)]
    for name in IN_PACK:
        for code in codes if name == "campaign" else [None]:
            try:
                about = {"campaign": code, "language": speaker.language, "seed": seed}
                yield build_report(book, name, Audience.AUDITOR, start=start, end=end, **about)  # type: ignore[arg-type]
            except KnownError as error:
                if not error.code.startswith("report.not_"):  # this one is not for auditors
                    raise
