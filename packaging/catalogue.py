"""Keeps the catalogues of sentences: merges lines of new ones, compiles them, and checks that all languages say the same.

    python packaging/catalogue.py [FILE.tsv ...]     merge KEY<tab>English<tab>Lithuanian, then compile
    python packaging/catalogue.py --public FILE.tsv  merge KEY<tab>be<tab>de<tab>pl<tab>ru of public texts, then compile
    python packaging/catalogue.py --to be FILE.tsv   merge KEY<tab>sentence of one language, then compile; --to be,ru takes two sentences
    python packaging/catalogue.py --check            exit 1 with every fault named

The forms of a plural stand in one field, parted by " || ": English has two, Lithuanian, Belarusian and Russian three. Public texts are
those of public reports, of an appeal's own page and of the letters to donors; German and Polish have them alone.
"""

from __future__ import annotations

import argparse
import io
import string
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parents[1] / "resources" / "i18n"
FIRST, WHOLE, PUBLIC = ("en", "lt"), ("be", "en", "lt", "ru"), ("be", "de", "pl", "ru")  # those written first, those of everything
# What the public reads whole: an appeal's own page, the letters to donors, the parts of a public report. Other words of public reports are
# those of internal ones too, so they are named one by one; a test sets every public report in every language.
FAMILIES = ("band.", "bar.", "field.", "letter.", "page.", "paper.", "policy.", "quarter.", "sentence.", "sheet.", "state.", "term.")
MOVES = "advanced charged_back collected due_back fees moved_in moved_out opening paid remaining returned"
NAMED = frozenset(
    f"{family}.{name}"
    for family, names in {
        "audience": "public",
        "column": f"{MOVES} band field for_auditor for_internal for_public fund gifts given given_on needed of_yours original purpose"
        " quarter receipt_before stands state use whole_campaign",
        "comparison": "overview tie_out",
        "figure": f"{MOVES} ignored_lines moved_out_to needed open_lines state unsure_lines",
        "figures": "before campaign lines overview",
        "fund": "others others_and_small small",
        "identity": "campaign",
        "note": "bands before columns documented draft fewer_than_five netted no_gift_table no_total none_published nothing_to_show policy"
        " published quarters waiting",
        "report": "campaign.title overview.title policy.title reconciliation.title transparency.title",
        "side": "all_funds all_money bank funds ledger published",
        "table": "bands funds policy quarters",
    }.items()
    for name in names.split()
)
PLURAL = " || "
HEADERS = ("Language:", "Plural-Forms:", "MIME-Version:", "Content-")
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # fixed, so that the same sentences are the same bytes on any day


def paths(language: str) -> tuple[Path, Path]:
    """The readable and the compiled catalogue of a language."""
    name = "fundledger" if language in WHOLE else "public"
    return FOLDER / language / f"{name}.po", FOLDER / language / f"{name}.mo"


def is_public(key: str) -> bool:
    """Whether a sentence stands where the public or a donor reads it."""
    return key.startswith(FAMILIES) or key in NAMED


def load(language: str) -> Catalog:
    """The catalogue of a language as it stands, or an empty one."""
    path = paths(language)[0]
    catalogue = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.is_file() else Catalog(locale=language)
    catalogue.header_comment = f"# The sentences of FundLedger, {language}. Merged and compiled by packaging/catalogue.py."
    catalogue.creation_date = catalogue.revision_date = WRITTEN
    catalogue.fuzzy = False
    return catalogue


def merge(catalogues: dict[str, Catalog], lines: Iterable[str], source: str) -> list[str]:
    """Take lines into the catalogues, later ones winning; returns the faults, line by line."""
    faults = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        key, *sentences = line.rstrip("\n").split("\t")
        if len(sentences) != len(catalogues) or not all(text.strip() for text in (key, *sentences)):
            faults.append(f"{source}:{number}: needs a key and {len(catalogues)} sentences")
            continue
        for language, sentence in zip(catalogues, sentences, strict=True):
            put(catalogues[language], key.strip(), sentence.strip())
    return faults


def put(catalogue: Catalog, key: str, sentence: str) -> None:
    """Set the sentence of a key, in one form or in all forms of the language."""
    forms = tuple(sentence.replace("\\n", "\n").split(PLURAL))
    catalogue.delete(key)
    if len(forms) == 1:
        catalogue.add(key, forms[0])
    else:
        catalogue.add((key, key), forms)


def forms(message: Message) -> tuple[str, ...]:
    """Every form of a sentence."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def key_of(message: Message) -> str:
    """The key of a sentence."""
    return message.id if isinstance(message.id, str) else message.id[0]


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def write(catalogue: Catalog, language: str) -> None:
    """Write both files of a language; the same sentences make the same bytes."""
    readable, binary = paths(language)
    readable.parent.mkdir(parents=True, exist_ok=True)
    target = io.BytesIO()
    write_po(target, catalogue, width=140, omit_header=False, sort_output=True)
    head, _, body = target.getvalue().decode().partition("\n\n")
    kept = [line for line in head.splitlines() if not line.startswith('"') or line.startswith(tuple(f'"{name}' for name in HEADERS))]
    readable.write_text("\n".join(kept) + "\n\n" + body, encoding="utf-8")
    binary.write_bytes(compiled(load(language)))


def check() -> list[str]:
    """Every fault: a stale compiled file, a key one language lacks, placeholders that differ, a wrong number of forms."""
    loaded = {language: load(language) for language in sorted({*WHOLE, *PUBLIC})}
    catalogues = {language: {key_of(m): m for m in loaded[language] if m.id} for language in loaded}
    faults = [f"{paths(n)[1].name} of {n} is stale" for n in loaded if paths(n)[1].read_bytes() != compiled(loaded[n])]
    every = set().union(*(catalogues[language] for language in FIRST))
    for language, whole in loaded.items():
        others = every if language in WHOLE else {key for key in every if is_public(key)}
        faults += [f"{language} has {key}, which is not public" for key in sorted(set(catalogues[language]) - others)]
        faults += [f"{language} lacks {key}" for key in sorted(others - set(catalogues[language]))]
        faults += [f"{language} {key}: {n} forms" for key, m in catalogues[language].items() if (n := wrong_forms(m, whole))]
    for key in sorted(every):
        rooms = [rooms_of(found[key]) for found in catalogues.values() if key in found]
        faults += [f"{key}: placeholders differ: {rooms}"] if any(room != rooms[0] for room in rooms) else []
    return faults


def wrong_forms(message: Message, catalogue: Catalog) -> int:
    """The number of forms of a plural, where it is not its language's; else 0."""
    return 0 if isinstance(message.id, str) or len(forms(message)) == catalogue.num_plurals else len(forms(message))


def rooms_of(message: Message) -> set[str]:
    """The placeholders of a sentence over all its forms."""
    return {name for form in forms(message) for _, name, _, _ in string.Formatter().parse(form) if name}


def main() -> int:
    """Merge and compile, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--public", action="store_true")
    parser.add_argument("--to", type=lambda text: text.split(","), default=FIRST)
    choice = parser.parse_args()
    faults = []
    if not choice.check:
        catalogues = {language: load(language) for language in (PUBLIC if choice.public else choice.to)}
        for path in choice.files:
            with path.open(encoding="utf-8") as lines:
                faults += merge(catalogues, lines, path.name)
        for language, found in catalogues.items():
            write(found, language)
    faults += check()
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
