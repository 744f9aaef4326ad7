"""What inspect says of a file, held against golden files beside the samples."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.money import Money
from fundledger.domain.statement import Processed, ProcessorKind, StatementLine
from fundledger.statements import open_statement
from fundledger.statements.evidence import evidence
from fundledger.statements.inspecting import inspect, line_object, summary, write_json
from tests.statements.building import document, entry, statement

if TYPE_CHECKING:
    from fundledger.domain.problem import Problem
    from tests.conftest import Golden

CAMT = Path(__file__).parent.parent / "fixtures" / "camt"


def say(problem: Problem) -> str:
    """A sentence that needs no catalogue."""
    return " ".join([problem.code, *(f"{name}={value}" for name, value in problem.values.items())])


def written(path: Path, limit: int = 2**20) -> str:
    stream = io.StringIO()
    write_json(path, stream, say, limit)
    return stream.getvalue()


@pytest.mark.parametrize("sample", sorted(CAMT.glob("*.xml")), ids=lambda path: path.stem)
def test_the_json_of_a_sample(sample: Path, golden: Golden) -> None:
    line = written(sample)
    assert line.count("\n") == 1
    golden(sample.with_suffix(".json"), json.dumps(json.loads(line), indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("sample", sorted(CAMT.glob("*.xml")), ids=lambda path: path.stem)
def test_the_stream_and_the_values_say_the_same(sample: Path) -> None:
    assert [json.loads(written(sample))] == list(inspect([sample], say))


def test_several_statements_and_none_at_all(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    for content in (document(statement(entry(), entry()), statement(), statement(entry())), document()):
        path.write_text(content)
        assert [json.loads(written(path))] == list(inspect([path], say))


def test_nothing_is_told_of_a_file_that_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    path.write_text(document(statement(entry(), entry("1e3"), entry("2e3"))))
    stream = io.StringIO()
    assert write_json(path, stream, say) is False
    found = json.loads(stream.getvalue())
    assert found["refused"] == {"code": "line.amount", "text": "line.amount text=1e3 entry=2"}
    assert [problem["where"] for problem in found["problems"]] == ["Ntry[2]/Amt", "Ntry[3]/Amt"]
    assert "statements" not in found
    assert list(inspect([path], say)) == [found]


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    path.write_text(document(statement()))
    assert json.loads(written(path, limit=10))["refused"]["code"] == "file.too_large"
    assert list(inspect([path], say, 10)) == [json.loads(written(path, limit=10))]


def test_a_line_of_a_payment_processor_says_what_became_of_it(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    path.write_text(document(statement(entry())))
    with open_statement(path) as file:
        (line,) = (event for event in file.events() if isinstance(event, StatementLine))
    assert "processed" not in line_object(line)
    worth = Processed(
        "PAYPAL", ProcessorKind.DONATION, Money(5000, "EUR"), Money(175, "EUR"), original_gross=Money(5500, "USD"), rate="0.909"
    )
    assert line_object(line._replace(processed=worth))["processed"] == {
        "gateway": "PAYPAL", "kind": "donation", "gross": "50.00", "fee": "1.75", "currency": "EUR", "parent": None,
        "original_gross": "55.00", "original_fee": None, "original_currency": "USD", "rate": "0.909", "batch": None,
        "settled_on": None, "our_reference": None,
    }  # fmt: skip


def test_evidence_is_what_stands_in_the_file() -> None:
    assert evidence(b":20:S\r\n:25:LT1\r\n:28C:1\n:60F:C\n:61:1\n:86:a\n:61:2\n:62F:", "mt940") == ":20:, :25:, :28C:, :60F:, :61:, :86:"
    assert evidence(b"OFXHEADER:100\n\n<OFX><STMTRS>", "ofx.1") == "OFXHEADER, <OFX>, <STMTRS>"
    assert evidence(b"!Type:Bank\nD1", "qif") == "!Type:Bank"
    assert evidence(b"a;b", "csv") == ""


def test_the_summary_for_people_has_the_sums_and_every_problem() -> None:
    found = summary(CAMT / "two_gifts.xml")
    ((head, end),) = found.statements
    assert (found.name, found.format, head.number, str(end.booked), end.n_lines, end.n_booked) == (
        "two_gifts.xml", "camt.053.001.08", "41", "148.50", 4, 3,
    )  # fmt: skip
    assert [problem.code for problem in found.problems] == ["line.batch_sum"]
