"""Bank files become evidence in the book: one batch a file, whole or not at all; they move no money."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError
from fundledger.domain.statement import Statement, StatementLine
from fundledger.services.arriving import Answers, Arriving, BalancesMissingError, Imported, covered_days
from fundledger.services.backups import BULK, back_up_first
from fundledger.services.profiles import saved_layouts
from fundledger.services.progress import never, quiet
from fundledger.statements import open_statement, open_statements
from fundledger.statements.given import NOTHING
from fundledger.statements.safety import FILE_LIMIT
from fundledger.store import arrivals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from fundledger.services.arriving import Covered, Watch
    from fundledger.statements import Given, StatementFile
    from fundledger.store.book import Book

_NO_ANSWERS = Answers()


class _LookedError(Exception):
    """A preview is over: what it wrote is taken back; it carries what the import comes to."""

    def __init__(self, found: Imported) -> None:
        super().__init__()
        self.found = found


def import_file(  # noqa: PLR0913  the book, the file, the time, and what a person may say or watch
    book: Book,
    path: Path,
    at: datetime,
    *,
    given: Given = NOTHING,
    answers: Answers = _NO_ANSWERS,
    limit: int = FILE_LIMIT,
    only: str = "",
    progress: Callable[[int, int], None] = quiet,
    cancelled: Callable[[], bool] = never,
) -> Iterator[Imported]:
    """Import a bank file, or each statement file of an archive, each as one reversible batch that is whole or not there.

    `only` is the SHA-256 of the one file that is meant. One that is refused keeps no other out: it is yielded with what refused it.
    A large file is imported after a backup, one imported before is no error. Raises KnownError when the file cannot be opened;
    book.no_recovery says that a forgotten passphrase would be the end of the book.
    """
    if not book.has_recovery:
        raise KnownError("book.no_recovery", str(book.path))
    watch = (progress, cancelled)
    yield from _each(path, limit, _told(book, given, at), only, lambda file: _take(book, file, at, answers, watch))


def import_statement(
    book: Book,
    path: Path,
    at: datetime,
    *,
    given: Given = NOTHING,
    answers: Answers = _NO_ANSWERS,
    limit: int = FILE_LIMIT,
    progress: Callable[[int, int], None] = quiet,
    cancelled: Callable[[], bool] = never,
) -> Imported:
    """Import one bank file that is no archive, as `import_file` does. Raises KnownError when it is refused; then nothing changed."""
    if not book.has_recovery:
        raise KnownError("book.no_recovery", str(book.path))
    with open_statement(path, limit, given=_told(book, given, at)) as file:
        return _take(book, file, at, answers, (progress, cancelled))


def preview(  # noqa: PLR0913  as import_file
    book: Book,
    path: Path,
    at: datetime,
    *,
    given: Given = NOTHING,
    answers: Answers = _NO_ANSWERS,
    limit: int = FILE_LIMIT,
    only: str = "",
    progress: Callable[[int, int], None] = quiet,
    cancelled: Callable[[], bool] = never,
) -> Iterator[Imported]:
    """What `import_file` would do, with the lines of each group; it is done and taken back, so that it cannot be anything else."""
    watch = (progress, cancelled)
    yield from _each(path, limit, _told(book, given, at), only, lambda file: _take(book, file, at, answers, watch, looking=True))


def _each(path: Path, limit: int, given: Given, only: str, take: Callable[[StatementFile], Imported]) -> Iterator[Imported]:
    """What becomes of each file at a path; each is open while it is taken."""
    for file in open_statements(path, limit, given=given):
        with file:
            if only not in {"", file.sha256}:
                continue
            try:
                yield take(file)
            except KnownError as error:
                yield _refused(file, error)


def _refused(file: StatementFile, error: KnownError) -> Imported:
    return Imported(
        file.name,
        file.format,
        unreadable=file.n_unreadable,
        refused=error.problems,
        left_out=tuple(file.unreadable),
        evidence=file.evidence,
        sha256=file.sha256,
    )


def _told(book: Book, given: Given, at: datetime) -> Given:
    return replace(given, today=at.date(), saved=saved_layouts(book))


def _take(book: Book, file: StatementFile, at: datetime, answers: Answers, watch: Watch, *, looking: bool = False) -> Imported:
    before = _imported_before(book, file)
    if before:
        return before
    warned = back_up_first(book, at) if file.size >= BULK and not looking else ()
    done = _import(book, file, at, answers, watch, looking=looking)
    return replace(done, problems=(*warned, *done.problems))


def _imported_before(book: Book, file: StatementFile) -> Imported | None:
    with book.reading() as db:
        batch_id = arrivals.find_batch(db, file.sha256)
        if batch_id is None:
            return None
        return Imported(
            file.name,
            file.format,
            already_here=arrivals.count_lines(db, batch_id),
            imported_before=arrivals.batch_imported_at(db, batch_id),
            evidence=file.evidence,
            sha256=file.sha256,
        )


def _import(book: Book, file: StatementFile, at: datetime, answers: Answers, watch: Watch, *, looking: bool) -> Imported:
    """Take the file in; `looking` takes all of it back at its end."""
    covered: list[Covered] | None = None
    while True:
        try:
            with book.operation("import", at, subject="late" if answers.late else None) as op:
                return _arrive(Arriving(op, file, answers, covered, watch, looking))
        except BalancesMissingError:
            covered = covered_days(file)
        except _LookedError as over:
            return replace(over.found, operation=None)


def _arrive(work: Arriving) -> Imported:
    """Everything the file says; a preview raises what it comes to, which rolls all of it back."""
    for event in work.file.events():
        if isinstance(event, Statement):
            work.begin(event)
        elif isinstance(event, StatementLine):
            work.line(event)
        else:
            work.end(event)
    done = work.result()
    if work.looking:
        raise _LookedError(done)
    return done
