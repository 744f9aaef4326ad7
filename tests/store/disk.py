"""A disk that fails at the nth step, and one that remembers what was written and synced: SQLite's own system calls and Python's.

SQLite reaches the disk through a table of functions (its VFS); the library exports it, so the tests put their own in front.
"""

from __future__ import annotations

import ctypes
import errno
import io
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest
import sqlcipher3  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

_FILE, _INT, _I64, _PTR, _STR = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_void_p, ctypes.c_char_p
_OPEN = ctypes.CFUNCTYPE(_INT, _PTR, _PTR, _FILE, _INT, ctypes.POINTER(_INT))
_DELETE = ctypes.CFUNCTYPE(_INT, _PTR, _STR, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _FILE, _PTR, _INT, _I64)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _FILE, _I64)
_SYNC = ctypes.CFUNCTYPE(_INT, _FILE, _INT)
# What SQLite says when the system says: no space left, or an error of input and output.
_FULL, _IO_WRITE, _IO_FSYNC, _IO_TRUNCATE, _IO_DELETE = 13, 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8, 10 | 10 << 8
SECTOR = 512


# A connection may be closed by the collector long after its disk: SQLite calls these functions then, so they stay.
_SHIMS: list[_Shim] = []


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", _INT), ("file_size", _INT), ("longest", _INT), ("next", _PTR), ("name", _STR), ("data", _PTR),
        ("open", _PTR), ("delete", _PTR),
    ]  # fmt: skip


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", _INT), ("close", _PTR), ("read", _PTR), ("write", _PTR), ("truncate", _PTR), ("sync", _PTR), ("rest", _PTR * 13),
    ]  # fmt: skip


class _File(ctypes.Structure):
    _fields_ = [("methods", ctypes.POINTER(_Methods))]


def _library() -> ctypes.CDLL:
    (found,) = Path(str(sqlcipher3.__file__)).parent.glob("_sqlite3*")
    return ctypes.CDLL(str(found))


@dataclass
class Step:
    """One thing SQLite did to a file, or a word of the test in between."""

    what: str
    path: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """Counts steps; from the `fail_at`th on every one fails until `heal`. `trace` keeps what SQLite did."""

    error: int = errno.ENOSPC
    fail_at: int = 0
    count: int = 0
    trace: list[Step] = field(default_factory=list)

    @property
    def struck(self) -> bool:
        """Whether anything failed."""
        return 0 < self.fail_at <= self.count

    def heal(self) -> None:
        """Fail no more."""
        self.fail_at = 0

    def fails(self) -> bool:
        """Count a step and say whether it fails."""
        self.count += 1
        return self.struck

    def step(self) -> None:
        """Count a step of Python's own; raises OSError."""
        if self.fails():
            raise OSError(self.error, os.strerror(self.error))

    def say(self, word: str, number: int = 0) -> None:
        """Put a word of the test into the trace."""
        self.trace.append(Step(word, at=number))


class _Failing(io.BufferedWriter):
    """A file whose writes are steps."""

    disk: Disk

    def write(self, data: Any) -> int:  # noqa: ANN401  whatever can be written
        self.disk.step()
        return super().write(data)


@contextmanager
def python_disk(disk: Disk, *modules: object) -> Iterator[None]:
    """Let Python's own syncs, renames and writes be steps of a disk; `modules` call the built-in `open` with a descriptor."""

    def stepped(real: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any, **named: Any) -> Any:  # noqa: ANN401  stands for any function
            disk.step()
            return real(*given, **named)

        return done

    def opened(descriptor: Any, mode: str = "r", **named: Any) -> IO[Any]:  # noqa: ANN401  as open
        if not isinstance(descriptor, int) or "w" not in mode:
            return open(descriptor, mode, **named)  # noqa: PTH123  as the one it stands for
        out = _Failing(io.FileIO(descriptor, "w"))
        out.disk = disk
        return out if "b" in mode else io.TextIOWrapper(out, encoding=named.get("encoding"), write_through=True)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "replace", "rename"):
            patch.setattr(os, name, stepped(getattr(os, name)))
        patch.setattr(os, "fdopen", opened)
        for module in modules:
            patch.setattr(module, "open", opened, raising=False)
        yield


@contextmanager
def sqlite_disk(disk: Disk) -> Iterator[None]:
    """Put a disk between SQLite and the system, for every file opened inside; close them inside as well."""
    library = _library()
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    kept = (vfs.open, vfs.delete)
    shim = _Shim(disk, _OPEN(kept[0]), _DELETE(kept[1]))
    _SHIMS.append(shim)
    vfs.open, vfs.delete = (ctypes.cast(each, _PTR).value for each in (shim.open_callback, shim.delete_callback))
    try:
        yield
    finally:
        vfs.open, vfs.delete = kept


class _Shim:
    """The functions in front, and every table of functions made for an open file."""

    def __init__(self, disk: Disk, real_open: Any, real_delete: Any) -> None:  # noqa: ANN401  ctypes functions have no type to name
        self.disk, self.real_open, self.real_delete = disk, real_open, real_delete
        self.open_callback, self.delete_callback = _OPEN(self.open), _DELETE(self.delete)
        self.paths: dict[int, str] = {}
        self.alive: list[object] = []

    def _result(self, kind: int) -> int:
        return _FULL if kind == _IO_WRITE and self.disk.error == errno.ENOSPC else kind

    def open(self, vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:  # noqa: ANN401  a pointer
        # SQLite keeps the very pointer as the path of the file, so it is passed on as it came.
        code: int = self.real_open(vfs, name, file, flags, out)
        if code == 0 and name:
            self.paths[file] = os.fsdecode(ctypes.string_at(name))
            self._stand_before(_File.from_address(file))
        return code

    def _stand_before(self, opened: _File) -> None:
        methods = _Methods()
        ctypes.pointer(methods)[0] = opened.methods.contents
        write, truncate, sync = _WRITE(methods.write), _TRUNCATE(methods.truncate), _SYNC(methods.sync)

        def writing(file: int, data: int, amount: int, at: int) -> int:
            if self.disk.fails():
                return self._result(_IO_WRITE)
            self.disk.trace.append(Step("write", self.paths[file], at, ctypes.string_at(data, amount)))
            return int(write(file, data, amount, at))

        def truncating(file: int, size: int) -> int:
            if self.disk.fails():
                return self._result(_IO_TRUNCATE)
            self.disk.trace.append(Step("truncate", self.paths[file], size))
            return int(truncate(file, size))

        def syncing(file: int, flags: int) -> int:
            if self.disk.fails():
                return self._result(_IO_FSYNC)
            self.disk.trace.append(Step("sync", self.paths[file]))
            return int(sync(file, flags))

        callbacks = (_WRITE(writing), _TRUNCATE(truncating), _SYNC(syncing))
        methods.write, methods.truncate, methods.sync = (ctypes.cast(each, _PTR).value for each in callbacks)
        self.alive += [methods, callbacks]
        opened.methods = ctypes.pointer(methods)

    def delete(self, vfs: int, name: bytes, synced: int) -> int:
        if self.disk.fails():
            return _IO_DELETE
        self.disk.trace.append(Step("delete", os.fsdecode(name), synced))
        return int(self.real_delete(vfs, name, synced))


# --- a power cut ------------------------------------------------------------------------------------------------------
@dataclass
class _Surface:
    """What surely lies on the disk of one file, and what was done to it since; None where there is no file."""

    content: bytearray | None
    pending: list[Step] = field(default_factory=list)


def after_power_cut(before: dict[str, bytes], trace: list[Step], chance: random.Random) -> dict[str, bytes]:
    """The files as they may be found when the power went after the last step of a trace.

    What was synced is there. Of what was not, each write is there, or not, or in some of its sectors; later ones may be there
    without earlier ones.
    """
    files = {path: _Surface(bytearray(content)) for path, content in before.items()}
    for step in trace:
        if not step.path:
            continue
        file = files.setdefault(step.path, _Surface(None))
        if step.what == "sync" or (step.what == "delete" and step.at):
            for each in (*file.pending, step):
                file.content = _done(file.content, each)
            file.pending.clear()
        else:
            file.pending.append(step)
    for file in files.values():
        for each in file.pending:
            file.content = _torn(file.content, each, chance)
    return {path: bytes(file.content) for path, file in files.items() if file.content is not None}


def _done(content: bytearray | None, step: Step) -> bytearray | None:
    if step.what == "delete":
        return None
    content = bytearray() if content is None else content
    if step.what == "truncate":
        del content[step.at :]
    if step.what == "write":
        content.extend(bytes(max(0, step.at - len(content))))
        content[step.at : step.at + len(step.data)] = step.data
    return content


def _torn(content: bytearray | None, step: Step, chance: random.Random) -> bytearray | None:
    luck = chance.random()
    if luck < 0.4:
        return content
    if luck < 0.8 or step.what != "write":
        return _done(content, step)
    for start in range(0, len(step.data), SECTOR):
        if chance.random() < 0.5:
            content = _done(content, Step("write", step.path, step.at + start, step.data[start : start + SECTOR]))
    return content
