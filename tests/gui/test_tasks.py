from __future__ import annotations

from functools import partial
from threading import Event, get_ident
from typing import TYPE_CHECKING

import pytest

from fundledger.domain.problem import KnownError, Problem
from fundledger.gui.tasks import News, Tasks, Told
from fundledger.services.progress import CancelledError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from fundledger.gui.tasks import Cancelled, Progress


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    del qtbot
    made = Tasks()
    yield made
    made.close()


def _note(order: list[str], name: str, _: Progress, __: Cancelled) -> None:
    order.append(name)


def nothing(_: object) -> None:
    """Hears nothing."""


def test_an_answer_is_heard_in_the_windows_own_thread(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[tuple[int, int]] = []
    tasks.read(get_ident, lambda worker: heard.append((worker, get_ident())), nothing)
    qtbot.wait_until(lambda: bool(heard))
    assert heard[0][1] == get_ident() != heard[0][0]


def test_only_the_answer_to_the_latest_question_of_a_lane_is_heard(tasks: Tasks, qtbot: QtBot) -> None:
    go = Event()
    heard: list[str] = []

    def slow() -> str:
        go.wait(10)
        return "older"

    tasks.read(slow, heard.append, nothing, lane="list")
    tasks.read(lambda: "newer", heard.append, nothing, lane="list")
    go.set()
    qtbot.wait_until(lambda: not tasks.busy())
    assert heard == ["newer"]


def test_a_refusal_comes_back_as_its_problems(tasks: Tasks, qtbot: QtBot) -> None:
    heard: list[tuple[Problem, ...]] = []

    def refused() -> None:
        raise KnownError("book.io", "here")

    tasks.read(refused, nothing, heard.append)
    qtbot.wait_until(lambda: bool(heard))
    assert heard[0][0].code == "book.io"


def test_work_says_how_far_it_is_and_stops_when_it_is_asked(tasks: Tasks, qtbot: QtBot) -> None:
    steps: list[object] = []
    refused: list[tuple[Problem, ...]] = []

    def endless(progress: Progress, cancelled: Cancelled) -> None:
        for n in range(10_000_000):
            progress(n, 10_000_000)
            if cancelled():
                raise CancelledError

    def watch(told: Told) -> None:
        if told.news is News.PROGRESS:
            steps.append(told.value)
            tasks.cancel()

    tasks.told.connect(watch)
    tasks.write("Counting", endless, nothing, refused.append)
    qtbot.wait_until(lambda: bool(refused))
    assert steps
    assert refused[0][0].code == "cancelled"


def test_changes_are_made_one_after_the_other(tasks: Tasks, qtbot: QtBot) -> None:
    order: list[str] = []
    for name in ("first", "second", "third"):
        tasks.write(name, partial(_note, order, name), nothing, nothing)
    qtbot.wait_until(lambda: not tasks.busy())
    assert order == ["first", "second", "third"]


def test_closing_waits_for_the_work_and_hears_no_answer(tasks: Tasks, qtbot: QtBot) -> None:
    began = Event()
    ended: list[str] = []
    heard: list[object] = []

    def work(_: Progress, cancelled: Cancelled) -> None:
        began.set()
        while not cancelled():
            pass
        ended.append("ended")

    tasks.write("Working", work, heard.append, nothing)
    assert began.wait(10)
    tasks.close()
    assert ended == ["ended"]
    qtbot.wait(1)
    assert heard == []


def test_a_question_asked_behind_the_lock_is_no_fault(qtbot: QtBot) -> None:
    del qtbot
    tasks, heard = Tasks(), list[int]()
    tasks.close()
    tasks.read(lambda: 1, heard.append, lambda _: None)
    assert (tasks.busy(), heard) == (False, [])
