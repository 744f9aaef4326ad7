"""What a report shows to whom, in words: the disclosure policy itself, so that anybody can read what is kept from her and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.domain.disclosure import POLICY, is_shown
from fundledger.reports.facts import Asked, check_asked, read
from fundledger.reports.value import Audience, Column, Message, Paragraph, Report, Row, Table

if TYPE_CHECKING:
    from fundledger.store.book import Book

NAME = "policy"


def build(book: Book, asked: Asked) -> Report:
    """The policy as a table: one row a field, one column an audience."""
    check_asked(asked)
    with book.reading() as db:
        facts = read(book, db, asked, book.suspense_fund)  # it tells of no gift, so none need be read
    columns = (Column("field"), *(Column(f"for_{audience}") for audience in Audience))
    rows = tuple(
        Row((Message(f"field.{field}"), *(Message(f"policy.{str(is_shown(field, audience)).lower()}") for audience in Audience)))
        for field in POLICY
    )
    sections = (Paragraph(Message("note.policy")), Table("policy", columns, rows))
    about = (facts.foundation, facts.currency, facts.as_of)
    return Report(NAME, asked.audience, Message("report.policy.title"), *about, sections, "", asked.start, asked.end, facts.head)
