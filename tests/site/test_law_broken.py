"""The law of live regions goes red when the publisher errs: else it would say nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find

from comments_api import pages, regions
from tests.site.courtroom import SEARCH, Courtroom, courtroom
from tests.site.histories import HISTORIES, History

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


@pytest.mark.parametrize("fault", [forget_a_region, use_an_old_snapshot, drop_a_byte])
def test_the_law_goes_red_when_the_publisher_errs(
    courtroom: Courtroom, fault: Callable[[pytest.MonkeyPatch], None]
):
    def shows(history: History) -> bool:
        with pytest.MonkeyPatch.context() as patch:
            fault(patch)
            return bool(courtroom.differences(history))

    history = find(HISTORIES, shows, settings=SEARCH)

    assert courtroom.differences(history) == set()  # without the fault, the same history is lawful
