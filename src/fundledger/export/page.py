"""The appeal's own page from the books: "How much is needed?" and what became of it, as HTML, text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fundledger.export.html import page, text
from fundledger.export.json import canonical, plain
from fundledger.export.qr import svg
from fundledger.export.text import clean
from fundledger.export.wording import log_head
from fundledger.i18n import Speaker, house_money, public_languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from fundledger.domain.money import Money
    from fundledger.reports.value import Appeal


# What lies between the collected sum and what remains, in the order it is said; what was nothing is not said.
_BETWEEN = ("returned", "moved_in", "opening", "fees", "paid", "advanced", "due_back", "moved_out", "remaining", "owed_back")


def render(appeal: Appeal, speaker: Speaker) -> dict[str, bytes]:
    """The page in every form, by the ending of its file: html, txt, json."""
    return {"html": _html(appeal, speaker), "txt": _text(appeal, speaker), "json": _json(appeal, speaker)}


def state_sentence(appeal: Appeal, speaker: Speaker) -> str:
    """What became of it, such as: the collection is over, collected € 3 030."""
    if appeal.collected is None:
        return speaker.say(f"page.{appeal.state}")
    return speaker.say(f"page.{appeal.state}_collected", amount=_house(appeal, appeal.collected))


def _house(appeal: Appeal, amount: Money) -> str:
    figures = (getattr(appeal, name) for name in ("asked", "collected", *_BETWEEN))
    return house_money(amount, [figure for figure in figures if figure is not None])


def closing_text(appeal: Appeal, speaker: Speaker) -> list[str]:
    """The collection is over: collected, paid, remaining, and what lies between; of fewer than five donors no sum to read gifts from."""
    if appeal.collected is None:
        return [state_sentence(appeal, speaker), speaker.say("page.few")]
    facts = [state_sentence(appeal, speaker)]
    always = {"remaining"} if appeal.state == "open" else {"paid", "remaining"}
    for name in _BETWEEN:
        amount: Money | None = getattr(appeal, name)
        if amount is not None and (amount or name in always):
            key = "paid_closed" if name == "paid" and appeal.state == "closed" else name
            facts.append(speaker.say(f"page.{key}", amount=_house(appeal, amount)))
    return [*facts, speaker.say("page.netted")] if appeal.netted else facts


def closing_texts(build: Callable[[str], Appeal]) -> dict[str, list[str]]:
    """What to say of an appeal in every public language, from the same numbers: the state, collected, paid, what remains."""
    return {language: closing_text(build(language), Speaker(language, public=True)) for language in public_languages()}


def _asked(appeal: Appeal, speaker: Speaker) -> str:
    key = "page.asked_amount" if appeal.vat == "unsaid" else f"page.asked_amount_{appeal.vat}"
    return speaker.say(key, amount=_house(appeal, appeal.asked))


def _reference(appeal: Appeal, speaker: Speaker) -> str:
    """The payment reference in groups of four, only while money is asked for."""
    if appeal.reference is None or appeal.state != "open":
        return ""
    groups = " ".join(appeal.reference[place : place + 4] for place in range(0, len(appeal.reference), 4))
    return speaker.say("page.reference", reference=groups)


def _source(appeal: Appeal, speaker: Speaker) -> str:
    if appeal.as_of is None:
        return speaker.say("page.source_undated", foundation=clean(appeal.foundation))
    return speaker.say("page.source", foundation=clean(appeal.foundation), day=appeal.as_of)


def _story(appeal: Appeal) -> list[str]:
    return [line.strip() for line in clean(appeal.story).split("\n") if line.strip()]


def _text(appeal: Appeal, speaker: Speaker) -> bytes:
    blocks = [
        clean(appeal.title),
        *_story(appeal),
        f"{speaker.say('page.asked')} {_asked(appeal, speaker)}",
        "\n".join(closing_text(appeal, speaker)),
        _reference(appeal, speaker),
        "\n".join([_source(appeal, speaker), *log_head(appeal, speaker)]),
    ]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def _html(appeal: Appeal, speaker: Speaker) -> bytes:
    state, *rest = closing_text(appeal, speaker)
    lines = [
        f'<header><p class="foundation">{text(appeal.foundation)}</p><h1>{text(appeal.title)}</h1></header><main>',
        *(f"<p>{text(line)}</p>" for line in _story(appeal)),
        f"<h2>{text(speaker.say('page.asked'))}</h2><p>{text(_asked(appeal, speaker))}</p>",
        f'<p class="box"><b>{text(state)}</b>{"<br>".join(text(line) for line in rest)}</p>',
        f"<p>{text(reference)}</p>" if (reference := _reference(appeal, speaker)) else "",
        _scanned(appeal, speaker),
        "</main>",
        *(f"<footer><p>{text(line)}</p></footer>" for line in (_source(appeal, speaker), *log_head(appeal, speaker))),
    ]
    return page(clean(appeal.title), speaker.language, lines)


def _scanned(appeal: Appeal, speaker: Speaker) -> str:
    """The code to give by, drawn in the page itself; what it says stands above it in words."""
    if not appeal.giving or appeal.state != "open":
        return ""
    drawn = svg(appeal.giving, speaker.say("page.scan_said", reference=appeal.reference or "")).decode().strip()
    said = text(speaker.say("page.scan"))
    return f'<figure style="margin:1.2rem 0;width:11rem">{drawn}<figcaption class="note">{said}</figcaption></figure>'


def _json(appeal: Appeal, speaker: Speaker) -> bytes:
    shown = ("asked", "vat", "as_of") if appeal.collected is None else ("asked", "vat", "as_of", "collected", "netted", *_BETWEEN)
    values = {name: plain(getattr(appeal, name), speaker) for name in shown}
    said = {
        "language": speaker.language,
        "question": speaker.say("page.asked"),
        "answer": _asked(appeal, speaker),
        "state_sentence": state_sentence(appeal, speaker),
    }
    names = {name: clean(getattr(appeal, name)) for name in ("code", "title", "story", "state", "foundation")}
    head = str(appeal.head) if appeal.head else None
    return canonical(names | values | said | {"reference": appeal.reference, "log_head": head})
