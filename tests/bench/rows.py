"""The rows of the bench: what ours does, what its floor does, at which two sizes, and what is promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.files import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bench.measuring import Spent
    from tests.bench.shop import Shop


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised, where anything is: ours to its floor, CPU seconds, MiB above the derivation's peak, growth.

    `growth` is ours at the large size to ours at the small one; `flat_mib` is how much more memory the large one may take, `peak_mib`
    how much it may take at all.
    """

    ratio: float | None = None
    seconds: float | None = None
    above_mib: float | None = None
    growth: float | None = None
    flat_mib: float | None = None
    peak_mib: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ours and its floor are run in turn at each size; the targets hold at the last one."""

    name: str
    sizes: tuple[int, ...]
    target: Target
    ours: Callable[[Shop, int], Spent]
    floor: Callable[[Shop, int], Spent]
    opened: Callable[[Shop, int], Path] | None = None


def derivation(shop: Shop, book: Path) -> Spent:
    """The key derivation of a book."""
    return shop.run.work("deriving", "derive", str(book))


def _import(shop: Shop, size: int) -> Spent:
    book = shop.copy(shop.receiving(size))
    return shop.run.command("import", str(book), str(shop.year(size)), passphrase=PASSPHRASE)


def _iterparse(kind: str) -> Callable[[Shop, int], Spent]:
    def floor(shop: Shop, size: int) -> Spent:
        finished = shop.scratch / shop.receiving(size).name  # as the import just left it
        return shop.run.work("floors", kind, str(shop.year(size)), str(finished), str(shop.scratch / "floor.db"))

    return floor


def _book_command(verb: str) -> Callable[[Shop, int], Spent]:
    def ours(shop: Shop, size: int) -> Spent:
        return shop.run.command(verb, str(shop.ledger(size)), passphrase=PASSPHRASE)

    return ours


def _book_floor(name: str) -> Callable[[Shop, int], Spent]:
    def floor(shop: Shop, size: int) -> Spent:
        return shop.run.work("floors", name, str(shop.ledger(size)))

    return floor


def _bare_python(shop: Shop, _: int) -> Spent:
    return shop.run.python("pass")


def _help(shop: Shop, _: int) -> Spent:
    return shop.run.command("--help")


def _inspect(shop: Shop, size: int) -> Spent:
    return shop.run.command("inspect", str(shop.year(size)))


def _first_page(shop: Shop, _: int) -> Spent:
    return shop.run.work("window", "first_page")


def _first_figures(shop: Shop, size: int) -> Spent:
    return shop.run.work("window", "first_figures", str(shop.ledger(size)))


def _bare_window(shop: Shop, _: int) -> Spent:
    return shop.run.work("bare_window", "painted")


def _quicken(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("quicken", name, str(shop.ofx(size)))

    return work


def _swift(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("swift", name, str(shop.mt940(size)))

    return work


def _papers(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("papers", name, str(size))

    return work


def _matching(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("matching", name, str(size))

    return work


def _linkage(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("linkage", name, str(size))

    return work


def _evidence(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("evidence", name, str(size))

    return work


def _ledger(shop: Shop, size: int) -> Path:
    return shop.ledger(size)


def _receiving(shop: Shop, size: int) -> Path:
    return shop.receiving(size)


def _check_kept(shop: Shop, size: int) -> Spent:
    return shop.run.command("check", str(shop.kept(size)), passphrase=PASSPHRASE)


def _sums_kept(shop: Shop, size: int) -> Spent:
    return shop.run.work("floors", "check", str(shop.kept(size)))


def _kept(shop: Shop, size: int) -> Path:
    return shop.kept(size)


def _donors(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("donors", name, str(shop.register(size)))

    return work


def _scrolling(name: str) -> Callable[[Shop, int], Spent]:
    def work(shop: Shop, size: int) -> Spent:
        return shop.run.work("scrolling", name, str(shop.register(size)))

    return work


def _stalling(shop: Shop, size: int) -> Spent:
    return shop.run.work("stalling", "importing", str(shop.copy(shop.receiving(size))), str(shop.year(size)))


def _stalling_exported(shop: Shop, size: int) -> Spent:
    return shop.run.work("stalling", "exporting", str(shop.copy(shop.ledger(size))))


def _stalling_scrolled(shop: Shop, size: int) -> Spent:
    return shop.run.work("stalling", "scrolling", str(shop.register(size)))


def _idling(book: Callable[[Shop, int], Path]) -> Callable[[Shop, int], Spent]:
    def floor(shop: Shop, size: int) -> Spent:
        return shop.run.work("stalling", "idling", str(book(shop, size)))

    return floor


def _register(shop: Shop, size: int) -> Path:
    return shop.register(size)


def _post(kind: str) -> Callable[[Shop, int], Spent]:
    def post(shop: Shop, size: int) -> Spent:
        return shop.run.work("posting", kind, str(shop.copy(shop.ledger(_WAITING))), str(size))

    return post


_WAITING = 1_000  # entries of the book that others are posted into
ROWS = (
    Row("import", (10_000, 100_000), Target(ratio=2.0, above_mib=120, flat_mib=16), _import, _iterparse("iterparse"), _receiving),
    Row("import-strict", (100_000,), Target(), _import, _iterparse("iterparse_entries"), _receiving),
    Row("balances", (10_000, 1_000_000), Target(seconds=0.45, growth=1.15), _book_command("balances"), _book_floor("balances"), _ledger),
    Row("first-paint", (1,), Target(ratio=2.0), _first_page, _bare_window),
    Row("figures", (10_000, 1_000_000), Target(seconds=0.3, growth=1.15, above_mib=120), _first_figures, _book_floor("balances"), _ledger),
    Row("help", (1,), Target(seconds=0.35), _help, _bare_python),
    Row("inspect", (20,), Target(seconds=0.35), _inspect, _bare_python),
    Row("check", (10_000, 100_000), Target(seconds=3.0), _book_command("check"), _book_floor("check"), _ledger),
    Row("check-lines", (10_000, 100_000), Target(seconds=3.0), _check_kept, _sums_kept, _kept),
    Row("posting", (20_000,), Target(ratio=1.25), _post("logged"), _post("unlogged")),
    Row("match-exact", (1_000, 10_000), Target(seconds=0.1), _matching("exact"), _matching("look_up")),
    Row("match-names", (1_000, 10_000), Target(seconds=2.6), _matching("names"), _matching("all_pairs")),
    Row("donors", (100, 100_000), Target(seconds=0.1), _donors("slowest_search"), _donors("look_through")),
    Row("donors-page", (100, 100_000), Target(seconds=0.1), _donors("page"), _donors("bare_ids")),
    Row("scroll", (10_000, 1_000_000), Target(ratio=1.25, flat_mib=15), _scrolling("over_the_book"), _scrolling("in_memory")),
    Row("stall-import", (20_000,), Target(seconds=0.05), _stalling, _idling(_receiving)),
    Row("stall-export", (20_000,), Target(seconds=0.05), _stalling_exported, _idling(_ledger)),
    Row("stall-scroll", (10_000, 1_000_000), Target(seconds=0.05), _stalling_scrolled, _idling(_register)),
    Row("ofx", (10_000, 100_000), Target(flat_mib=4), _quicken("read_all"), _quicken("scan_tags")),
    Row("mt940", (10_000, 100_000), Target(flat_mib=4), _swift("read_mt940"), _swift("scan_fields")),
    Row("workbook", (10_000, 100_000), Target(ratio=1.2, flat_mib=8, peak_mib=64), _papers("workbook"), _papers("bare_workbook")),
    Row("paper", (5_000, 50_000), Target(ratio=1.5, peak_mib=80), _papers("on_paper"), _papers("bare_paper")),
    Row("verify", (3_000, 30_000), Target(ratio=2.5), _evidence("verified"), _evidence("bare")),
    Row("linkage", (300, 3_000, 20_000), Target(seconds=60), _linkage("attacked"), _linkage("listed")),
)
