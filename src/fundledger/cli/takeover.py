"""Taking over a foundation that is older than its book, from a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.passphrase import ask_second

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.services.takeover import Preview

_COLUMNS = ("what", "place", "about", "fund", "debit", "credit", "amount")
_FOUND = 1


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    takeover = verbs.noun("takeover")
    takeover.verb("template", template).takes("--out", required=True, metavar="F", said="takeover_out").json()
    reading = takeover.verb("read", read).book().takes("file", metavar="F", said="takeover_file")
    reading.takes("--preview", action="store_true", said="takeover_preview").takes("--second-passphrase-file", metavar="F").json()


def template(call: Call) -> int:
    """Write the empty workbook."""
    from fundledger.export.takeover import write_template  # noqa: PLC0415  a library of its own, loaded where it is wanted

    path = Path(call.given("out")).absolute()
    path = path if path.suffix.lower() == ".xlsx" else path.with_name(f"{path.name}.xlsx")
    write_template(path, call.out.speaker)
    call.out.done("cli.done.takeover_template", {"file": str(path)}, file=str(path))
    return 0


def read(call: Call) -> int:
    """Show what the workbook comes to, or book it with a second person."""
    from fundledger.services import takeover  # noqa: PLC0415  the store is loaded where a book is opened

    path = Path(call.given("file"))
    with call.book() as book:
        if call.given("preview"):
            return _told(call, takeover.preview(book, path, call.at))
        second = book.witness(ask_second(call.given("second_passphrase_file"), call.out.speaker))
        changes = takeover.take_over(book, path, call.at, second)
    return call.changed(changes, "takeover", {"file": path.name}, file=path.name)


def _told(call: Call, seen: Preview) -> int:
    """Every step, or everything that stands in its way; exit code 1 where something does."""
    out = call.out
    if seen.problems:
        for problem in seen.problems:
            out.record(out.problem_record(problem)) if out.as_json else out.show(problem)
        return _FOUND
    records = [{"id": n, **{name: getattr(one, name) for name in _COLUMNS}} for n, one in enumerate(seen.steps, 1)]
    out.rows(records, _COLUMNS)
    for problem in () if out.as_json else seen.warnings:
        out.note(problem)
    out.say("cli.takeover.previewed", n=len(seen.steps))
    return 0
