"""Searches the finished bytes of whatever leaves publicly for names, accounts and e-mails; a hit refuses the file."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
import zlib
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from anyascii import anyascii

from fundledger.domain.problem import Problem
from fundledger.reports.value import Message
from fundledger.services.folding import sound

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

# What comes of a broken file; RuntimeError is PDFium's own, and a ZIP's for what is locked or packed in another way.
UNREADABLE = (ValueError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)
_MOST_GROUPS = 10  # an account is printed in at most ten groups
_PART = re.compile(r"[^A-Za-z0-9/._\[\]-]")
_TAG = re.compile(r"<[^>]*>")
_CELL = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CODE = re.compile(r'&(?:"[^"]*"|[0-9]+|[A-Z])')
_WORD = re.compile(r"[a-z0-9]+")
_LEAST_LETTERS = 4
_MOST_UNPACKED = 64 * 1024 * 1024
_HIDDEN, _THEME = "place.hidden", "xl/theme/theme1.xml"
_UTF_16, _FONTS = (b"\xfe\xff", b"\xff\xfe"), (b"\x00\x01\x00\x00", b"OTTO", b"true")
_STREAM = re.compile(rb"\bstream\r?\n(.*?)endstream", re.DOTALL)
_LITERAL = re.compile(rb"\(((?:\\.|[^\\()])+)\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_HEXADECIMAL = re.compile(rb"<((?:[0-9A-Fa-f]{2}\s*){4,})>")
_ACCOUNT = re.compile(r"(?=.*\d)[a-z0-9]{8,34}")


def check_public(data: bytes, name: str, forbidden: Sequence[str], allowed: Collection[str] = ()) -> list[Problem]:
    """Where in a finished file, or in its name, a forbidden full name, account or e-mail stands: one problem, or none.

    Words are compared whole, in any order, in every script, folded (`Šarūnė` is `Sarune`, `Сергей` is `Sergej`). `allowed` are phrases
    published on purpose (our own name and account). The problem is gate.name_found or gate.unreadable; its subject is the kind of file,
    its value `where` the places; it never repeats a name, so not the file's own either.
    """
    search = _Search(forbidden, allowed)
    kind = name.rpartition(".")[2].upper()
    try:
        places = [(Message("place.file_name"), name), *texts(data)]
    except UNREADABLE:
        return [Problem("gate.unreadable", kind)]
    hits = [where for where, text in places if search.hits(text)]
    once = [where for place, where in enumerate(hits) if where not in hits[:place]]
    return [Problem("gate.name_found", kind, {"where": once})] if once else []


def parts_of_names(data: bytes, name: str, forbidden: Sequence[str], ours: str, allowed: Collection[str] = ()) -> list[Problem]:
    """Where a single word of somebody's name stands in a finished file: the warning gate.part_found, or nothing.

    `ours` is whatever the program itself says, whose words are no name, and so are words of fewer than four letters.
    """
    said = set(_words(ours))
    whole = _Search((), allowed)
    words = {word for each in forbidden for word in _words(each)} - said
    parts = {sound(word) for word in words if len(word) >= _LEAST_LETTERS and word.isalpha()}
    # What is packed in a file looks like short words by chance, and the theme of a workbook is the format's own words.
    seen = (one for one in texts(data) if one[0].key != _HIDDEN and one[0].values.get("part") != _THEME)
    found = [where for where, text in seen if parts.intersection(map(sound, whole.others(text)))]
    once = [where for place, where in enumerate(found) if where not in found[:place]]
    return [Problem("gate.part_found", name.rpartition(".")[2].upper(), {"where": once})] if once else []


def texts(data: bytes) -> Iterator[tuple[Message, str]]:
    """Every text of a file with where it stands (keys `place.*`); known by content, never by name."""
    if data.startswith(b"%PDF"):
        yield from _pdf_texts(data)
    elif data.startswith(b"PK"):
        yield from _zip_texts(data)
    else:
        text = data.decode("utf-8-sig")
        yield from _marked_up(Message("place.text"), text)
        with suppress(json.JSONDecodeError):  # other text than JSON has no escapes behind which a name could stand
            yield Message("place.text"), "\n".join(_strings(json.loads(text)))


def _pdf_texts(data: bytes) -> Iterator[tuple[Message, str]]:
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415  only a PDF needs it, and it takes a while to load

    with pypdfium2.PdfDocument(data) as document:
        yield Message("place.properties"), "\n".join(document.get_metadata_dict().values())
        yield Message("place.outline"), "\n".join(entry.get_title() for entry in document.get_toc())
        for number in range(document.count_attachments()):
            attachment = document.get_attachment(number)
            yield Message("place.attachment"), attachment.get_name()
            yield from texts(bytes(attachment.get_data()))
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            yield Message("place.page", {"page": number + 1}), words.get_text_bounded()
            words.close()
            page.close()
    yield from ((Message(_HIDDEN), text) for text in _pdf_strings(data))


def _pdf_strings(data: bytes) -> Iterator[str]:
    """What a PDF holds and may show nowhere: notes, XMP, forms and scripts, in packed streams too, as text and as written strings."""
    for content in (_STREAM.sub(b" ", data), *_unpacked(data)):
        yield content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8", "replace")
        yield "\n".join(_written(_ESCAPE.sub(_unescaped, found[1])) for found in _LITERAL.finditer(content))
        yield "\n".join(_written(bytes.fromhex(found[1].decode())) for found in _HEXADECIMAL.finditer(content))


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Every stream but fonts, unpacked where it is packed."""
    for found in _STREAM.finditer(data):
        content = found[1]
        with suppress(ValueError):
            content = base64.a85decode(content.strip(), adobe=True) if content.rstrip().endswith(b"~>") else content
        with suppress(zlib.error):
            content = zlib.decompressobj().decompress(content, _MOST_UNPACKED)
        if not content.startswith(_FONTS):
            yield content


def _written(text: bytes) -> str:
    """A string of a PDF: UTF-16 with a mark, else one byte a letter."""
    return text.decode("utf-16" if text.startswith(_UTF_16) else "latin-1", "replace")


def _unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8) & 0xFF]) if sign.isdigit() else {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\n": b""}.get(sign, sign)


def _zip_texts(data: bytes) -> Iterator[tuple[Message, str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield Message("place.comment"), archive.comment.decode("utf-8", "replace")
        for part in archive.infolist():
            where = Message("place.part", {"part": _PART.sub("", part.filename)})
            yield where, part.filename
            yield from _marked_up(where, archive.read(part).decode("utf-8", "replace"))


def _marked_up(where: Message, text: str) -> Iterator[tuple[Message, str]]:
    """Text as it stands; the words between marks, parted and joined: a name may be split over two runs or two cells.

    What a link (%41), a cell (_x0041_) and the head of a sheet (&C) write otherwise is read as well.
    """
    plain = unescape(text)
    yield where, plain
    if "%" in plain or "_x" in plain or "&" in plain:
        yield where, unquote(_CODE.sub(" ", _CELL.sub(lambda found: chr(int(found[1], 16)), plain)))
    if "<" in text:
        yield where, unescape(_TAG.sub(" ", text))
        yield where, unescape(_TAG.sub("", text))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    else:
        yield str(value)


class _Search:
    """Finds many names in one pass: names by their sorted words, accounts by their characters without blanks."""

    def __init__(self, forbidden: Sequence[str], allowed: Collection[str]) -> None:
        self._allowed = [f" {' '.join(_words(phrase))} " for phrase in allowed if _words(phrase)]
        permitted = {tuple(_words(phrase)) for phrase in allowed}
        wanted = [words for words in map(_words, forbidden) if words and tuple(words) not in permitted]
        self._accounts = {joined for words in wanted if _ACCOUNT.fullmatch(joined := "".join(words))}
        self._account_starts = {account[:2] for account in self._accounts}
        self._names = {tuple(sorted(map(sound, words))) for words in wanted}
        self._lengths = sorted({len(name) for name in self._names})

    def hits(self, text: str) -> bool:
        """Whether any forbidden one stands in the text."""
        words = self.others(text)
        return self._has_name(words) or self._has_account(words)

    def others(self, text: str) -> list[str]:
        """The words of a text but for what is published on purpose."""
        return self._without_allowed(_words(text))

    def _without_allowed(self, words: list[str]) -> list[str]:
        joined = f" {' '.join(words)} "
        for phrase in self._allowed:
            joined = joined.replace(phrase, " 0 ")
        return joined.split()

    def _has_name(self, words: list[str]) -> bool:
        sounds = [sound(word) for word in words]
        return any(
            tuple(sorted(sounds[place : place + length])) in self._names
            for length in self._lengths
            for place in range(len(sounds) - length + 1)
        )

    def _has_account(self, words: list[str]) -> bool:
        if not self._accounts:
            return False
        return any(
            "".join(words[place : place + groups]) in self._accounts
            for place, word in enumerate(words)
            if word[:2] in self._account_starts
            for groups in range(1, _MOST_GROUPS)
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(anyascii(text).casefold())
