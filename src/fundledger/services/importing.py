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
from fundledger.statements import Given, open_statement, open_statements
from fundledger.statements.safety import FILE_LIMIT
from fundledger.store import arrivals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from fundledger.services.arriving import Covered, Watch
    from fundledger.statements import StatementFile
    from fundledger.store.book import Book

_NOTHING, _NO_ANSWERS = Given(), Answers()


class _LookedError(Exception):
    """A preview is over: what it wrote is taken back."""


def import_file(  # noqa: PLR0913  the book, the file, the time, and what a person may say or watch
    book: Book,
    path: Path,
    at: datetime,
    *,
    given: Given = _NOTHING,
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
    for file in _files(path, limit, _told(book, given, at), only):
        try:
            yield _take(book, file, at, answers, (progress, cancelled))
        except KnownError as error:
            yield _refused(file, error)


def import_statement(
    book: Book,
    path: Path,
    at: datetime,
    *,
    given: Given = _NOTHING,
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
    given: Given = _NOTHING,
    answers: Answers = _NO_ANSWERS,
    limit: int = FILE_LIMIT,
    only: str = "",
    progress: Callable[[int, int], None] = quiet,
    cancelled: Callable[[], bool] = never,
) -> Iterator[Imported]:
    """What `import_file` would do, with the lines of each group; it is done and taken back, so that it cannot be anything else."""
    for file in _files(path, limit, _told(book, given, at), only):
        try:
            yield _imported_before(book, file) or _look(book, file, at, answers, (progress, cancelled))
        except KnownError as error:
            yield _refused(file, error)


def _files(path: Path, limit: int, given: Given, only: str) -> Iterator[StatementFile]:
    """The files at a path, each open while it is looked at."""
    for file in open_statements(path, limit, given=given):
        with file:
            if only in {"", file.sha256}:
                yield file


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


def _take(book: Book, file: StatementFile, at: datetime, answers: Answers, watch: Watch) -> Imported:
    before = _imported_before(book, file)
    if before:
        return before
    warned = back_up_first(book, at) if file.size >= BULK else ()
    done = _import(book, file, at, answers, watch)
    return replace(done, problems=(*warned, *done.problems))


def _look(book: Book, file: StatementFile, at: datetime, answers: Answers, watch: Watch) -> Imported:
    found: list[Imported] = []
    try:
        _import(book, file, at, answers, watch, found)
    except _LookedError:
        return replace(found[0], operation=None)
    raise AssertionError("a preview ends by taking back what it did")


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


def _import(
    book: Book, file: StatementFile, at: datetime, answers: Answers, watch: Watch, looked: list[Imported] | None = None
) -> Imported:
    """Take the file in; with `looked`, put there what it comes to and raise _LookedError, which rolls all of it back."""
    covered: list[Covered] | None = None
    while True:
        try:
            with book.operation("import", at) as op:
                work = Arriving(op, file, answers, covered, watch, looked is not None)
                for event in file.events():
                    if isinstance(event, Statement):
                        work.begin(event)
                    elif isinstance(event, StatementLine):
                        work.line(event)
                    else:
                        work.end(event)
                done = work.result()
                if looked is not None:
                    looked.append(done)
                    raise _LookedError
                return done
        except BalancesMissingError:
            covered = covered_days(file)
