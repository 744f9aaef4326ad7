"""What saves a book: backup, restore, drill."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.domain.problem import KnownError

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.services.backups import Backup

_COLUMNS = ("id", "made_at", "operations", "entries", "imports", "size", "file")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    backing = verbs.verb("backup", backup).book().takes("--to", metavar="FOLDER", said="backup_to").flag("--list")
    backing.takes("--second-place", metavar="FOLDER").flag("--no-second-place").json()
    restoring = verbs.verb("restore", restore).takes("backup", metavar="BACKUP").takes("book", metavar="NEWBOOK", said="new_book")
    restoring.takes("--passphrase-file", metavar="F").takes("--against", metavar="BOOK", said="restore_against")
    rehearsing = verbs.verb("drill", drill).book()
    for one in (restoring, rehearsing):
        one.flag("--lost-passphrase").takes("--recovery-key-file", metavar="F").json()


def backup(call: Call) -> int:
    """Back a book up, list its backups, or say where the second place is; 1 when the second place failed."""
    from fundledger.services.backups import back_up, kept_backups, set_second_place  # noqa: PLC0415  the store is loaded where a book is opened

    to, place = call.given("to"), call.given("second_place")
    with call.book() as book:
        if call.given("list"):
            call.out.rows([_backup(one) for one in kept_backups(book)], _COLUMNS, "cli.no_backups")
            return 0
        if place or call.given("no_second_place"):
            set_second_place(book, Path(place) if place else None, call.at)
        kept = back_up(book, call.at, Path(to) if to else None)
    warnings = [call.out.problem_record(one) for one in kept.warnings]
    second = str(kept.second.file) if kept.second else None
    facts = {**_backup(kept.backup), "second": second, "warnings": warnings}
    call.out.done("cli.done.backup", facts, file=str(kept.backup.file), n=kept.backup.header.entries)
    if kept.second:
        call.out.say("cli.done.backup_second", file=second)
    for problem in () if call.out.as_json else kept.warnings:
        call.out.note(problem)
    return 1 if kept.warnings else 0


def _backup(one: Backup) -> dict[str, object]:
    head = one.header
    return {
        "id": head.number, "made_at": head.made_at, "operations": head.operations, "entries": head.entries, "imports": head.imports,
        "size": one.size, "file": str(one.file),
    }  # fmt: skip


def restore(call: Call) -> int:
    """Make a book of a backup under a new name and say what it lacks; 1 when something is left to look at."""
    from fundledger.services.backups import restore as restored  # noqa: PLC0415  as above
    from fundledger.store.backups import read  # noqa: PLC0415  as above
    from fundledger.store.book import with_ending  # noqa: PLC0415  as above

    path, source, against = with_ending(Path(call.given("book"))), Path(call.given("backup")), call.given("against")
    if path.exists():  # before a passphrase is asked for
        raise KnownError("book.exists", str(path))
    read(source)
    key = _recovery_key(call)
    passphrase = None if key else _passphrase(call)
    found = restored(source, path, call.at, passphrase, recovery_key=key, live=Path(against) if against else None)
    lacks = asdict(found.lacks) if found.lacks else None
    facts = {"id": found.header.number, "book": str(found.path), "made_at": found.header.made_at, "lacks": lacks}
    warnings = [call.out.problem_record(one) for one in found.warnings]
    call.out.done("cli.done.restore", {**facts, "warnings": warnings}, book=str(found.path), number=found.header.number)
    if lacks:
        call.out.say("cli.restore.lacks" if any(lacks.values()) else "cli.restore.lacks_nothing", **lacks)
    for problem in () if call.out.as_json else found.warnings:
        call.out.note(problem)
    return 1 if found.warnings or (lacks and any(lacks.values())) else 0


def drill(call: Call) -> int:
    """Prove that the newest backup would serve; 1 when it would not."""
    from fundledger.services.backups import drill as rehearse  # noqa: PLC0415  as above
    from fundledger.store.book import open_book, with_ending  # noqa: PLC0415  as above

    path = with_ending(Path(call.given("book")))
    if not path.exists():
        raise KnownError("book.not_found", str(path))
    passphrase = _passphrase(call)
    key = _recovery_key(call)
    with open_book(path, passphrase) as book:
        done = rehearse(book, call.at, None if key else passphrase, recovery_key=key)
    faults = [call.out.problem_record(one) for one in done.problems]
    number, facts = done.backup.header.number, {"operation": done.operation, "sound": not faults, "faults": faults}
    for problem in () if call.out.as_json else done.problems:
        call.out.show(problem)
    call.out.done("cli.drill.failed" if faults else "cli.drill.sound", {"id": number, **facts}, number=number, n=len(faults))
    return 1 if faults else 0


def _passphrase(call: Call) -> str:
    from fundledger.cli.passphrase import ask  # noqa: PLC0415  as above

    return ask(call.given("passphrase_file"), call.out.speaker)


def _recovery_key(call: Call) -> str | None:
    """The recovery key, where the passphrase is lost or that is rehearsed."""
    from fundledger.cli.passphrase import ask_recovery  # noqa: PLC0415  as above

    file = call.given("recovery_key_file")
    return ask_recovery(file, call.out.speaker) if file or call.given("lost_passphrase") else None
