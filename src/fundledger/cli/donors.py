"""The register of donors."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli import receipts
from fundledger.cli.call import a_day
from fundledger.cli.passphrase import ask_second
from fundledger.domain.masking import mask_account, mask_text
from fundledger.domain.money import Money

if TYPE_CHECKING:
    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.domain.donors import Standing
    from fundledger.services.changes import Changes
    from fundledger.store.book import Book, Witness
    from fundledger.store.donors import DonorRow

_DONOR = ("id", "code", "name", "gifts", "given", "last_on", "protected", "restricted")
_STANDING = ("code", "gifts", "given", "last_on", "accounts", "emails", "pledges", "vouchers", "protected")
# As services.erasing has them, which is loaded where a book is opened.
REASONS = ("request", "consent", "needless")


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    donor = verbs.noun("donor")
    one = donor.verb("add", add_donor).book().takes("--name", required=True, said="donor_name")
    one.takes("--iban", action="append", default=[], metavar="I", said="donor_iban")
    one.takes("--email", action="append", default=[], metavar="E", said="donor_email")
    one.flag("--protected").takes("--reason", metavar="T", said="protected_reason").json()
    donor.verb("list", donors).book().reveal().json()
    donor.verb("find", find).book().takes("text", metavar="TEXT", said="donor_text").reveal().json()
    donor.verb("show", show_donor).book().takes("donor", metavar="DONOR").reveal().json()
    editing = donor.verb("edit", edit_donor).book().takes("donor", metavar="DONOR").takes("--name", said="donor_name")
    editing.flag("--protect").flag("--unprotect").takes("--reason", metavar="T", said="protected_reason")
    editing.takes("--second-passphrase-file", metavar="F").json()
    _declare_parts(donor)
    protecting = donor.verb("countries", countries).book().takes("--set", metavar="C,C", said="donor_countries")
    protecting.takes("--second-passphrase-file", metavar="F").json()
    donor.verb("duplicates", duplicate_donors).book().json()
    merging = donor.verb("merge", merge).book().takes("gone", metavar="FROM", said="donor_from")
    merging.takes("kept", metavar="INTO", said="donor_into").takes("--preview", action="store_true", said="preview_merge").json()
    parting = donor.verb("apart", apart).book().takes("donor", metavar="A").takes("other", metavar="B", said="donor_other")
    parting.flag("--lift").json()
    erasing = donor.verb("erase", erase_donor).book().takes("donor", metavar="DONOR")
    erasing.takes("--retain-until", type=a_day, metavar="D").choice("--reason", REASONS, default=REASONS[0]).json()
    exporting = donor.verb("export", export_donor).book().takes("donor", metavar="DONOR").takes("--out", required=True, metavar="DIR")
    exporting.takes("--second-passphrase-file", metavar="F").json()
    receipts.declare(verbs, donor)


def _declare_parts(donor: Verbs) -> None:
    account, email = donor.noun("account"), donor.noun("email")
    runs = ((account, "add", add_account), (account, "remove", remove_account), (email, "add", add_email), (email, "remove", remove_email))
    for parts, verb, run in runs:
        name = "iban" if parts is account else "email"
        parts.verb(verb, run).book().takes("donor", metavar="DONOR").takes(f"--{name}", required=True, said=f"donor_{name}").json()


def add_donor(call: Call) -> int:
    """Add a donor."""
    from fundledger.services.donors import add_donor as add  # noqa: PLC0415  the store is loaded where a book is opened

    given = call.given
    with call.book() as book:
        facts = {"protected": given("protected"), "emails": given("email"), "why": given("reason") or ""}
        changes = add(book, given("name"), given("iban"), call.at, **facts)
        code = _code(book, changes)
    return call.changed(changes, "donor", {"code": code}, code=code)


def _code(book: Book, changes: Changes) -> str:
    from fundledger.store.parties import find_donor  # noqa: PLC0415  as above

    with book.reading() as db:
        return find_donor(db, changes.ids[0]).code


def donors(call: Call) -> int:
    """Every donor, masked."""
    from fundledger.store.donors import donor_ids, donor_rows  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "donors")
        with book.reading() as db:
            rows = donor_rows(db, donor_ids(db), book.currency, reveal=reveal)
    call.out.rows([_donor(one) for one in rows], _DONOR)
    return 0


def find(call: Call) -> int:
    """Whom a text finds: by code, account and e-mail, and by name where names are shown."""
    from fundledger.services.donors import find_donors  # noqa: PLC0415  as above
    from fundledger.store.donors import donor_rows  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "donors")
        found = find_donors(book, call.given("text"), names=reveal)
        with book.reading() as db:
            rows = donor_rows(db, found, book.currency, reveal=reveal)
    call.out.rows([_donor(one) for one in rows], _DONOR, "cli.no_donor" if reveal else "cli.no_donor_masked")
    return 0


def _donor(one: DonorRow) -> dict[str, object]:
    last_on = date.fromisoformat(one.last_on) if one.last_on else None
    return {
        "id": one.id, "code": one.code, "name": one.name, "gifts": one.gifts, "given": one.given, "last_on": last_on,
        "protected": one.protected, "restricted": one.restricted,
    }  # fmt: skip


def show_donor(call: Call) -> int:
    """One donor, masked, with what she is reached by and what she promised."""
    from fundledger.store.donors import accounts_of, donor_rows, emails_of, protected_why  # noqa: PLC0415  as above
    from fundledger.store.parties import find_donor, open_pledges  # noqa: PLC0415  as above

    with call.book() as book:
        with book.reading() as db:
            found = find_donor(db, call.given("donor"), merged=True)
        reveal = call.revealing(book, found.code) and not found.restricted
        with book.reading() as db:
            row = donor_rows(db, [found.id], book.currency, reveal=reveal)[0]
            accounts, emails, why = accounts_of(db, found.id), emails_of(db, found.id), protected_why(db, found.id)
            pledged = sum((one[3] for one in open_pledges(db, book.currency, [found.id])), start=Money(0, book.currency))
    more: dict[str, object] = {
        "accounts": accounts if reveal else [mask_account(one) for one in accounts],
        "emails": emails if reveal else [mask_text(one) for one in emails],
        "protected_why": why if reveal else mask_text(why),
        "pledged": pledged,
        "merged_into": row.into,
    }
    call.out.facts(_donor(row) | more, (*_DONOR, *(name for name, value in more.items() if value)))
    return 0


def edit_donor(call: Call) -> int:
    """Another name; protected from now on, or no longer."""
    from fundledger.services.donors import edit_donor as edit  # noqa: PLC0415  as above

    given = call.given
    protected = True if given("protect") else False if given("unprotect") else None
    with call.book() as book:
        second = _second(call, book) if given("unprotect") else None
        changes = edit(book, given("donor"), call.at, name=given("name"), protected=protected, why=given("reason") or "", second=second)
        code = _code(book, changes)
    return call.changed(changes, "donor_edit", {"code": code}, code=code)


def _second(call: Call, book: Book) -> Witness:
    return book.witness(ask_second(call.given("second_passphrase_file"), call.out.speaker))


def countries(call: Call) -> int:
    """The countries whose donors are protected, or others instead."""
    from fundledger.services.donors import protect_countries  # noqa: PLC0415  as above
    from fundledger.store.donors import protected_countries  # noqa: PLC0415  as above

    asked: str | None = call.given("set")
    with call.book() as book:
        with book.reading() as db:
            before = protected_countries(db)
        if asked is None:
            call.out.rows([{"country": one} for one in sorted(before)], ("country",), "cli.no_countries")
            return 0
        wanted = [one for one in asked.upper().replace(",", " ").split() if one]
        second = _second(call, book) if before - set(wanted) else None
        changes = protect_countries(book, wanted, call.at, second)
    return call.changed(changes, "donor_countries", {"countries": sorted(wanted)}, countries=sorted(wanted))


def add_account(call: Call) -> int:
    """An account gifts of a donor come from."""
    from fundledger.services import donors as register  # noqa: PLC0415  as above

    with call.book() as book:
        changes = register.add_account(book, call.given("donor"), call.given("iban"), call.at)
        code = _code(book, changes)
    return call.changed(changes, "donor_account", {"code": code}, code=code)


def remove_account(call: Call) -> int:
    """An account that is hers no longer."""
    from fundledger.services import donors as register  # noqa: PLC0415  as above

    with call.book() as book:
        changes = register.remove_account(book, call.given("donor"), call.given("iban"), call.at)
        code = _code(book, changes)
    return call.changed(changes, "donor_account_gone", {"code": code}, code=code)


def add_email(call: Call) -> int:
    """An e-mail of a donor."""
    from fundledger.services import donors as register  # noqa: PLC0415  as above

    with call.book() as book:
        changes = register.add_email(book, call.given("donor"), call.given("email"), call.at)
        code = _code(book, changes)
    return call.changed(changes, "donor_email", {"code": code}, code=code)


def remove_email(call: Call) -> int:
    """An e-mail that is hers no longer."""
    from fundledger.services import donors as register  # noqa: PLC0415  as above

    with call.book() as book:
        changes = register.remove_email(book, call.given("donor"), call.given("email"), call.at)
        code = _code(book, changes)
    return call.changed(changes, "donor_email_gone", {"code": code}, code=code)


def duplicate_donors(call: Call) -> int:
    """Donors who may be one person, by their codes."""
    from fundledger.services.donors import possible_duplicates  # noqa: PLC0415  as above

    with call.book() as book:
        found = possible_duplicates(book)
    records = [
        {"id": one.id, "code": one.code, "other": one.other, "reason": call.out.speaker.say(f"cli.likeness.{one.reason}")} for one in found
    ]
    if call.out.as_json:
        records = [{"id": one.id, "code": one.code, "other": one.other, "reason": str(one.reason)} for one in found]
    call.out.rows(records, ("code", "other", "reason"), "cli.no_duplicates")
    return 1 if found else 0


def merge(call: Call) -> int:
    """Make one donor part of another, or show what that would give; 1 for a preview of what would be refused."""
    from fundledger.services import merging  # noqa: PLC0415  as above

    gone, kept = call.given("gone"), call.given("kept")
    with call.book() as book:
        shown = merging.preview(book, gone, kept)
        changes = None if call.given("preview") else merging.merge(book, gone, kept, call.at)
    if changes is not None:
        record: dict[str, object] = {"code": shown.kept.code, "merged": shown.gone.code}
        return call.changed(changes, "donor_merge", record, code=shown.kept.code, other=shown.gone.code)
    stands = (("gone", shown.gone), ("kept", shown.kept), ("result", shown.result))
    call.out.rows([{"which": role, **_standing(one)} for role, one in stands], ("which", *_STANDING))
    for problem in shown.problems:
        call.out.note(problem)
    return 1 if shown.problems else 0


def _standing(one: Standing) -> dict[str, object]:
    last_on = date.fromisoformat(one.last_on) if one.last_on else None
    return {name: getattr(one, name) for name in _STANDING} | {"last_on": last_on}


def apart(call: Call) -> int:
    """Two donors who are not one person."""
    from fundledger.services.merging import set_apart  # noqa: PLC0415  as above

    lifted = call.given("lift")
    with call.book() as book:
        changes = set_apart(book, call.given("donor"), call.given("other"), call.at, lifted=lifted)
    said = "donor_apart_lifted" if lifted else "donor_apart"
    return call.changed(changes, said, code=call.given("donor"), other=call.given("other"))


def erase_donor(call: Call) -> int:
    """Forget a donor, or restrict her while the law wants her gifts kept."""
    from fundledger.services.erasing import erase_donor as erase  # noqa: PLC0415  as above

    with call.book() as book:
        changes = erase(book, call.given("donor"), call.at, retain_until=call.given("retain_until"), reason=call.given("reason"))
        code = _code(book, changes)
    restricted = any(one.code == "erase.restricted" for one in changes.warnings)
    said = "donor_restricted" if restricted else "donor_erased"
    return call.changed(changes, said, {"code": code, "erased": not restricted}, code=code)


def export_donor(call: Call) -> int:
    """Write everything about one donor, for herself."""
    from fundledger.export.personal import files  # noqa: PLC0415  as above
    from fundledger.export.writing import check_target, save  # noqa: PLC0415  as above
    from fundledger.services.donors import is_guarded, personal_data  # noqa: PLC0415  as above

    folder, donor = Path(call.given("out")), call.given("donor")
    with call.book() as book:
        check_target(folder)
        second = _second(call, book) if is_guarded(book, donor) else None
        data = personal_data(book, donor, call.at, second)
        written = save(folder, files(data, call.out.speaker))
    for path in written:
        path.chmod(0o600)
        call.out.done("cli.done.written", {"code": data.code, "file": str(path)}, file=str(path))
    call.out.say("cli.donor_export_plain")
    return 0
