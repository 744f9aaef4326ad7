"""Who opens the book: people and their slots, passphrases, the recovery key, a new data key."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QWidget

from fundledger.domain.masking import mask_name
from fundledger.domain.roles import RECOVERY, STEPS, TREASURER, keeps_people
from fundledger.export import approval_file
from fundledger.gui.fields import secret_field, text_field
from fundledger.gui.flow import flowing
from fundledger.gui.forms import Form, choice
from fundledger.gui.parts import button, clear, columns, framed, holding, label, pill, rows, rule
from fundledger.gui.recovery_card import RecoveryCard
from fundledger.gui.settings_keyring import KeyringCard
from fundledger.services import people as verbs
from fundledger.services.policies import payment_people, set_payment_people

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.domain.problem import Problem
    from fundledger.gui.desk import Changes, Desk
    from fundledger.services.people import PersonRow

ROLES = (TREASURER, *STEPS, "enter+approve", "enter+pay", "approve+pay")


def role_said(desk: Desk, role: str) -> str:
    """A role in the reader's language: its steps, one after the other."""
    return " + ".join(desk.say(f"role.{step}") for step in role.split("+"))


class PersonForm(Form):
    """A new person with a passphrase of her own."""

    def __init__(self, desk: Desk) -> None:
        """Empty."""
        super().__init__(desk, desk.say("people.new"), desk.say("keep"))
        say = desk.say
        self.name = text_field(say("field.name"))
        self.role = choice(say("field.role"), [(role_said(desk, role), role) for role in ROLES])
        self.new, self.again = secret_field(say("field.passphrase")), secret_field(say("field.again"))
        self.add("name", self.name, "internal")
        self.add("role", self.role, "auditor", say("field.role.note"))
        self.add("passphrase", self.new, "", say("field.passphrase.note"))
        self.add("again", self.again)


class PassphraseForm(Form):
    """Another passphrase: one's own, with the old one, or that of somebody who forgot hers."""

    def __init__(self, desk: Desk, title: str, *, own: bool) -> None:
        """`own` asks for the old one first."""
        super().__init__(desk, title, desk.say("keep"))
        say = desk.say
        self.old, self.new, self.again = (secret_field(say(f"field.{key}")) for key in ("old_passphrase", "passphrase", "again"))
        if own:
            self.add("old_passphrase", self.old)
        self.add("passphrase", self.new, "", "" if own else say("people.reset.note"))
        self.add("again", self.again)


class PeopleSection(QWidget):
    """People as cards, the recovery key, rotation; a form takes its place above them."""

    def __init__(self, desk: Desk) -> None:
        """Empty until `refresh`."""
        super().__init__()
        self._desk = desk
        self.form: QFrame | None = None
        self.buttons: dict[str, QWidget] = {}
        self._form_place, self._list, self._recovery = rows(), rows(spacing=0), rows(spacing=6)
        say = desk.say
        add = button(say("people.add"), self.new_person, "primary")
        change = button(say("people.change"), self.change_passphrase)
        self.hands = button(say("people.payment"), self.set_people)
        self.key = button(say("people.key"), self.write_key)
        self.buttons |= {"add": add, "change": change}
        title, ways = label(say("settings.people"), size=1.2, bold=True), flowing(add, change, self.key, self.hands)
        people = framed(
            rows(title, ways, label(say("people.honest"), "muted", wrap=True), self._list, spacing=10, margins=(22, 18, 22, 16))
        )
        self.rotate = button(say("people.rotate"), self.rotate_keys)
        rotate = framed(rows(
            label(say("people.rotate.title"), size=1.1, bold=True), label(say("people.rotate.about"), "muted", wrap=True),
            columns(self.rotate, None), spacing=8, margins=(22, 16, 22, 18),
        ))  # fmt: skip
        recovery = framed(rows(label(say("recovery.title"), size=1.1, bold=True), self._recovery, spacing=8, margins=(22, 16, 22, 18)))
        self.keyring = KeyringCard(desk)
        self.setLayout(rows(self._form_place, people, recovery, self.keyring, rotate, spacing=14))
        desk.names_shown.connect(self.refresh)

    def refresh(self) -> None:
        """Who there is, and what is missing for the day a passphrase is forgotten."""
        book = self._desk.book
        self._desk.ask(lambda: (verbs.list_people(book), verbs.attention(book)), self._show, lane=self)
        self.keyring.refresh()

    def _show(self, found: tuple[list[PersonRow], list[Problem]]) -> None:
        people, missing = found
        desk, allowed = self._desk, keeps_people(self._desk.book.role)
        for name in ("add", "rotate"):
            (self.rotate if name == "rotate" else self.buttons[name]).setEnabled(allowed)
        self.hands.setEnabled(allowed)
        clear(self._list)
        if desk.book.role == RECOVERY:
            self._list.addWidget(label(desk.say("people.my_turn"), "accent", wrap=True))
        self.buttons = {name: self.buttons[name] for name in ("add", "change")}
        for one in people:
            self._list.addWidget(rule())
            self._list.addWidget(self._person(one, allowed=allowed))
        clear(self._recovery)
        key = "recovery.missing" if any(one.code == "recovery.none" for one in missing) else "recovery.kept"
        self._recovery.addWidget(label(desk.say(key), "muted", wrap=True))
        for problem in missing:
            self._recovery.addWidget(label(desk.speaker.problem(problem), "warning", wrap=True))
        made = [button(desk.say("recovery.new"), self.new_recovery)]
        if any(one.code == "recovery.unconfirmed" for one in missing):
            made.insert(0, button(desk.say("recovery.type"), lambda: self._show_form(self._recovery_card("")), "primary"))
        made[-1].setEnabled(allowed)
        self._recovery.addLayout(columns(*made, None))

    def _person(self, one: PersonRow, *, allowed: bool) -> QWidget:
        desk, say = self._desk, self._desk.say
        state, tone = ("removed", "plain") if one.removed else ("opens", "good") if one.opens else ("closed", "warn")
        name = label(one.name if desk.revealed else f"{mask_name(one.name)} {one.id}", bold=True)
        head = columns(name, label(role_said(desk, one.role), "muted"), pill(say(f"people.{state}"), tone), spacing=10)
        me = one.id == desk.book.person_id
        if me:
            head.addWidget(pill(say("people.you"), "live"))
        head.addStretch(1)
        if allowed and not me and not one.removed:
            for key, run in (("role", partial(self.change_role, role=one.role)), ("reset", self.reset_passphrase), ("remove", self.remove)):
                made = button(say(f"people.{key}"), partial(run, one.id), "small")
                made.setAccessibleName(f"{say(f'people.{key}')}: {name.text()}")
                self.buttons[f"{key}.{one.id}"] = made
                head.addWidget(made)
        lines: list[QWidget] = [holding(head)]
        if one.fingerprint:
            lines.append(label(say("people.fingerprint", fingerprint=one.fingerprint), "muted", size=0.92, wrap=True))
        return holding(rows(*lines, spacing=3, margins=(0, 10, 0, 10)))

    # --- forms --------------------------------------------------------------------------------------------------------
    def _show_form(self, form: QFrame) -> None:
        self.close_form()
        self.form = form
        self._form_place.addWidget(form)
        if isinstance(form, Form):
            form.discarded.connect(self.close_form)
            form.begin()

    def close_form(self) -> None:
        """Forget what was typed."""
        clear(self._form_place)
        self.form = None

    def _keep(self, verb: str, form: PersonForm | PassphraseForm, run: Callable[[], Changes]) -> None:
        """Two passphrases that are the same, then the act; what it warns of is told with it."""
        if not form.new.text() or form.new.text() != form.again.text():
            form.say(self._desk.say("people.differ"))
            return
        self._desk.act(verb, lambda _, __: run(), lambda _: self.close_form(), form.refuse)

    def new_person(self) -> None:
        """A form for a new person."""
        form, book = PersonForm(self._desk), self._desk.book

        def keep() -> None:
            name, role, new, at = form.name.text(), form.role.currentData(), form.new.text(), self._desk.now()
            self._keep("person_add", form, lambda: verbs.add_person(book, name, role, new, at))

        form.kept.connect(lambda _: keep())
        self._show_form(form)

    def change_passphrase(self) -> None:
        """A form for another passphrase of one's own."""
        form, book = PassphraseForm(self._desk, self._desk.say("people.change"), own=True), self._desk.book

        def keep() -> None:
            old, new, at = form.old.text(), form.new.text(), self._desk.now()
            self._keep("passphrase_change", form, lambda: verbs.change_passphrase(book, old, new, at))

        form.kept.connect(lambda _: keep())
        self._show_form(form)

    def write_key(self) -> None:
        """A form for the file of one's own signing key, which answers requests without the book."""
        desk, book = self._desk, self._desk.book
        form = Form(desk, desk.say("people.key").rstrip("…"), desk.say("people.key.write"))
        phrase = secret_field(desk.say("field.passphrase"))
        form.add("passphrase", phrase, "", desk.say("people.key.about"))

        def write() -> None:
            path = desk.dialogs.new_file(self, desk.say("people.key.write"), Path.home() / f"{desk.say('people.key.offered')}.key")
            if path is not None:
                typed, at = phrase.text(), desk.now()
                run = partial(verbs.export_key, book, typed, at, lambda content: approval_file.write_key(content, path))
                desk.act("person_key", lambda _, __: run(), lambda _: self.close_form(), form.refuse)

        form.kept.connect(lambda _: write())
        self._show_form(form)

    def reset_passphrase(self, person: int) -> None:
        """A form for a new passphrase of somebody who forgot hers."""
        form, book = PassphraseForm(self._desk, self._desk.say("people.reset"), own=False), self._desk.book

        def keep() -> None:
            new, at = form.new.text(), self._desk.now()
            self._keep("passphrase_reset", form, lambda: verbs.reset_passphrase(book, person, new, at))

        form.kept.connect(lambda _: keep())
        self._show_form(form)

    def change_role(self, person: int, role: str) -> None:
        """A form for what a person does from now on."""
        form, book, say = Form(self._desk, self._desk.say("people.role.title"), self._desk.say("keep")), self._desk.book, self._desk.say
        chosen = choice(say("field.role"), [(role_said(self._desk, one), one) for one in ROLES])
        chosen.setCurrentIndex(ROLES.index(role) if role in ROLES else 0)
        form.add("role", chosen, "auditor", say("people.role.note"))

        def keep() -> None:
            taken, at = chosen.currentData(), self._desk.now()
            run = partial(verbs.change_role, book, person, taken, at)
            self._desk.act("person_role", lambda _, __: run(), lambda _: self.close_form(), form.refuse)

        form.kept.connect(lambda _: keep())
        self._show_form(form)

    def set_people(self) -> None:
        """A form for how many people a payment takes; fewer than before asks a second person."""
        form, book, say = Form(self._desk, self._desk.say("people.payment.title"), self._desk.say("keep")), self._desk.book, self._desk.say
        before = payment_people(book)
        chosen = choice(say("field.payment_people"), [(say(f"people.payment.{n}"), n) for n in (1, 2, 3)])
        chosen.setCurrentIndex(before - 1)
        second = secret_field(say("field.second"))
        form.add("payment_people", chosen, "auditor", say("people.payment.about"))
        form.add("second", second, "", say("people.payment.second"))

        def run(n: int, phrase: str) -> Changes:
            return set_payment_people(book, n, self._desk.now(), book.witness(phrase) if phrase else None)

        def keep() -> None:
            n, phrase = chosen.currentData(), second.text()
            self._desk.act("policy_set", lambda _, __: run(n, phrase), lambda _: self.close_form(), form.refuse)

        form.kept.connect(lambda _: keep())
        self._show_form(form)

    def remove(self, person: int) -> None:
        """Take a person's slots away, after it was said that she may have kept the data key."""
        form = Form(self._desk, self._desk.say("people.remove.title"), self._desk.say("people.remove"))
        form.add("means", label(self._desk.say("people.remove.about"), wrap=True))
        at, book = self._desk.now(), self._desk.book
        form.kept.connect(
            lambda _: self._desk.act(
                "person_remove", lambda _, __: verbs.remove_person(book, person, at), lambda _: self.close_form(), form.refuse
            )
        )
        self._show_form(form)

    # --- keys ---------------------------------------------------------------------------------------------------------
    def rotate_keys(self) -> None:
        """Encrypt the whole book under a new data key."""
        at, book = self._desk.now(), self._desk.book
        self._desk.act("rotate", lambda _, __: verbs.rotate(book, at))

    def new_recovery(self) -> None:
        """Make a new recovery key and show it once."""
        at, book, desk = self._desk.now(), self._desk.book, self._desk

        def made(found: tuple[Changes, str]) -> None:
            desk.changed.emit(found[0].touched)
            self._show_form(self._recovery_card(found[1]))

        desk.tasks.write(desk.say("verb.recovery_new"), lambda _, __: verbs.new_recovery_key(book, at), made, desk.problems)

    def _recovery_card(self, key: str) -> RecoveryCard:
        card = RecoveryCard(self._desk, key)
        card.finished.connect(lambda _: self.close_form())
        return card
