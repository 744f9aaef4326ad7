"""What closing asks a person for: why something may stand, why a period is opened again, and who agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.gui.fields import LongText, secret_field
from fundledger.gui.forms import Form
from fundledger.gui.parts import label

if TYPE_CHECKING:
    from fundledger.gui.desk import Desk


class ExplainForm(Form):
    """Why a problem of the checklist may stand; the auditor reads it."""

    def __init__(self, desk: Desk, problem: str) -> None:
        """`problem` is said already."""
        super().__init__(desk, desk.say("tieout.explain_title"), desk.say("keep"))
        self._body.addWidget(label(problem, wrap=True))
        self.said = LongText(desk.say("field.said"), 4)
        self.add("said", self.said, "auditor")


class ReopenForm(Form):
    """Why a closed period is opened again, and the second person's own passphrase."""

    def __init__(self, desk: Desk, period: str) -> None:
        """`period` as it is written."""
        super().__init__(desk, desk.say("tieout.reopen_title", period=period), desk.say("tieout.reopen"))
        self._body.addWidget(label(desk.say("tieout.reopen_about"), "warning", wrap=True))
        self.reason = LongText(desk.say("field.reason"), 3)
        self.phrase = secret_field(desk.say("field.second_passphrase"))
        self.add("reason", self.reason, "auditor")
        self.add("second_passphrase", self.phrase, "", desk.say("field.second_passphrase.note"))
