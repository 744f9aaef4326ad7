"""Text formats: which encoding a file is written in, and its lines, strictly decoded, no letter of a name ever replaced."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

from fundledger.domain.problem import KnownError, Problem
from fundledger.statements.letters import Sample, likeliest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fundledger.statements.findings import Findings
    from fundledger.statements.given import Given
    from fundledger.statements.source import Source

# Characters a line may have before it is refused; no format here has lines near it.
LONGEST_LINE = 1024 * 1024
# Control characters that stand in no text; left are tab, ends of lines and pages, and the marks of old transports, taken off a line's ends.
_CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x01\x02\x03\x04\x1a")))
_TRANSPORT = "\x01\x02\x03\x04\x1a"
_READ = re.compile(r"utf-8(-sig)?|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp(125\d|437|77[0-9]|85[0-9]|866)|koi8-[ru]|mac-roman")
# The octets of ASCII, and those that follow the first of a letter of UTF-8.
_ASCII, _FOLLOWING = bytes(range(0x80)), bytes(range(0x80, 0xC0))
# A letter of UTF-8 that a bank broke at the end of a line of so many octets; put together again, nothing is guessed.
_BROKEN_LETTER = re.compile(rb"([\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?)(\r?\n(?:[?>][0-9]{2})?)([\x80-\xbf]{1,2})")
# A text is UTF-8 with damage, and no other encoding by chance, where it has so many sound letters for each octet out of place.
_SOUND_TIMES = 4


class Line(NamedTuple):
    """One line of a text, without its end: `number` counts from 1."""

    number: int
    text: str


def lines(source: Source, found: Findings, given: Given, likely: Sequence[str] = ()) -> Iterator[Line]:
    """The lines of a text file, ended by CR, LF or both, decoded by `encoding_of`.

    A line that cannot be decoded is a fault in `found`; it comes with U+FFFD where its letters are unknown, and whatever is made of it is
    left out (`StatementFile.events`): a reader need not mind.
    Raises KnownError file.binary, file.undecodable (UTF-16), file.field for a line without end.
    """
    number = 0
    for text in texts(source, found, given, likely):
        for part in text.split("\n"):
            number += 1
            if len(part) > LONGEST_LINE:
                raise KnownError("file.field", source.name, line=number, limit=LONGEST_LINE)
            yield Line(number, part.strip(_TRANSPORT) if part[:1] < " " or part[-1:] < " " else part)


def texts(source: Source, found: Findings, given: Given, likely: Sequence[str] = ()) -> Iterator[str]:
    """The same lines, many at a time, a line feed between two of them; marks of old transports still stand at their ends."""
    codec = encoding_of(source, found, given, likely)
    yield from _wide_texts(source, codec) if codec.startswith("utf-16") else _texts(source, codec, found)


def _with_line_feeds(text: str) -> str:
    """The same lines, whatever ended them."""
    if "\r" not in text:
        return text
    text = text.replace("\r\n", "\n")
    return text.replace("\r", "\n") if "\r" in text else text


def _texts(source: Source, codec: str, found: Findings) -> Iterator[str]:
    """Whole lines, many at a time, without the end of the last: in a codec that has ASCII, an octet that ends a line is nothing else."""
    number = offset = 0
    for block in _whole_lines(source):
        if len(block.translate(None, _CONTROLS)) != len(block):
            place = next(n for n, octet in enumerate(block) if octet in _CONTROLS)
            raise KnownError("file.binary", source.name, offset=offset + place)
        try:
            text = block.decode(codec)
        except UnicodeDecodeError:
            text = _mended(block, codec, (number, offset), found)
        text = _with_line_feeds(text)
        number += text.count("\n")
        offset += len(block)
        yield text.removesuffix("\n")


def _whole_lines(source: Source) -> Iterator[bytes]:
    """The file in pieces that end where a line ends."""
    rest = b""
    for block in source.bytes_again():
        held = rest + block
        end = max(held.rfind(b"\n"), held.rfind(b"\r", 0, len(held) - 1)) + 1  # a CR at the end may have its LF in the next block
        if end:
            yield held[:end]
        rest = held[end:]
        if len(rest) > 4 * LONGEST_LINE:
            raise KnownError("file.field", source.name, limit=LONGEST_LINE)
    if rest:
        yield rest


def _mended(block: bytes, codec: str, before: tuple[int, int], found: Findings) -> str:
    """A text some lines of which cannot be decoded: each of those is a fault."""
    first, offset = before
    texts = []
    for number, line in enumerate(_BROKEN_LETTER.sub(rb"\1\3\2", block).splitlines(keepends=True), first + 1):
        try:
            texts.append(line.decode(codec))
        except UnicodeDecodeError as error:
            found.undecodable = True
            values = {"offset": offset + error.start, "encoding": codec.removesuffix("-sig")}
            found.fault(Problem("line.undecodable", f"line {number}", values))
            texts.append(line.decode(codec, "replace"))
        offset += len(line)
    return "".join(texts)


def _wide_texts(source: Source, codec: str) -> Iterator[str]:
    """Whole lines of a text in UTF-16, whose damage has no end that could be told."""
    decoder, rest = codecs.getincrementaldecoder(codec)(), ""
    offset = 0
    for block in source.bytes_again():
        try:
            text = rest + decoder.decode(block)
        except UnicodeError as error:
            start = error.start if isinstance(error, UnicodeDecodeError) else 0
            raise KnownError("file.undecodable", source.name, offset=offset + start) from error
        offset += len(block)
        if "\0" in text:
            raise KnownError("file.binary", source.name, offset=text.index("\0"))
        end = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
        if end:
            yield _with_line_feeds(text[:end]).removesuffix("\n")
        rest = text[end:]
        if len(rest) > LONGEST_LINE:
            raise KnownError("file.field", source.name, limit=LONGEST_LINE)
    if decoder.getstate()[0]:
        raise KnownError("file.undecodable", source.name, offset=offset)
    if rest:
        yield _with_line_feeds(rest).removesuffix("\n")


def in_utf8(head: bytes) -> bytes:
    """The beginning of a text in UTF-8 where it is written in UTF-16, and without a mark; anything else as it is."""
    codec = _wide(head)
    return head.decode(codec, "ignore").lstrip("\ufeff").encode("utf-8", "ignore") if codec else head.removeprefix(codecs.BOM_UTF8)


def _wide(head: bytes) -> str | None:
    """UTF-16 with its mark, or by its shape: every second octet of a mostly Latin text is NUL, and hardly any other."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if half < 2 or max(even, odd) * 2 < half or min(even, odd) * 50 > half:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def encoding_of(source: Source, found: Findings, given: Given, likely: Sequence[str] = ()) -> str:
    """The codec of a whole text: what a person said, else its mark, else UTF-8 where all of it is, else the likeliest, warned of.

    `likely` are the codecs the format or the layout is known for, the likeliest first; a `likely` that begins with utf-8 says that the file
    declares it, and then it is taken at its word.
    """
    if given.encoding:
        return _said(given.encoding, source)
    wide = _wide(source.head)
    if wide or source.head.startswith(codecs.BOM_UTF8):
        return wide or "utf-8-sig"
    if all(map(_is_utf8, _whole_lines(source))):
        return "utf-8"
    sample, damaged, first = _sample(source)
    if damaged or (likely and likely[0].startswith("utf-8")):
        return "utf-8"
    codec = likeliest(sample, [one for one in likely if not one.startswith("utf")])
    found.warn("file.encoding_guessed", source.name, encoding=codec, line=first)
    return codec


def _said(name: str, source: Source) -> str:
    """The codec a person named, if it is one of texts; UTF-8 with its mark where the file has that."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    if not _READ.fullmatch(codec):
        raise KnownError("file.encoding", source.name, encoding=name)
    return "utf-8-sig" if codec == "utf-8" and source.head.startswith(codecs.BOM_UTF8) else codec


def _sample(source: Source) -> tuple[Sample, bool, int]:
    """What to guess by, whether the text is UTF-8 but for a few octets, and its first line that is no ASCII."""
    sample, n_letters, n_astray, before, first = Sample(), 0, 0, 0, 0
    for block in _whole_lines(source):
        beyond = block.translate(None, _ASCII)
        if beyond:
            first = first or before + 1 + block[: block.index(beyond[0])].count(b"\n")
            sound = block.decode("utf-8", "ignore").encode().translate(None, _ASCII)
            n_letters += len(sound.translate(None, _FOLLOWING))
            n_astray += len(beyond) - len(sound)
            sample.add(block, beyond)
        before += block.count(b"\n")
    return sample, n_letters >= _SOUND_TIMES * n_astray, first


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True
