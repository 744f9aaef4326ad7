"""Written reports as a person checks them against the rules of booking: keys and figures, one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What changes with whom a donor is called, or repeats what stands in another table.
_LEFT_OUT = frozenset({"gifts", "quarters", "since_edition", "lines"})


def told(report: Mapping[str, Any]) -> str:
    """A report in JSON as lines of text."""
    head = f"{report['report']} for the {report['audience']}, as of {report['as_of']}"
    return "\n".join([head, *(line for section in report["sections"] for line in _section(section)), ""])


def _section(section: Mapping[str, Any]) -> Iterator[str]:
    if section.get("key") in _LEFT_OUT:
        return
    match section["kind"]:
        case "paragraph":
            yield f"  “{section['text']}”"
        case "figures":
            yield f"  {section['key']}"
            yield from (f"    {one['key'].partition('.')[2]:<28}{_plain(one['value']):>16}" for one in section["items"])
            yield from (f"    {note}" for note in [section["note"]] if note)
        case "identity":
            terms = " ".join(f"{'+' if one['sign'] > 0 else '−'} {one['key']} {_plain(one['value'])}" for one in section["terms"])
            yield f"  {terms.removeprefix('+ ')} = {section['result']['key']} {_plain(section['result']['value'])}"
            assert _plain(section["difference"]) == "0.00"
        case "comparison":
            yield "  " + " = ".join(f"{one['key'].partition('.')[2]} {_plain(one['value'])}" for one in section["sides"])
            assert {_plain(one["difference"]) for one in section["sides"]} <= {"0.00", "–"}
        case "table":
            yield from _table(section)


def _table(section: Mapping[str, Any]) -> Iterator[str]:
    """Head, rows and totals under one another; a table without a row is left out."""
    if not section["rows"]:
        return
    keys = [column["key"] for column in section["columns"]]
    yield f"  {section['key']} ({section['title']})" + (f": {section['note']}" if section["note"] else "")
    yield _row(keys)
    yield from (_row([_plain(row["cells"][key]) for key in keys]) for row in section["rows"])
    if section["totals"]:
        yield _row([_plain(section["totals"][key]) if key in section["totals"] else "" for key in keys])


def _row(cells: Sequence[str]) -> str:
    return ("    " + "".join(f"{cell:<24}" if number == 0 else f" {cell:>16}" for number, cell in enumerate(cells))).rstrip()


def _plain(value: Any) -> str:  # noqa: ANN401  whatever a cell holds
    if isinstance(value, dict):
        return str(value["amount"]) if value["currency"] == "EUR" else f"{value['amount']} {value['currency']}"
    return "–" if value is None else str(value)


def sources_and_uses(story: str) -> list[str]:
    """The lines of a story that say where a campaign's money came from and went, as the auditor and as the public read it."""
    return [line for line in story.splitlines() if "fund_money" in line or line.split(" ", 1)[0] == "==" or "“" in line]


def trial_balances(story: str) -> str:
    """The trial balances of a story, each under what it tells of."""
    kept, within = [], False
    for line in story.splitlines():
        if line and not line.startswith(" "):
            within = line.startswith(("==", "trial-balance"))
        if within and line:
            kept.append(line)
    return "\n".join([*kept, ""])
