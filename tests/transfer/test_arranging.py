"""Comments are put in order, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime

from comments_api.models import Status
from comments_api.transfer.arranging import arrange
from comments_api.transfer.foreign import Foreign, Page

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_of_very_many_comments_none_is_carried_along_with_the_others():
    # What a set copies within itself cannot be counted. If each comment copies all before it, so
    # many need ten minutes: more than any test is given.
    page, count = Page("1"), 200_000
    comments = [Foreign(str(n), None, page, "x", NOW, Status.APPROVED) for n in range(count)]

    arrangement = arrange(comments, (), NOW)

    assert len(arrangement.placed) == count
    assert arrangement.broken == {}
