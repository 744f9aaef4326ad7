"""Who opens the book: people, passphrases, the recovery key, the keyring, a new data key."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fundledger.cli.passphrase import RECOVERY, ask, ask_recovery, ask_second
from fundledger.domain.masking import mask_name
from fundledger.domain.roles import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fundledger.cli.call import Call
    from fundledger.cli.grammar import Verbs
    from fundledger.store.book import Book

_PERSON = ("id", "name", "role", "opens", "fingerprint")
_POLICIES = ("payment-people",)


def declare(verbs: Verbs) -> None:
    """Declare the verbs of this family."""
    person = verbs.noun("person")
    adding = person.verb("add", add).book().takes("--name", required=True, said="person_name")
    adding.takes("--role", metavar="R", default=STEPS[0]).takes("--second-passphrase-file", metavar="F", said="new_passphrase_file").json()
    person.verb("list", people).book().reveal().json()
    person.verb("remove", remove).book().takes("person", metavar="PERSON", type=int).flag("--rotate").json()
    changing = person.verb("role", change_role).book().takes("person", metavar="PERSON", type=int)
    changing.takes("--role", required=True, metavar="R").json()
    person.verb("key", export_key).book().takes("--out", required=True, metavar="F", said="key_out").json()
    policy = verbs.noun("policy")
    policy.verb("list", policies).book().json()
    setting = policy.verb("set", set_policy).book().takes("name", choices=_POLICIES, metavar="NAME", said="policy_name")
    setting.takes("value", type=int, metavar="N", said="policy_value").takes("--second-passphrase-file", metavar="F").json()
    passphrase = verbs.noun("passphrase")
    changing = passphrase.verb("change", change).book()
    changing.takes("--second-passphrase-file", metavar="F", said="new_passphrase_file").json()
    resetting = passphrase.verb("reset", reset).book().takes("person", metavar="PERSON", type=int)
    resetting.takes("--recovery-key-file", metavar="F").takes("--second-passphrase-file", metavar="F", said="new_passphrase_file").json()
    recovery = verbs.noun("recovery")
    recovery.verb("new", new_recovery).book().takes("--recovery-pdf", metavar="F").json()
    recovery.verb("confirm", confirm).book().takes("--recovery-key-file", metavar="F").json()
    keyring = verbs.noun("keyring")
    keyring.verb("on", keyring_on).book().json()
    keyring.verb("off", keyring_off).book().json()
    verbs.verb("rotate", rotate).book().json()


def add(call: Call) -> int:
    """Let a person in."""
    from fundledger.services.people import add_person, list_people  # noqa: PLC0415  the store is loaded where a book is opened

    with call.book() as book:
        passphrase = ask_second(call.given("second_passphrase_file"), call.out.speaker, new=True)
        changes = add_person(book, call.given("name"), call.given("role"), passphrase, call.at)
        added = next(one for one in list_people(book) if one.id in changes.ids)
    record: dict[str, object] = {"role": added.role, "fingerprint": added.fingerprint}
    return call.changed(changes, "person_add", record, person=added.id, fingerprint=added.fingerprint)


def people(call: Call) -> int:
    """Everybody who opens the book or once did."""
    from fundledger.services.people import list_people  # noqa: PLC0415  as above

    with call.book() as book:
        reveal = call.revealing(book, "people")
        found = list_people(book)
    records = [
        {
            "id": one.id, "name": one.name if reveal else mask_name(one.name), "role": one.role, "opens": one.opens,
            "removed": one.removed, "fingerprint": one.fingerprint,
        }
        for one in found
    ]  # fmt: skip
    call.out.rows(records, _PERSON)
    return 0


def remove(call: Call) -> int:
    """Take a person's slots away, and with --rotate the data key she has seen."""
    from fundledger.services.people import remove_person, rotate  # noqa: PLC0415  as above

    with call.book() as book:
        changes = remove_person(book, call.given("person"), call.at)
        if call.given("rotate"):
            rotated = rotate(book, call.at)
            return call.changed(rotated, "person_remove_rotated", {"id": changes.ids[0]}, person=changes.ids[0])
    return call.changed(changes, "person_remove", person=changes.ids[0])


def change_role(call: Call) -> int:
    """What a person does from now on."""
    from fundledger.services.people import change_role as change_it  # noqa: PLC0415  as above

    with call.book() as book:
        changes = change_it(book, call.given("person"), call.given("role"), call.at)
    return call.changed(changes, "person_role", {"role": call.given("role")}, person=changes.ids[0])


def export_key(call: Call) -> int:
    """Her signing key in a file, for a machine without the book."""
    from fundledger.export.approval_file import write_key  # noqa: PLC0415  loaded where something is written
    from fundledger.services.people import export_key as export  # noqa: PLC0415  as above

    out, passphrase = Path(call.given("out")), ask(call.given("passphrase_file"), call.out.speaker)
    with _opened(call, passphrase=passphrase) as book:
        changes = export(book, passphrase, call.at, lambda content: write_key(content, out))
    return call.changed(changes, "person_key", {"file": str(out)}, file=out.name)


def policies(call: Call) -> int:
    """The rules of the foundation that two people loosen."""
    from fundledger.services.policies import payment_people  # noqa: PLC0415  as above

    with call.book() as book:
        call.out.rows([{"id": _POLICIES[0], "name": _POLICIES[0], "value": payment_people(book)}], ("name", "value"))
    return 0


def set_policy(call: Call) -> int:
    """Change a rule of the foundation; what loosens it takes two people."""
    from fundledger.services.policies import payment_people, set_payment_people  # noqa: PLC0415  as above

    n = call.given("value")
    with call.book() as book:
        loosens = n < payment_people(book)
        second = book.witness(ask_second(call.given("second_passphrase_file"), call.out.speaker)) if loosens else None
        changes = set_payment_people(book, n, call.at, second)
    return call.changed(changes, "policy", {"name": call.given("name"), "value": n}, n=n)


def change(call: Call) -> int:
    """Another passphrase for who acts."""
    from fundledger.services.people import change_passphrase  # noqa: PLC0415  as above

    old = ask(call.given("passphrase_file"), call.out.speaker)
    with _opened(call, passphrase=old) as book:
        new = ask_second(call.given("second_passphrase_file"), call.out.speaker, new=True)
        return call.changed(change_passphrase(book, old, new, call.at), "passphrase_change")


def reset(call: Call) -> int:
    """A new passphrase for a person who forgot hers: opened by the recovery key, or by somebody who lets people in."""
    from fundledger.services.people import reset_passphrase  # noqa: PLC0415  as above

    by_recovery = call.given("recovery_key_file") is not None or RECOVERY in os.environ
    typed = ask_recovery(call.given("recovery_key_file"), call.out.speaker) if by_recovery else None
    with _opened(call, recovery_key=typed) if typed else call.book() as book:
        new = ask_second(call.given("second_passphrase_file"), call.out.speaker, new=True)
        changes = reset_passphrase(book, call.given("person"), new, call.at)
    return call.changed(changes, "passphrase_reset", person=changes.ids[0])


def new_recovery(call: Call) -> int:
    """A new recovery key instead of the last one, shown once."""
    from fundledger.services.people import new_recovery_key  # noqa: PLC0415  as above

    check_paper(call)
    with call.book() as book:
        changes, key = new_recovery_key(book, call.at)
        done = call.changed(changes, "recovery_new", {"recovery_key": key})
        show_recovery(call, book, key)
    return done


def confirm(call: Call) -> int:
    """Type the recovery key back from its paper."""
    from fundledger.services.people import confirm_recovery  # noqa: PLC0415  as above

    with call.book() as book:
        typed = ask_recovery(call.given("recovery_key_file"), call.out.speaker)
        return call.changed(confirm_recovery(book, typed, call.at), "recovery_confirm")


def keyring_on(call: Call) -> int:
    """Let the keyring of this computer open the book, beside the passphrase."""
    from fundledger.services import people as verbs  # noqa: PLC0415  as above
    from fundledger.store.keyring import Keyring  # noqa: PLC0415  as above

    with call.book() as book:
        return call.changed(verbs.keyring_on(book, Keyring(), call.at), "keyring_on")


def keyring_off(call: Call) -> int:
    """Open the book by passphrases alone again."""
    from fundledger.services import people as verbs  # noqa: PLC0415  as above
    from fundledger.store.keyring import Keyring  # noqa: PLC0415  as above

    with call.book() as book:
        return call.changed(verbs.keyring_off(book, Keyring(), call.at), "keyring_off")


def rotate(call: Call) -> int:
    """Encrypt the whole book under a new key."""
    from fundledger.services.people import rotate as rotate_book  # noqa: PLC0415  as above

    with call.book() as book:
        return call.changed(rotate_book(book, call.at), "rotate")


# --- the recovery key's paper, also for `new` -------------------------------------------------------------------------
def check_paper(call: Call) -> None:
    """Refuse a place for the paper before anything is done; raises KnownError export.*."""
    if call.given("recovery_pdf"):
        from fundledger.export.writing import check_target  # noqa: PLC0415  loaded where something is written

        check_target(Path(call.given("recovery_pdf")).parent)


def show_recovery(call: Call, book: Book, key: str) -> None:
    """The key on the screen, once, and on paper where one is asked for."""
    if not call.out.as_json:
        print(f"recovery key: {key}")
    if call.given("recovery_pdf"):
        from fundledger.export import recovery  # noqa: PLC0415  as above

        paper = recovery.render(key, book.name, book.uid, call.at.date(), call.out.speaker)
        recovery.write(Path(call.given("recovery_pdf")), paper)


@contextmanager
def _opened(call: Call, passphrase: str | None = None, recovery_key: str | None = None) -> Iterator[Book]:
    from fundledger.store.book import open_book  # noqa: PLC0415  as above

    with open_book(Path(call.given("book")), passphrase, recovery_key=recovery_key) as book:
        yield book
