"""The law of live regions: a page spliced is, byte for byte, the page that a build would make."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.site.building import build, web_root
from tests.site.courtroom import LAWFUL, courtroom
from tests.site.histories import HISTORIES

__all__ = ["courtroom"]  # a fixture


@pytest.mark.timeout(900)
def test_the_law_of_live_regions(courtroom):
    untouched = web_root(courtroom.empty)

    @LAWFUL
    @given(HISTORIES)
    def law(history):
        assert courtroom.differences(history) == set()

    law()

    assert sum(len(verbs) >= 8 for verbs in courtroom.done) >= 200
    assert {name for verbs in courtroom.done for name in verbs} == {
        "submit", "reply", "speak", "answer", "decide", "withdraw", "wait",
        "report", "mark", "unmark", "edit", "settle_edit",
        "undo", "point_to", "reject", "rewrite", "close",
        "erase", "erase_person", "expire",
        "switch", "close_at",
    }  # fmt: skip
    assert web_root(courtroom.empty) == untouched


def test_a_reply_moves_up_when_what_it_answered_is_deleted(courtroom):
    """The site's feed says so: until then, it names nothing that the reply answers."""
    talk = [("speak", "post-the-answer", "One."), ("answer", 0, "Two."), ("answer", 1, "Three.")]

    assert courtroom.differences([*talk, ("remove", 1), ("expire", 0)]) == set()


def test_a_build_with_the_database_makes_the_same_manifest(courtroom):
    with courtroom.campaign() as campaign:
        full = build(campaign.site.builds / "full", str(campaign.database.url))

        manifest = (full.folder / "manifest.json").read_bytes()
        assert manifest == (courtroom.empty.folder / "manifest.json").read_bytes()
