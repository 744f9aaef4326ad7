"""One bank file, read twice on one descriptor, so that what was looked at is what is taken in."""

from __future__ import annotations

import codecs
import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING, Self

from fundledger.domain.problem import KnownError
from fundledger.statements.safety import HEAD_SIZE, xml_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 64 * 1024
# The control characters no XML text may have; in UTF-8 these octets are part of nothing else.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))


class Source:
    """A file of the user: opened, bounded and hashed on entering; read again, decoded, by `texts`.

    Attributes: name, size in bytes, sha256 in hexadecimal, head (the first 64 KiB).
    """

    def __init__(self, path: Path, limit: int) -> None:
        """Open and hash the file.

        Raises KnownError file.unreadable (the system's errno name), file.not_a_file, file.too_large.
        """
        self.name = path.name
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for ever
                raise KnownError("file.not_a_file", self.name)
            self._file = path.open("rb")
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        try:
            self._first_pass(limit)
        except OSError as error:
            self._file.close()
            raise self._unreadable(error) from error
        except KnownError:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Give the source."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the descriptor."""
        self._file.close()

    def _unreadable(self, error: OSError | ValueError) -> KnownError:
        reason = errno_name(error)
        return KnownError("file.missing" if reason == "ENOENT" else "file.unreadable", self.name, reason=reason)

    def _first_pass(self, limit: int) -> None:
        stated = os.fstat(self._file.fileno()).st_size
        if stated > limit:
            raise KnownError("file.too_large", self.name, size=stated, limit=limit)
        digest, self.size, self.head = hashlib.sha256(), 0, b""
        for block in self._blocks():
            self.head = self.head or block[:HEAD_SIZE]
            digest.update(block)
            self.size += len(block)
            if self.size > limit:
                raise KnownError("file.too_large", self.name, size=self.size, limit=limit)
        self.sha256 = digest.hexdigest()

    def _blocks(self) -> Iterator[bytes]:
        self._file.seek(0)
        while block := self._file.read(_BLOCK):
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
            raise self._unreadable(error) from error
        if digest.hexdigest() != self.sha256:
            raise KnownError("file.changed", self.name)

    def check_unchanged(self) -> None:
        """Read the file once more from the start and raise KnownError file.changed if it is another by now."""
        for _ in self.bytes_again():
            pass

    def texts(self) -> Iterator[str]:
        """The file a second time as an XML text, strictly decoded, no letter of a name ever replaced.

        Raises KnownError file.undecodable and file.binary with the offset, and what `bytes_again` raises.
        """
        decoder = codecs.getincrementaldecoder(xml_encoding(self.head))()
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
        if len((octets := text.encode()).translate(None, _CONTROLS)) != len(octets):
            raise KnownError("file.binary", self.name, offset=offset + next(n for n, octet in enumerate(octets) if octet in _CONTROLS))
        return text


def errno_name(error: OSError | ValueError) -> str:
    """The system's short name of an error, such as EACCES; EINVAL for a path no system knows."""
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0, "EINVAL")
