"""The law of live regions goes red when the publisher errs: else it would say nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find

from comments_api import clock, erasure, pages, publishing, regions
from tests.site.courtroom import SEARCH, Courtroom, courtroom
from tests.site.histories import History, histories

__all__ = ["courtroom"]  # a fixture


def forget_a_region(patch: pytest.MonkeyPatch) -> None:
    touched = regions.touched
    patch.setattr(regions, "touched", lambda key: [r for r in touched(key) if r[0] != "count"])


def use_an_old_snapshot(patch: pytest.MonkeyPatch) -> None:
    drawn = regions.drawn
    before: dict[str, str] = {}

    def late(connection: Any, region: Any, *rest: Any) -> str:
        html = drawn(connection, region, *rest)
        shown = before.get(region.id, html)
        before[region.id] = html
        return shown

    patch.setattr(regions, "drawn", late)


def drop_a_byte(patch: pytest.MonkeyPatch) -> None:
    splice = pages.splice
    patch.setattr(pages, "splice", lambda *words: splice(*words)[:-1])


def forget_a_switch(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publishing, "mark_switched", lambda *_: None)


def miss_the_closing_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(clock, "EVERY_THREAD", ("count", ""))  # the clock moves, the threads stay


def forget_the_erased(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(erasure, "mark_dirty", lambda *_: None)


# What can show it: among all verbs, the right ones would meet too rarely to be waited for.
COMING = ("submit", "speak", "decide", "wait")
FAULTS: dict[Callable[[pytest.MonkeyPatch], None], tuple[str, ...]] = {
    forget_a_region: COMING,
    use_an_old_snapshot: COMING,
    drop_a_byte: COMING,
    forget_a_switch: (*COMING, "switch"),
    miss_the_closing_time: (*COMING, "close_at"),
    forget_the_erased: ("submit", "decide", "erase", "erase_person"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_law_goes_red_when_the_publisher_errs(
    courtroom: Courtroom, fault: Callable[[pytest.MonkeyPatch], None]
):
    def shows(history: History) -> bool:
        with pytest.MonkeyPatch.context() as patch:
            fault(patch)
            return bool(courtroom.differences(history))

    history = find(histories(*FAULTS[fault]), shows, settings=SEARCH)

    assert courtroom.differences(history) == set()  # without the fault, the same history is lawful
