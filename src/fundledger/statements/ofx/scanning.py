"""The text of an OFX file cut into entries and what stands beside them; one scanner for SGML and XML, tolerant of both.

No parser is asked: half of what banks send is neither good SGML nor good XML. A tag is what has the form of one; any other <
is text. What SGML may leave open (leaf tags) and what it may not (aggregates) are both read without their closing tag.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from html.entities import name2codepoint
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.statements.safety import LARGEST_PART, LONGEST_FIELD, xml_encoding
from fundledger.statements.text import encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.source import Source

_TAG = re.compile(r"<(/?[A-Za-z][\w.-]*)\s*(?:\s[\w:.-]+\s*=[^<>]*)?>", re.ASCII)
# Where nothing but these stands between < and >, cutting there is what the pattern above does, only faster.
_USUAL_NAMES = (
    "STMTTRN", "STMTTRNP", "TRNTYPE", "DTPOSTED", "DTUSER", "DTAVAIL", "TRNAMT", "FITID", "CHECKNUM", "REFNUM", "SIC", "NAME", "MEMO",
    "EXTDNAME", "BANKACCTTO", "CCACCTTO", "BANKID", "ACCTID", "ACCTTYPE", "CURRENCY", "ORIGCURRENCY", "CURRATE", "CURSYM",
)  # fmt: skip
_USUAL_TAGS = frozenset([*_USUAL_NAMES, *(f"/{name}" for name in _USUAL_NAMES)])
_SELF_CLOSED = re.compile(r"<[A-Za-z][\w.-]*\s*/>", re.ASCII)
_ROOT = re.compile(r"<(?:([A-Za-z][\w-]{0,20}:)?)OFX[\s>]", re.IGNORECASE | re.ASCII)
_BEGIN = re.compile(r"<STMTTRNP?\s*>", re.IGNORECASE)
_END = re.compile(r"</STMTTRNP?\s*>", re.IGNORECASE)
_USUAL_END = "</STMTTRN>"
# Where an entry that nobody closed must be over.
_AFTER = re.compile(r"</(?:BANKTRANLISTP?|(?:CC|INV)?STMTRS|INVBANKTRAN|INVTRANLIST|OFX)\s*>", re.IGNORECASE)
_NO_TEXT = re.compile(r"<(?:!--|!\[CDATA\[|\?[A-Za-z]|!(?:DOCTYPE|ENTITY)\b)", re.IGNORECASE)
_LONGEST_MARK = 30  # also of a name's prefix
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,8}[0-9]{0,2}));")
_ENTITIES = name2codepoint | {"apos": ord("'")}
_DECLARED = re.compile(rb"CHARSET\s*[:=]\s*\"?\s*([\w-]+?)(?=NONE|COMPRESSION|[\s\"<]|$)", re.IGNORECASE)
_ALSO_DECLARED = re.compile(rb"ENCODING\s*[:=]\s*\"?\s*(ISO-?8859-\d+|WINDOWS-\d+|CP\d+)", re.IGNORECASE)
_PAGE = re.compile(r"(?:windows-?|cp)?([0-9]{3,4})", re.IGNORECASE)
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHAPES = {b"<\0": "utf-16-le", b"O\0": "utf-16-le", b"\0<": "utf-16-be", b"\0O": "utf-16-be"}


def codec_of(source: Source, found: Findings, given: Given) -> str:
    """The codec of a file: what a person said, else UTF-8 where all of it is, whatever it declares, else what it declares, else a guess.

    Raises KnownError file.encoding for an XML declaration of a rarity.
    """
    shape = _SHAPES.get(source.head[:2])
    declared = _declared(source.head)
    if shape or given.encoding or source.head.startswith(_WIDE_MARKS):
        return shape or encoding_of(source, found, given)
    for codec in ("utf-8-sig", declared):
        if codec and _decodes(source, codec):
            return codec
    return encoding_of(source, found, given)


def _decodes(source: Source, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for block in source.bytes_again():
            decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _declared(head: bytes) -> str | None:
    """The single-byte codec the header names, None for none and for Unicode."""
    begin = head.upper().find(b"<OFX>")
    header = head[: begin if begin >= 0 else None]
    if header.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        name = xml_encoding(header)
    else:
        match = _DECLARED.search(header) or _ALSO_DECLARED.search(header)
        name = match[1].decode("ascii", "replace") if match else ""
    page = _PAGE.fullmatch(name)
    name = f"cp{page[1]}" if page else f"iso-{name}" if name.startswith("8859-") else name
    try:
        codec = codecs.lookup(name).name if page or "8859" in name else ""
    except LookupError:
        return None
    return {"iso8859-1": "cp1252"}.get(codec, codec) or None  # nobody means the controls Latin-1 has where 1252 has letters


def plain(texts: Iterable[str]) -> Iterator[str]:
    """The text without comments and instructions, CDATA as escaped text.

    Raises KnownError file.doctype on sight of one, file.part for a comment without end; one that the file's end cuts off is left out.
    """
    kept, unfinished = "", False
    for text in texts:
        whole = kept + text
        done, kept, unfinished = _resolved(whole) if "<!" in whole or "<?" in whole else (whole, "", False)
        if not unfinished:
            at = done.rfind("<", max(0, len(done) - _LONGEST_MARK))
            done, kept = (done[:at], done[at:]) if at >= 0 else (done, "")
        elif len(kept) > LARGEST_PART:
            raise KnownError("file.part", "", limit=LARGEST_PART)
        yield done
    if not unfinished:
        yield kept


def _resolved(text: str) -> tuple[str, str, bool]:
    """The text up to what is not finished in it, the rest, and whether there is one."""
    pieces, start = [], 0
    while mark := _NO_TEXT.search(text, start):
        if mark[0][2:].upper() in ("DOCTYPE", "ENTITY"):
            raise KnownError("file.doctype")
        closing = {"<!--": "-->", "<![": "]]>"}.get(mark[0][: 3 if mark[0][2] == "[" else 4], "?>")
        end = text.find(closing, mark.end())
        pieces.append(text[start : mark.start()])
        if end < 0:
            return "".join(pieces), text[mark.start() :], True
        if closing == "]]>":
            pieces.append(text[mark.end() : end].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        start = end + len(closing)
    return "".join((*pieces, text[start:])), "", False


def unprefixed(texts: Iterable[str], head: bytes) -> Iterator[str]:
    """The plain text with its names without their namespace prefix, as the root of a file that begins with `head` has it."""
    root = _ROOT.search(head.replace(b"\0", b"").decode("latin-1"))
    prefix = root[1] if root else None
    for text in plain(texts):
        yield text.replace(f"<{prefix}", "<").replace(f"</{prefix}", "</") if prefix else text


def parts(texts: Iterable[str]) -> Iterator[tuple[bool, str]]:
    """Entries (True) and what is beside them (False) in the order of the file; an entry that the file's end cuts off is left out.

    Raises KnownError file.part when an entry, or what is beside it, is larger than is ever written.
    """
    kept = ""
    for text in texts:
        searched = max(0, len(kept) - _LONGEST_MARK)
        kept += text
        start = 0
        for begin in _BEGIN.finditer(kept, searched):
            end = begin.start()
            if end:
                yield from _divided(kept[start:end])
            start = end
        kept = kept[start:]
        if len(kept) > LARGEST_PART:
            raise KnownError("file.part", "", limit=LARGEST_PART)
    if not _BEGIN.match(kept) or _END.search(kept) or _AFTER.search(kept):
        yield from _divided(kept)


def _divided(piece: str) -> list[tuple[bool, str]]:
    """An entry and what follows it, or what is before the first."""
    at = piece.find(_USUAL_END) + len(_USUAL_END)
    if at < len(_USUAL_END) or piece[1:2] not in "Ss":
        if not _BEGIN.match(piece):
            return [(False, piece)]
        end = _END.search(piece)
        after = None if end else _AFTER.search(piece)
        at = end.end() if end else after.start() if after else len(piece)
    rest = piece[at:]
    return [(True, piece[:at]), (False, rest)] if rest and not rest.isspace() else [(True, piece[:at])]


def tokens(fragment: str) -> tuple[list[str], list[str]]:
    """The tags of a fragment in capitals, closing ones with their /, and the raw text after each without the blanks around it.

    Raises KnownError file.field for a text longer than is stored.
    """
    if "/>" in fragment:
        fragment = _SELF_CLOSED.sub("", fragment)
    found = fragment.replace(">", "<").split("<")
    usual = len(found) % 2 and _USUAL_TAGS.issuperset(found[1::2])
    if not usual:
        found = _TAG.split(fragment)
    texts = [text.strip() for text in found[2::2]]
    if len(fragment) > LONGEST_FIELD and max(map(len, texts), default=0) > LONGEST_FIELD:
        raise KnownError("file.field", "", limit=LONGEST_FIELD)
    return found[1::2] if usual else [tag.upper() for tag in found[1::2]], texts


def words(text: str) -> str:
    """A text as it is meant: entities resolved, line ends as blanks, no blanks around it, composed letters (NFC)."""
    text = text.strip()
    if text.isascii() and text.isprintable() and "&" not in text:
        return text
    if "\n" in text or "\r" in text:
        text = " ".join(line.strip() for line in text.splitlines())
    if "&" in text:
        text = _ENTITY.sub(_letter, text).strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _letter(match: re.Match[str]) -> str:
    """The letter of an entity; one that names none, or no letter of a text, stands as it is."""
    number = int(match[1]) if match[1] else int(match[2], 16) if match[2] else _ENTITIES.get(match[3], 0)
    if number < 32 or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        return " " if number in (9, 10, 13) else match[0]
    return chr(number)
