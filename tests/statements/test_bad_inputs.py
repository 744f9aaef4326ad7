"""What strangers send, by the row of the catalogue of bad inputs; whatever it is, only a KnownError comes out."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError
from fundledger.domain.statement import check_statement
from fundledger.statements import identify, open_statement
from tests.statements.building import DONOR, OURS, amount, detail, document, entry, party, read, read_entry, statement

if TYPE_CHECKING:
    from pathlib import Path

GOOD = document(statement(entry(), entry("20.00", details=detail(text="Ačiū už stogą"))))


def refused(folder: Path, content: str | bytes) -> KnownError:
    with pytest.raises(KnownError) as caught:
        read(folder, content)
    return caught.value


@pytest.mark.parametrize("content", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf \n"])
def test_rows_1_and_2_nothing_in_the_file(tmp_path: Path, content: bytes) -> None:
    error = refused(tmp_path, content)
    assert (error.code, error.problems[0].subject) == ("file.empty", "sample.xml")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7\n", "file.pdf"),
        (b"PK\x03\x04....", "file.archive"),
        (b"\x1f\x8b\x08", "file.archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "file.office"),
        (b"{\\rtf1 statement}", "file.office"),
        (b"\x89PNG\r\n", "file.picture"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "file.web_page"),
        (b"\n<html lang='lt'>", "file.web_page"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" ""><html/>', "file.web_page"),
        (b'<?xml version="1.0"?><Document><CstmrCdtTrfInitn/></Document>', "file.other_xml"),
        (b"\x7fELF\x00\x01", "file.binary"),
        (b"Dear customer, see you soon", "file.unknown"),
    ],
)
def test_row_3_another_kind_of_file_is_named(tmp_path: Path, content: bytes, code: str) -> None:
    assert refused(tmp_path, content).code == code


def test_row_4_the_ending_plays_no_part(tmp_path: Path) -> None:
    path = tmp_path / "statement.pdf"
    path.write_text(GOOD)
    with open_statement(path) as file:
        assert file.format == "camt.053.001.08"


def test_row_5_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = GOOD.rstrip()
    octets = whole.encode()
    for content in (octets, whole.replace("UTF-8", "UTF-16").encode("utf-16")):
        codes = {refused(tmp_path, content[:size]).code for size in range(len(content) // 2, len(content))}
        assert codes == {"file.truncated"}
    assert refused(tmp_path, octets + b"\xc4").code == "file.broken"


def test_row_5_says_how_many_entries_were_whole(tmp_path: Path) -> None:
    error = refused(tmp_path, GOOD[: GOOD.rindex("</NtryDtls>")])
    assert error.problems[0].values["entries"] == 1


@pytest.mark.parametrize("octet", [0, 1, 8, 11, 31])
def test_row_6_control_characters_are_refused_with_their_offset(tmp_path: Path, octet: int) -> None:
    place = GOOD.index("50.00")
    error = refused(tmp_path, GOOD[:place].encode() + bytes([octet]) + GOOD[place:].encode())
    assert (error.code, error.problems[0].values["offset"]) == ("file.binary", place)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_row_7_unicode_in_its_forms(tmp_path: Path, codec: str) -> None:
    found = read(tmp_path, GOOD.replace("UTF-8", "UTF-16" if "16" in codec else "UTF-8").encode(codec))
    assert found.lines[1].remittance == "Ačiū už stogą"


@pytest.mark.parametrize("codec", ["windows-1257", "ISO-8859-13", "iso-8859-4"])
def test_row_8_a_declared_baltic_encoding_is_read(tmp_path: Path, codec: str) -> None:
    assert read(tmp_path, GOOD.replace("UTF-8", codec).encode(codec)).lines[1].remittance == "Ačiū už stogą"


def test_rows_8_and_9_letters_are_never_replaced(tmp_path: Path) -> None:
    octets = GOOD.encode("windows-1257")
    error = refused(tmp_path, octets)
    assert (error.code, error.problems[0].values["offset"]) == ("file.undecodable", GOOD.index("č"))


def test_row_10_a_file_above_the_bound_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(1024**4)
    with pytest.raises(KnownError) as caught:
        open_statement(path)
    problem = caught.value.problems[0]
    assert (problem.code, problem.values["size"], problem.values["limit"]) == ("file.too_large", 1024**4, 256 * 1024 * 1024)


def test_row_16_equal_payments_are_both_there(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(entry(), entry())))
    assert [line.position for line in found.lines] == [1, 2]
    assert found.lines[0].raw == found.lines[1].raw


def test_row_23_unlikely_days_are_warned_of_row_by_row(tmp_path: Path) -> None:
    days = [f"<Dt>{on}</Dt>" for on in ("1969-12-31", "1970-01-01", "2026-03-01", "2026-03-02")]
    entries = [entry(booked=on, valued=on) for on in days]
    found = read(tmp_path, document(statement(*entries)), today=date(2026, 3, 1))
    assert [problem.subject for problem in found.problems] == ["Ntry[1]", "Ntry[1]", "Ntry[4]"]
    assert set(found.codes) == {"line.date_unlikely"}


@pytest.mark.parametrize(
    "on", ["1899-12-31", "2101-01-01", "2026-02-29", "2026-06-31", "00.00.0000", "0000-00-00", "2026-W01-1", "20260105", "9"]
)
def test_rows_23_and_24_days_no_statement_has_quarantine_the_row(tmp_path: Path, on: str) -> None:
    (problem,) = refused(tmp_path, document(statement(entry(valued=f"<Dt>{on}</Dt>")))).problems
    assert (problem.code, problem.subject, problem.values) == ("line.date", "Ntry[1]/Dt", {"text": on, "entry": 1})


def test_row_26_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    path.write_text(GOOD)
    with open_statement(path) as file:
        path.write_text(GOOD.replace("50.00", "60.00"))
        with pytest.raises(KnownError) as caught:
            list(file.events())
    assert caught.value.code == "file.changed"


def test_row_26_a_file_that_shrinks_is_said_to_have_changed_and_not_to_be_broken(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    path.write_text(GOOD)
    with open_statement(path) as file:
        path.write_text(GOOD[:300])
        with pytest.raises(KnownError) as caught:
            list(file.events())
    assert caught.value.code == "file.changed"


def test_row_28_a_name_of_odd_signs_is_a_value_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "-\u202egnp.\n\x07.xml"
    path.write_text("%PDF")
    with pytest.raises(KnownError) as caught:
        open_statement(path)
    assert caught.value.problems[0].subject == path.name


@pytest.mark.parametrize("name", ["x" * 4000, "no\0where", "missing.xml", "."])
def test_a_path_that_is_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(KnownError) as caught:
        open_statement(tmp_path / name)
    assert caught.value.code in {"file.missing", "file.unreadable", "file.not_a_file"}


DOCTYPES = {
    "laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
    "quadratic": f'<!DOCTYPE a [<!ENTITY a "{"x" * 20_000}">]>',
    "external": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1/x"> %a;]>',
    "remote": '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd">',
    "after a comment": "<!-- sent by the bank --> <?style sheet?>\n<!DOCTYPE a>",
}


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
def test_row_29_any_doctype_is_refused_on_sight(tmp_path: Path, doctype: str, codec: str) -> None:
    declared = document(statement(entry()), prolog=doctype).replace("UTF-8", "UTF-16" if "16" in codec else "UTF-8")
    assert refused(tmp_path, declared.encode(codec)).code == "file.doctype"


def test_row_29_a_doctype_behind_a_long_comment_is_not_waited_for(tmp_path: Path) -> None:
    hidden = f"<!-- {'x' * 200_000} --><!DOCTYPE a>"
    assert refused(tmp_path, document(statement(entry()), prolog=hidden)).code == "file.unknown"


def test_row_29_an_entity_nobody_declared_is_no_text(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD.replace("Ačiū", "&nbsp;")).code in {"file.broken", "file.truncated"}


@pytest.mark.parametrize("place", ["<GrpHdr>", "<Ntry>", "<TxDtls>"])
def test_row_30_nesting_ends_at_the_bound(tmp_path: Path, place: str) -> None:
    deep = "<a>" * 200_000 + "</a>" * 200_000
    assert refused(tmp_path, GOOD.replace(place, place + deep, 1)).code == "file.depth"
    barely = "<a>" * 240 + "</a>" * 240
    assert len(read(tmp_path, GOOD.replace(place, place + barely, 1)).lines) == 2
    slightly = "<a>" * 300 + "</a>" * 300
    assert refused(tmp_path, GOOD.replace(place, place + slightly, 1)).code == "file.depth"


@pytest.mark.parametrize(("count", "code"), [(65, "file.attributes"), (200_000, "file.attributes"), (64, None)])
def test_row_31_attributes_end_at_the_bound(tmp_path: Path, count: int, code: str | None) -> None:
    many = "<Sts " + " ".join(f'a{number}="1"' for number in range(count)) + ">"
    content = GOOD.replace("<Sts>", many, 1)
    if code:
        assert refused(tmp_path, content).code == code
    else:
        assert len(read(tmp_path, content).lines) == 2


def test_row_31_attributes_outside_an_entry_cost_no_time(tmp_path: Path) -> None:
    many = "<GrpHdr " + " ".join(f'a{number}="1"' for number in range(200_000)) + ">"
    began = time.process_time()
    assert len(read(tmp_path, GOOD.replace("<GrpHdr>", many, 1)).lines) == 2
    assert time.process_time() - began < 5


@pytest.mark.parametrize("place", ["Ačiū", "M1"])
def test_row_32_a_text_of_sixty_megabytes_is_refused(tmp_path: Path, place: str) -> None:
    assert refused(tmp_path, GOOD.replace(place, "x" * 60_000_000, 1)).code == "file.part"


def test_row_32_a_text_that_is_never_stored_so_long(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("Ačiū už stogą", "x" * 10_000)).lines[1].remittance == "x" * 10_000
    error = refused(tmp_path, GOOD.replace("Ačiū už stogą", "x" * 10_001))
    assert (error.code, error.problems[0].values["limit"]) == ("file.field", 10_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (document(statement(entry(more="<X/>" * 250_001))), "file.elements"),
        (document(statement(entry(), head="<X/>" * 2_002)), "file.elements"),
        (document(statement(entry(), head=f"<Y>{'<X/>' * 250_001}</Y>")), "file.elements"),
        (document(statement(*[entry() + "<Bal/>" * 3] * 1_000)), "file.elements"),
        (document("<Stmt/>" * 10_001), "file.statements"),
        (document(f"<Foo>{'<Ntry/>' * 1_500_000}</Foo>"), "file.part"),
    ],
    ids=["entry", "head", "deep head", "between entries", "statements", "stray entries"],
)
def test_more_of_anything_than_a_bank_writes_is_refused(tmp_path: Path, content: str, code: str) -> None:
    error = refused(tmp_path, content)
    assert error.code == code
    assert error.problems[0].subject == "sample.xml"


@pytest.mark.parametrize(("version", "form"), [("camt.053.001.99", "camt.053.001.99"), ("", "camt.053"), ("pain.001.001.03", "camt.053")])
def test_row_33_an_unknown_version_is_read_and_named(tmp_path: Path, version: str, form: str) -> None:
    found = read(tmp_path, document(statement(entry()), version=version))
    assert (found.format, len(found.lines), found.codes) == (form, 1, ["statement.version_unknown"])
    assert found.problems[0].values == {"version": form}


@pytest.mark.parametrize(
    ("message", "name", "kind", "code"),
    [
        ("BkToCstmrAcctRpt", "Rpt", "report", "statement.provisional"),
        ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "notification", "statement.notification"),
    ],
)
def test_row_34_what_is_no_statement_says_so(tmp_path: Path, message: str, name: str, kind: str, code: str) -> None:
    form = {"Rpt": "camt.052.001.08", "Ntfctn": "camt.054.001.08"}[name]
    found = read(tmp_path, document(statement(entry(), name=name), version=form, message=message))
    assert (found.format, found.heads[0].kind, len(found.lines)) == (form, kind, 1)
    assert [problem.code for problem in check_statement(found.heads[0], found.ends[0])] == [code]


def test_row_37_a_batch_that_does_not_add_up_is_said_with_the_difference(tmp_path: Path) -> None:
    line, found = read_entry(tmp_path, entry("300.00", details=detail("1.00") * 299))
    assert (str(line.amount), len(line.details)) == ("300.00", 299)
    (problem,) = found.problems
    assert (problem.code, problem.subject, str(problem.values["difference"])) == ("line.batch_sum", "Ntry[1]", "1.00")


@pytest.mark.parametrize(
    "text",
    ["1e3", "1,000.00", "1,00", "-5", "NaN", "Infinity", "", "9" * 30, "1.23456", "1.005", "0x10", "1 000", "\u0665", "1_0", ".", "--1"],
)
@pytest.mark.parametrize("where", ["entry", "detail", "charge"])
def test_row_38_amounts_that_are_no_plain_decimals_quarantine_the_row(tmp_path: Path, text: str, where: str) -> None:
    one = {
        "entry": entry(text),
        "detail": entry(details=detail(text)),
        "charge": entry(more=f"<Chrgs>{amount(text)}</Chrgs>"),
    }[where]
    (problem,) = refused(tmp_path, document(statement(entry(), one))).problems
    assert (problem.code, problem.subject, problem.values["entry"]) == ("line.amount", "Ntry[2]/Amt", 2)


@pytest.mark.parametrize(
    ("text", "minor"), [("5", 500), ("5.", 500), (".5", 50), ("5.5", 550), ("5.50000", 550), (" 5.00\n", 500), ("0", 0)]
)
def test_row_38_plain_decimals_are_taken(tmp_path: Path, text: str, minor: int) -> None:
    assert read_entry(tmp_path, entry(text))[0].amount.minor == minor


@pytest.mark.parametrize("currency", [None, "", "eur", "XXX", "EURO", "E1R", "\u0415UR"])
def test_row_39_a_currency_that_is_none_quarantines_the_row(tmp_path: Path, currency: str | None) -> None:
    (problem,) = refused(tmp_path, document(statement(entry(currency=currency)))).problems
    assert (problem.code, problem.subject) == ("line.currency", "Ntry[1]/Ccy")


def test_row_39_an_account_s_currency_that_is_none_refuses_the_statement(tmp_path: Path) -> None:
    assert refused(tmp_path, document(statement(currency="eur"))).code == "statement.currency"


def test_row_40_a_name_is_kept_as_it_is(tmp_path: Path) -> None:
    name = "<b>Sample\u200b\u202e Person</b> & =1+1\nAlpha"
    line, _ = read_entry(tmp_path, entry(details=detail(parties=party("Dbtr", name, DONOR))))
    assert line.counterparty.name == name


def test_row_41_cdata_is_text_and_comments_are_nothing(tmp_path: Path) -> None:
    told = "<RmtInf><Ustrd>For<!-- no --> the <![CDATA[<roof> & ]]>wall<?x y?>s</Ustrd></RmtInf>"
    found = read(tmp_path, document(statement(entry(), entry(details=detail("50.00", more=told)), entry("7.00"))))
    assert found.lines[1].remittance == "For the <roof> & walls"
    assert [str(line.amount) for line in found.lines] == ["50.00", "50.00", "7.00"]


@pytest.mark.parametrize("hiding", ["<!-- {} -->", "<x><![CDATA[{}]]></x>", "<?hidden {} ?>", "<!-- </Ntry> {}{} <Ntry> -->"])
def test_row_41_an_entry_in_a_comment_is_none(tmp_path: Path, hiding: str) -> None:
    hidden = hiding.format(entry("666.00"), entry("666.00"))
    for content in (
        statement(entry(), hidden, entry("7.00")),
        statement(hidden, entry(), entry("7.00")),
        statement(entry(), entry("7.00"), hidden),
        statement(entry().replace("<Sts>", f"{hidden}<Sts>"), entry("7.00")),
    ):
        found = read(tmp_path, document(content))
        assert [str(line.amount) for line in found.lines] == ["50.00", "7.00"]


@pytest.mark.parametrize("encoding", ["UTF-7", "UTF-32", "EBCDIC-CP-US", "hex", "rot13", "HZ-GB-2312", "ISO-2022-JP", "x" * 40])
def test_row_42_a_rare_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    error = refused(tmp_path, GOOD.replace("UTF-8", encoding))
    assert (error.code, error.problems[0].values) == ("file.encoding", {"encoding": encoding.lower()})


def test_row_64_wrong_check_digits_warn_and_are_never_repaired(tmp_path: Path) -> None:
    wrong = "lt73 9999 9000 0000 0002"
    line, found = read_entry(tmp_path, entry(details=detail(parties=party("Dbtr", "Sample Person Alpha", wrong))))
    assert (line.counterparty.iban, found.codes) == ("LT739999900000000002", ["line.iban"])
    found = read(tmp_path, document(statement(entry(), account="LT039999900000000001")))
    assert (found.heads[0].account, found.codes) == ("LT039999900000000001", ["statement.iban"])


@pytest.mark.parametrize("mark", ["", "CR", "crdt", "DBIT CRDT"])
def test_a_mark_that_is_neither_credit_nor_debit_quarantines_the_row(tmp_path: Path, mark: str) -> None:
    (problem,) = refused(tmp_path, document(statement(entry(direction=mark)))).problems
    assert (problem.code, problem.subject) == ("line.direction", "Ntry[1]/CdtDbtInd")


def test_entries_elsewhere_than_in_a_statement_are_none(tmp_path: Path) -> None:
    stray = f"<Other>{entry('1.00')}<Ntry/>{entry('2.00')}</Other>"
    inner = entry("9.00", more=entry("3.00"))
    for content in ((stray, statement(entry(), inner)), (statement(entry(), stray, inner), "")):
        assert [str(line.amount) for line in read(tmp_path, document(*content)).lines] == ["50.00", "9.00"]


def test_two_files_in_one_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD + GOOD).code == "file.broken"


def test_warnings_of_a_hundred_thousand_rows_stay_few(tmp_path: Path) -> None:
    found = read(tmp_path, document(statement(*[entry(booked=None)] * 1_500)))
    assert len(found.problems) == 1_001
    assert (found.problems[-1].code, found.problems[-1].values) == ("file.more_problems", {"count": 500})


def test_identify_knows_a_file_by_its_beginning() -> None:
    assert identify(GOOD[:400].encode()) == "camt.053.001.08"
    assert identify(f"<BkToCstmrStmt><Stmt>{OURS}".encode()) == "camt.053"
