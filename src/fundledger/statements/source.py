"""The octets of one statement file, read twice from where they were opened once: what was looked at is what is taken in."""

from __future__ import annotations

import codecs
import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING, Protocol, Self

from fundledger.domain.problem import KnownError
from fundledger.statements.safety import HEAD_SIZE, xml_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 64 * 1024
# The control characters no XML text may have; in UTF-8 these octets are part of nothing else.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))


class Octets(Protocol):
    """What a source is read from: an open file, or a member of an archive that is unpacked anew from its beginning."""

    def seek(self, offset: int, /) -> object:
        """Go to the beginning."""

    def read(self, size: int, /) -> bytes:
        """The next octets, none at the end."""

    def close(self) -> None:
        """Let go of it."""


def open_source(path: Path, limit: int) -> Source:
    """Open a file of the user, at most `limit` bytes, and hash it.

    Raises KnownError file.unreadable or file.missing (the system's errno name), file.not_a_file, file.too_large.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
            raise KnownError("file.not_a_file", path.name)
        file = path.open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(error, path.name) from error
    stated = os.fstat(file.fileno()).st_size
    if stated > limit:
        file.close()
        raise KnownError("file.too_large", path.name, size=stated, limit=limit)
    return Source(path.name, file, limit)


def _unreadable(error: OSError | ValueError, name: str) -> KnownError:
    reason = errno_name(error)
    return KnownError("file.missing" if reason == "ENOENT" else "file.unreadable", name, reason=reason)


class Source:
    """Octets that were bounded and hashed on being taken over; read again, decoded, by `texts`.

    Attributes: name, octets, size in bytes, sha256 in hexadecimal, head (the first 64 KiB).
    """

    def __init__(self, name: str, octets: Octets, limit: int) -> None:
        """Hash what is there, and close it where that fails.

        Raises KnownError file.unreadable, file.too_large, and what reading a member of an archive raises.
        """
        self.name = name
        self.octets = octets
        try:
            self._first_pass(limit)
        except OSError as error:
            octets.close()
            raise _unreadable(error, name) from error
        except KnownError:
            octets.close()
            raise

    def __enter__(self) -> Self:
        """Give the source."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the octets."""
        self.octets.close()

    def _first_pass(self, limit: int) -> None:
        digest, self.size, self.head = hashlib.sha256(), 0, b""
        for block in self._blocks():
            self.head = self.head or block[:HEAD_SIZE]
            digest.update(block)
            self.size += len(block)
            if self.size > limit:
                raise KnownError("file.too_large", self.name, size=self.size, limit=limit)
        self.sha256 = digest.hexdigest()

    def _blocks(self) -> Iterator[bytes]:
        self.octets.seek(0)
        while block := self.octets.read(_BLOCK):
            yield block

    def bytes_again(self) -> Iterator[bytes]:
        """The file a second time, never longer than the first; at its end the digests must agree.

        Raises KnownError file.changed when the file is another by now, file.unreadable when its drive is gone.
        """
        digest, size = hashlib.sha256(), 0
        try:
            for block in self._blocks():
                digest.update(block)
                size += len(block)
                if size > self.size:
                    break
                yield block
        except OSError as error:
            raise _unreadable(error, self.name) from error
        if digest.hexdigest() != self.sha256:
            raise KnownError("file.changed", self.name)

    def check_unchanged(self) -> None:
        """Read the file once more from the start and raise KnownError file.changed if it is another by now."""
        for _ in self.bytes_again():
            pass

    def texts(self, codec: str = "", errors: str = "strict") -> Iterator[str]:
        """The file a second time, decoded, no letter of a name ever replaced; as an XML text where no codec is named.

        With `errors` surrogateescape an octet that is no letter comes as a lone surrogate, for the reader to fault its row.

        Raises KnownError file.undecodable and file.binary with the offset, and what `bytes_again` raises.
        """
        decoder = codecs.getincrementaldecoder(codec or xml_encoding(self.head))(errors)
        offset = 0
        for block in self.bytes_again():
            yield self._decoded(decoder, block, offset)
            offset += len(block)
        if decoder.getstate()[0]:  # the file ends inside a letter; no text goes on after this mark, so no parser takes it
            yield "\ufffd"

    def _decoded(self, decoder: codecs.IncrementalDecoder, block: bytes, offset: int) -> str:
        held_back = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block)
        except UnicodeError as error:
            start = error.start if isinstance(error, UnicodeDecodeError) else 0
            raise KnownError("file.undecodable", self.name, offset=offset - held_back + start) from error
        if len((octets := text.encode(errors="surrogateescape")).translate(None, _CONTROLS)) != len(octets):
            raise KnownError("file.binary", self.name, offset=offset + next(n for n, octet in enumerate(octets) if octet in _CONTROLS))
        return text


def errno_name(error: OSError | ValueError) -> str:
    """The system's short name of an error, such as EACCES; EINVAL for a path no system knows."""
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0, "EINVAL")
