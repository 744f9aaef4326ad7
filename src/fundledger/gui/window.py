"""The main window of an open book: sidebar, pages, menus, what is told, and the work in progress."""

from __future__ import annotations

import gc
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QProgressBar, QSplitter, QStackedWidget, QStatusBar

from fundledger.gui.actions import Actions
from fundledger.gui.history import History, Place
from fundledger.gui.keeping import DraftBar
from fundledger.gui.layout import part, read_layout
from fundledger.gui.listing import Listing
from fundledger.gui.notices import ErrorBar, Toast
from fundledger.gui.palette import KeySheet, Palette
from fundledger.gui.parts import button, columns, holding, label, rows
from fundledger.gui.sidebar import PAGES, Sidebar
from fundledger.gui.tasks import News, Told
from fundledger.gui.waiting import Waiting, waiting
from fundledger.services.preferences import LOOKS, prefer
from fundledger.services.proposing import read_ahead

if TYPE_CHECKING:
    from fundledger.gui.about import About
    from fundledger.gui.desk import Desk, Notice
    from fundledger.gui.help import HelpPanel
    from fundledger.gui.page import Page
    from fundledger.gui.tasks import Ticket
    from fundledger.store.operations import LogEntry

_MOST_POINTS = 20_000  # of a part beside a gap
# Each stands in the module of its name; the first figures do not wait for the others, which are read beside the window once it is quiet.
_KINDS = {
    "dashboard": "DashboardPage",
    "campaigns": "CampaignsPage",
    "donors": "DonorsPage",
    "disbursements": "DisbursementsPage",
    "importing": "ImportingPage",
    "reconcile": "ReconcilePage",
    "reports": "ReportsPage",
    "logbook": "LogbookPage",
    "settings_page": "SettingsPage",
    "tieout": "TieoutPage",
}


class Desktop(QMainWindow):
    """The window of one open book."""

    locked = Signal()
    lock_after = Signal(int)

    def __init__(self, desk: Desk) -> None:
        """Opens on the dashboard."""
        super().__init__()
        self.desk = desk
        self.actions_of = Actions(self, desk.speaker)
        self.pages: dict[str, Page] = {}
        self.shown = ""
        self.history = History()
        self.about: About | None = None
        self._help: HelpPanel | None = None
        self._look_chosen = LOOKS[0]
        self._build()
        self._act()
        desk.changed.connect(lambda _: self._look_around())
        desk.noticed.connect(self._tell)
        desk.names_shown.connect(self._names)
        desk.opens.connect(self.open)
        desk.tasks.told.connect(self._work)
        desk.laid_out_anew.connect(self._lay_out_anew)
        self._layout = read_layout(desk.book.path)
        left = part(self._layout, "page", kind=str)
        self.go(left if left in PAGES else "dashboard")
        self._look_around()
        self.drafts.look()
        desk.tasks.when_quiet(self._read_ahead)

    def _build(self) -> None:
        desk = self.desk
        self.sidebar = Sidebar(desk, desk.book.name)
        self.sidebar.chosen.connect(self.go)
        self.sidebar.switched.connect(self.locked)
        self.sidebar.attended.connect(self.attend)
        self.errors = ErrorBar(desk.speaker)
        self.stack = QStackedWidget()
        self.drafts = DraftBar(desk, self.go)
        inside = rows(self.errors, self.drafts, self.stack, spacing=0)
        inside.setStretch(2, 1)
        self._right = right = holding(inside)
        right.setObjectName("page")
        self._across = columns(self.sidebar, right, spacing=0)
        self._across.setStretch(1, 1)
        self.setCentralWidget(holding(self._across))
        self.toast = Toast(right, desk.speaker, desk.undo)
        self.palette_of = Palette(right, desk, self.actions_of)
        self.keys = KeySheet(right, desk)
        self.actions_of.fill(self.menuBar())
        self.setStatusBar(self._status_bar())

    def _status_bar(self) -> QStatusBar:
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        self.work_text = label("", "muted", size=0.92)
        self.work_bar = QProgressBar()
        self.work_bar.setTextVisible(False)
        self.work_bar.setFixedWidth(190)
        self.work_bar.setAccessibleName(self.desk.say("progress"))
        self.work_cancel = button(self.desk.say("cancel"), self.desk.tasks.cancel, "quiet")
        self._work_box = holding(columns(self.work_text, self.work_bar, self.work_cancel, spacing=10, margins=(12, 0, 12, 0)))
        self._work_box.hide()
        self._slow = QTimer(self, singleShot=True, interval=250)
        self._slow.timeout.connect(self._work_box.show)
        self._ticket: Ticket | None = None
        self.where = label(self.desk.say("status.local"), "muted", size=0.92)
        bar.addWidget(holding(columns(self.where, margins=(12, 2, 12, 2))))
        bar.addPermanentWidget(self._work_box)
        return bar

    def _act(self) -> None:
        does, look = self.actions_of.does, self.desk.look
        does("new", lambda: self.page().new())
        does("filter", lambda: self.page().find_rows())
        does("import", self._import)
        does("lock", self.locked.emit)
        does("quit", lambda: self.window().close())
        does("undo", self.desk.undo)
        does("redo", self.desk.redo)
        does("palette", self.palette_of.show_palette)
        does("keys", self.keys.show_sheet)
        does("help", lambda: self.help().show_help(self.shown))
        does("about", self._about)
        does("back", self.go_back).setEnabled(False)
        does("forth", self.go_forth).setEnabled(False)
        does("names", lambda: self.desk.show_names(self.shown))
        self.sidebar.names.clicked.connect(lambda: self.actions_of.press("names"))
        for page in PAGES:
            does(f"page.{page}", partial(self.go, page))
        for choice in ("light", "dark", "system"):
            does(choice, partial(self._choose_look, choice)).setChecked(look.choice == choice)
        for key, page, method in (
            ("campaign.new", "campaigns", "new"),
            ("campaign.open", "campaigns", "begin_collection"),
            ("campaign.over", "campaigns", "end_collection"),
            ("campaign.cover", "campaigns", "cover"),
            ("campaign.close", "campaigns", "close_campaign"),
            ("campaign.quote", "campaigns", "new_quote"),
            ("campaign.consent", "campaigns", "withdraw_consent"),
            ("campaign.page", "campaigns", "show_texts"),
            ("campaign.mandate", "campaigns", "change_mandate"),
            ("campaign.archive", "campaigns", "archive"),
            ("account.new", "importing", "new_account"),
            ("takeover", "importing", "take_over"),
            ("donor.new", "donors", "new"),
            ("verify", "logbook", "verify"),
            ("backup", "settings_page", "back_up"),
            ("voucher.new", "reconcile", "book_voucher"),
            ("period.close", "tieout", "close_period"),
            ("period.reopen", "tieout", "reopen"),
            ("publish", "tieout", "publish"),
            ("rule.new", "settings_page", "new_rule"),
            ("invoice.new", "disbursements", "new"),
            ("invoice.approve", "disbursements", "approve"),
            ("invoice.pay", "disbursements", "pay"),
            ("invoice.payees", "disbursements", "look_at_payees"),
        ):
            does(key, partial(self._on, page, method))

    def _about(self) -> None:
        from fundledger.gui.about import About  # noqa: PLC0415  rarely asked for, and nothing waits for it

        if self.about is None:
            self.about = About(self._right, self.desk)
        self.about.show_about()

    def help(self) -> HelpPanel:
        """The help, made when it is first asked for."""
        from fundledger.gui.help import HelpPanel  # noqa: PLC0415  as above

        if self._help is None:
            self._help = HelpPanel(self.desk)
            self._across.addWidget(self._help)
        return self._help

    def page(self) -> Page:
        """The page that is open."""
        return self.pages[self.shown]

    def go(self, name: str, row_id: int = -1) -> Page:
        """Open a page, at a row if one is named; Back leads to where it was gone from."""
        if self.shown and (name != self.shown or row_id >= 0):
            self.history.leave(self._here())
        return self._open(name, row_id)

    def _here(self) -> Place:
        return Place(self.shown, self.page().stood())

    def go_back(self) -> None:
        """To the page before, its list as it was looked at."""
        self._come_to(self.history.back(self._here()))

    def go_forth(self) -> None:
        """To the page that Back was pressed on."""
        self._come_to(self.history.forth(self._here()))

    def _come_to(self, place: Place) -> None:
        page = self._open(place.page)
        if place.stood is not None:
            page.stand(place.stood)

    def _open(self, name: str, row_id: int = -1) -> Page:
        """Show a page, which is made at its first visit."""
        if name not in self.pages:
            kind = getattr(import_module(f"fundledger.gui.{name}"), _KINDS[name])
            self.pages[name] = kind(self.desk, self.actions_of)
            self.stack.addWidget(self.pages[name])
            self._arrange(self.pages[name])
            # What is here stays while the book is open: looking through it for garbage would stop the window for 60 ms again and again.
            self.desk.tasks.when_quiet(gc.freeze)
        self.shown = name
        self.stack.setCurrentWidget(self.pages[name])
        self.sidebar.mark(name)
        self.pages[name].enter()
        if row_id >= 0:
            self.pages[name].pick(row_id)
        self.actions_of["back"].setEnabled(bool(self.history.behind))
        self.actions_of["forth"].setEnabled(bool(self.history.ahead))
        return self.pages[name]

    def _arrange(self, page: Page) -> None:
        """As it was left; a gap between parts that are no longer as many stays where it is."""
        kept = part(self._layout, "pages", page.name)
        for place, listing in enumerate(page.findChildren(Listing)):
            listing.arrange(part(kept, "lists", str(place)))
        for place, splitter in enumerate(page.findChildren(QSplitter)):
            sizes = part(kept, "gaps", str(place), kind=list)
            if len(sizes) == splitter.count() and all(isinstance(size, int) and 0 < size <= _MOST_POINTS for size in sizes):
                splitter.setSizes(sizes)

    def arranged(self) -> dict[str, Any]:
        """How the window is left: pages that were not looked at this time as they were before."""
        pages = part(self._layout, "pages")
        for name, page in self.pages.items():
            lists = {str(place): each.arranged() for place, each in enumerate(page.findChildren(Listing))}
            gaps = {str(place): each.sizes() for place, each in enumerate(page.findChildren(QSplitter))}
            pages[name] = {"lists": lists, "gaps": {place: sizes for place, sizes in gaps.items() if all(sizes)}}
        return {"page": self.shown, "pages": pages}

    def _lay_out_anew(self) -> None:
        """Columns, orders and gaps as at first."""
        self._layout = {}
        for page in self.pages.values():
            for listing in page.findChildren(Listing):
                listing.arrange_anew()
            for splitter in page.findChildren(QSplitter):
                splitter.setSizes([splitter.width() // splitter.count()] * splitter.count())
        self.desk.tell(self.desk.say("settings.reset.done"))

    def open(self, page: str, at: int | str) -> None:
        """Open a page at a row, by its id, or narrowed to a part of it, by its name; or the help at a topic."""
        if page == "help":
            self.help().show_help(str(at))
        elif isinstance(at, int):
            self.go(page, at)
        else:
            self.go(page).narrow(at)

    def _on(self, page: str, method: str) -> None:
        getattr(self.go(page), method)()

    def attend(self) -> None:
        """Go where what is missing can be made."""
        self.open("settings_page", "people")

    def _import(self) -> None:
        page = self.go("importing")
        page.new()

    def _read_ahead(self) -> None:
        """What the first bank line that is looked at will ask for, and the other pages' code."""
        self.desk.ask(lambda: read_ahead(self.desk.book), lambda _: None)
        self.desk.ask(lambda: [import_module(f"fundledger.gui.{name}") for name in _KINDS], lambda _: None)

    def _look_around(self) -> None:
        """What waits on the pages, and what Undo would take back."""
        self.desk.ask(lambda: waiting(self.desk.book), self._waits, lane="waiting")
        self.desk.ask_next_undo(self._next_undo)
        self._next_redo()

    def _waits(self, found: Waiting) -> None:
        self.sidebar.wait("reconcile", found.open_lines)
        self.sidebar.wait("disbursements", found.to_approve)
        self.sidebar.attend([self.desk.speaker.problem(one) for one in found.missing])
        self.lock_after.emit(found.chosen.lock_minutes)
        self._dress(found.chosen.look)
        self.desk.look.space(dense=found.chosen.density == "dense")
        self.sidebar.works(found.worker or self.desk.say("people.recovery"))

    def _choose_look(self, choice: str) -> None:
        """Dress at once, then remember it."""
        self._look_chosen = choice
        self.desk.look.choose(choice)
        book, at = self.desk.book, self.desk.now()
        if not book.read_only:
            self.desk.tasks.write(
                "", lambda _, __: prefer(book, at, look=choice), lambda changes: self.desk.changed.emit(changes.touched), self.desk.problems
            )

    def _dress(self, choice: str) -> None:
        """As was chosen for this book, when that has changed."""
        if choice != self._look_chosen:
            self._look_chosen = choice
            self.desk.look.choose(choice)
            self.actions_of[choice].setChecked(True)

    def _next_redo(self) -> None:
        redo, verb, say = self.actions_of["redo"], self.desk.next_redo(), self.desk.say
        redo.setEnabled(verb is not None)
        redo.setText(say("redo", what=say(f"verb.{verb}")) if verb else say("action.redo"))

    def _next_undo(self, entry: LogEntry | None) -> None:
        action, say = self.actions_of["undo"], self.desk.say
        action.setEnabled(entry is not None)
        if entry is None:
            action.setText(say("action.undo"))
            return
        posted = any(table == "entry" and act == "insert" for table, act, _ in entry.changes)
        what = say(f"verb.{entry.verb.replace(' ', '_')}")
        action.setText(say("undo.posted" if posted else "undo.unposted", what=what))

    def _tell(self, notice: Notice) -> None:
        if notice.wrong:
            self.toast.hide()
            self.errors.tell(notice.text)
        else:
            self.toast.tell(notice.text, undo=notice.undo)

    def _names(self) -> None:
        shown = self.desk.revealed
        self.actions_of["names"].setChecked(shown)
        self.sidebar.names.setText(self.desk.say("names.hide" if shown else "names.show"))

    def _work(self, told: Told) -> None:
        """The work in progress: shown when it takes longer than a blink."""
        if not told.ticket.title:
            return
        if told.news is News.STARTED:
            self._ticket = told.ticket
            self.work_text.setText(told.ticket.title)
            self.work_bar.setRange(0, 0)
            self._slow.start()
        elif told.ticket is self._ticket and told.news is News.PROGRESS and isinstance(told.value, tuple):
            done, total = told.value
            self.work_bar.setRange(0, total)
            self.work_bar.setValue(done)
        elif told.ticket is self._ticket:
            self._slow.stop()
            self._work_box.hide()
