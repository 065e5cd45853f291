"""Telling of new posts and letters: once, and not of what was always there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import publishing
from comments_api.dates import iso
from comments_api.mail import announcing
from comments_api.mail.outbox import SECOND_THOUGHTS, Kind
from comments_api.models import Outbox
from tests.conftest import ON_SQLITE
from tests.factories import make_manifest

SOON = SECOND_THOUGHTS


@pytest.fixture
def announce(session, now):
    """Makes a site with these pages live, and returns what is announced by then."""

    def go_live(**pages):
        news = {key: {"dated": iso(dated)} for key, dated in pages.items()}
        plain = make_manifest()
        site = replace(plain, site={**plain.site, "news": news})
        announcing.announce(session, site, now)
        session.flush()
        rows = session.scalars(sa.select(Outbox).order_by(Outbox.id))
        return [(row.payload["key"], row.due - now) for row in rows]

    return go_live


def test_what_is_there_at_first_is_not_announced(announce, now):
    assert announce(one=now, two=now) == []
    assert announce(one=now, two=now) == []


def test_what_comes_later_is_announced_once(announce, now):
    announce(one=now)

    first = announce(one=now, two=now - timedelta(days=1))
    again = announce(one=now, two=now - timedelta(days=1))

    assert first == again == [("two", SOON)]


def test_a_site_that_began_empty_announces_its_first_post(announce, now):
    announce()

    assert announce(one=now) == [("one", SOON)]


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (-14, SOON),
        (-15, None),
        (0.5, timedelta(hours=12)),  # a page of tomorrow is announced tomorrow
        (14, timedelta(days=14)),
        (15, None),
    ],
)
def test_only_fresh_pages_are_announced_on_their_day(announce, now, days, due):
    announce()

    announced = announce(page=now + timedelta(days=days))

    assert announced == ([("page", due)] if due else [])


def test_what_was_too_old_to_announce_is_not_announced_later_either(announce, now):
    announce()
    announce(page=now - timedelta(days=15))

    assert announce(page=now) == []


def test_a_page_that_left_and_came_back_is_no_news(announce, now):
    announce(page=now)
    announce()

    assert announce(page=now) == []


def test_a_build_of_an_older_version_changes_nothing(session, now):
    announcing.announce(session, make_manifest(), now)

    assert session.scalars(sa.select(Outbox.id)).all() == []
    assert announcing.page_of(make_manifest(), "post:the-vote") is None


@ON_SQLITE
def test_the_small_site_tells_of_its_posts_and_letters(site, database, built, now):
    news = site.live().manifest.site["news"]
    with database.session() as session:
        session.execute(sa.text("DELETE FROM announced WHERE key LIKE 'letter:%'"))

    publishing.go_live(database, site, built.folder, now)

    assert news["post:the-vote"]["pages"]["fr"][0] == "/fr/2026/11/the-vote/"
    assert news["letter:remind-the-chair"]["sensitive"] is True
    assert "letter:not-yet" not in news  # a draft
    with database.session() as session:
        rows = session.scalars(sa.select(Outbox)).all()
        assert {row.kind for row in rows} == {Kind.NEW_PAGE}
        assert {row.payload["key"] for row in rows} <= {key for key in news if "letter:" in key}
