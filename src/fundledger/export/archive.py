"""An archive that the same files make the same bytes of: a ZIP with nothing compressed, its members in the order of their names, one time.

`values` and `value_of` take a `Report` apart into plain JSON and put it together again, so that whoever has no book sets it anew.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from fundledger.domain.evidence import Head
from fundledger.domain.money import Money
from fundledger.domain.problem import KnownError
from fundledger.reports import value

_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o644 << 16
_NAME = re.compile(r"(?:(?:reports|bundle|documents)/)?[a-z0-9][a-z0-9-]*(?:\.[a-z]+)*", re.ASCII)
_MOST_MEMBERS = 20_000
_NO_ZIP = (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError, KeyError, struct.error)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _TIME)
            member.create_system, member.external_attr = _UNIX, _READABLE
            archive.writestr(member, files[name])
    return made.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of an archive that `packed` could have made, byte for byte; nothing is compressed and no name is ever a path.

    Raises KnownError pack.unreadable, pack.bad_name, pack.not_canonical.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            for one in members:
                if not _NAME.fullmatch(one.filename):
                    raise KnownError("pack.bad_name", one.filename)
            stored = all(one.compress_type == zipfile.ZIP_STORED and one.file_size == one.compress_size for one in members)
            if not stored or len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > len(data):
                raise KnownError("pack.not_canonical")
            files = {one.filename: archive.read(one) for one in members}
    except _NO_ZIP:
        raise KnownError("pack.unreadable") from None
    if packed(files) != data:
        raise KnownError("pack.not_canonical")
    return files


def canonical(content: object) -> bytes:
    """JSON that has one form only."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


# --- a report as values -----------------------------------------------------------------------------------------------
_KNOWN: dict[str, Any] = {
    name: kind for name, kind in vars(value).items() if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, StrEnum))
} | {"Money": Money, "Head": Head}


def values(thing: object) -> object:
    """A value of `reports.value` as what JSON can hold."""
    if isinstance(thing, StrEnum):
        return {"_": type(thing).__name__, "is": thing.value}
    if thing is None or isinstance(thing, bool | int | str):
        return thing
    if isinstance(thing, date):
        return {"_": "date", "is": thing.isoformat()}
    if isinstance(thing, Mapping):
        return {"_": "map", "is": [[values(key), values(one)] for key, one in thing.items()]}
    if isinstance(thing, Sequence):
        return [values(one) for one in thing]
    name = type(thing).__name__
    if _KNOWN.get(name) is not type(thing):
        raise TypeError(f"{name} is no value of a report")
    return {"_": name, **{one.name: values(getattr(thing, one.name)) for one in fields(thing)}}  # type: ignore[arg-type]


def value_of(said: object) -> Any:  # noqa: ANN401  whatever `values` took apart
    """The value again; raises KeyError, TypeError, ValueError where it is none."""
    if isinstance(said, list):
        return tuple(value_of(one) for one in said)
    if not isinstance(said, dict):
        return said
    facts = dict(said)
    kind = facts.pop("_")
    if kind == "date":
        return date.fromisoformat(facts["is"])
    if kind == "map":
        return {value_of(key): value_of(one) for key, one in facts["is"]}
    known = _KNOWN[kind]
    return known(facts["is"]) if issubclass(known, StrEnum) else known(**{name: value_of(one) for name, one in facts.items()})
