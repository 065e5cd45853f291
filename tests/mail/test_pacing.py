"""When somebody's mail is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comments_api.mail.pacing import next_digest

LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        ("2026-11-21T07:59", LONDON, "2026-11-21T08:00"),
        ("2026-11-21T08:00", LONDON, "2026-11-22T08:00"),
        ("2026-11-21T12:00", LONDON, "2026-11-22T08:00"),
        ("2026-07-21T07:30", LONDON, "2026-07-22T07:00"),  # summer time
        ("2026-10-24T12:00", LONDON, "2026-10-25T08:00"),  # the night in which it ends
        ("2026-11-21T23:00", "Pacific/Auckland", "2026-11-22T19:00"),
        ("2026-11-21T18:00", "Pacific/Auckland", "2026-11-21T19:00"),
    ],
)
def test_the_digest_comes_at_its_hour_by_the_clocks_of_the_site(now, zone, due):
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert next_digest(moment, zone, 8) == datetime.fromisoformat(due).replace(tzinfo=UTC)
