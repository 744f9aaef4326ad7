"""Puts finished files where they were asked for: checked before the work, searched before they leave, never half a file."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError, Problem, refusal
from fundledger.export import page, qr
from fundledger.export.gate import check_public
from fundledger.export.text import file_name
from fundledger.reports.value import Appeal, Audience, Report

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fundledger.i18n import Speaker

FORMATS = ("pdf", "xlsx", "html", "json", "csv")


def render(report: Report, form: str, speaker: Speaker) -> bytes:
    """The finished bytes of a report in one of FORMATS; raises KnownError export.format_unknown for another."""
    if form not in FORMATS:
        raise KnownError("export.format_unknown", form, known=", ".join(FORMATS))
    # Each format loads a library of its own; only the one that is asked for is paid for.
    finished: bytes = import_module(f"fundledger.export.{form}").render(report, speaker)
    return finished


def write_report(
    report: Report,
    directory: Path,
    formats: Sequence[str],
    speaker: Speaker,
    forbidden: Sequence[str],
    allowed: Collection[str] = (),
) -> list[Path]:
    """Write a report in each format; returns the files, in order of `formats`.

    All are rendered and, for the public, searched for `forbidden` names before the first is written. `allowed` adds to our own name.
    Raises KnownError export.* for a target that cannot be written and gate.name_found where a name would leave.
    """
    check_target(directory)
    stem = report_stem(report, speaker)
    files = {f"{stem}.{form}": render(report, form, speaker) for form in dict.fromkeys(formats)}
    if report.audience == Audience.PUBLIC:
        # The words of a cell may stand on several lines of a PDF; in JSON they stand together.
        searched = files | {f"{stem}.json": render(report, "json", speaker)}
        _refuse_names(searched, forbidden, {report.foundation, *allowed})
    return save(directory, files)


def write_page(
    appeal: Appeal,
    directory: Path,
    speaker: Speaker,
    forbidden: Sequence[str],
    allowed: Collection[str] = (),
) -> list[Path]:
    """Write an appeal's own page as HTML, text and JSON; it is always public, so always searched. Raises as write_report."""
    check_target(directory)
    stem = file_name(appeal.code, "page", speaker.language)
    files = {f"{stem}.{form}": data for form, data in page.render(appeal, speaker).items()}
    _refuse_names(files, forbidden, {appeal.foundation, *allowed})
    return save(directory, files)


def report_stem(report: Report, speaker: Speaker) -> str:
    """The name of a report's files without their ending: the same report has the same name."""
    period = [day.isoformat() for day in (report.start_on, report.end_on) if day is not None]
    subject = file_name(report.subject, longest=40) if report.subject else ""
    return file_name(report.name, subject, *period, report.audience, speaker.language)


def check_target(directory: Path) -> None:
    """Refuse a folder that cannot take a file, before any work is done; a missing one is made."""
    where = directory.absolute()
    if any(parent.suffix == ".fundledger" for parent in (where, *where.parents)):
        raise KnownError("export.inside_book", str(directory))
    try:
        where.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=where):
            pass
    except (FileExistsError, NotADirectoryError):
        raise KnownError("export.not_a_folder", str(directory)) from None
    except OSError as error:
        raise _known(error, directory, 0) from error


def write_code(directory: Path, code: str, scanned: str) -> list[Path]:
    """Write both pictures of the QR code of a campaign; raises KnownError export.* as `check_target` and `save`."""
    check_target(directory)
    stem = file_name(f"qr-{code}")
    return save(directory, {f"{stem}.png": qr.png(scanned), f"{stem}.svg": qr.svg(scanned, code)})


def save(directory: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write all files beside their places, synced, then rename them; raises KnownError and leaves no half file."""
    needed = sum(map(len, files.values()))
    if shutil.disk_usage(directory).free < needed:
        raise KnownError("export.no_space", str(directory), needed=needed)
    drafts: dict[Path, Path] = {}
    try:
        for name, data in files.items():
            drafts[directory / name] = _draft(directory, data)
        for target, draft in drafts.items():
            _rename(draft, target)
        _sync(directory)
    except OSError as error:
        raise _known(error, directory, needed) from error
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return list(drafts)


def _draft(directory: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(dir=directory, prefix=".fundledger-", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            # A report is read by others; a temporary file is not.
            Path(name).chmod(0o644)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _rename(draft: Path, target: Path) -> None:
    if target.is_dir():
        raise KnownError("export.unwritable", str(target))
    try:
        draft.replace(target)
    except PermissionError:
        raise KnownError("export.target_open", str(target)) from None


def _sync(directory: Path) -> None:
    """The renames survive a power cut; Windows has no such call and needs none."""
    if os.name == "posix":
        folder = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _refuse_names(files: Mapping[str, bytes], forbidden: Sequence[str], allowed: Collection[str]) -> None:
    problems: list[Problem] = []
    for name, data in files.items():
        problems += check_public(data, name, forbidden, allowed)
    if problems:
        raise refusal(tuple(problems))


def _known(error: OSError, directory: Path, needed: int) -> KnownError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return KnownError("export.no_space", str(directory), needed=needed)
    return KnownError("export.unwritable", str(directory))
