"""Every strange text that is taken, five hundred to a page, in a real browser: nothing runs.

A page is watched while it is open: a dialog, a message in the console or a request to another host
fails the test.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import devsite, publishing
from comments_api.models import Comment, Status, Thread
from tests.browser.small import serving
from tests.browser.test_hostile_in_browser import hover_and_press
from tests.conftest import ON_SQLITE
from tests.factories import THREAD, make_comment
from tests.http.conftest import new_app, watch
from tests.http.test_strange_texts import paged, shown
from tests.strange import some

__all__ = ["new_app", "watch"]  # fixtures
pytestmark = ON_SQLITE

PAGE = "/2026/11/the-vote/"
# What the texts call is there, and leaves a trace.
ALARM = "window.x = () => { window.alarm = (window.alarm ?? 0) + 1; return true; };"


@pytest.fixture
def page(new_app, watched):
    """A page of the small site, served, in which the texts' own function is defined."""
    with serving(new_app(devsite.bp), watched.open) as small:
        opened = small.open("/about/")
        opened.add_init_script(ALARM)
        yield opened


@pytest.fixture
def publish(database, site, now):
    """Puts comments in the place of all that a thread has, and publishes its pages."""
    with database.session() as session:
        first = make_comment(session, now, Status.APPROVED)
        usual = {column.key: getattr(first, column.key) for column in sa.inspect(Comment).columns}

    def run(rows):
        with database.session() as session:
            session.execute(sa.delete(Comment).where(Comment.id > first.id))
            session.execute(sa.insert(Comment), [_stored(usual, row) for row in rows])
            thread = session.scalars(sa.select(Thread).where(Thread.key == THREAD)).one()
            publishing.mark_dirty(session, thread, now)
        assert not publishing.publish(database, site, now).failed

    return run


def _stored(usual, row):
    """Return a comment as the database holds it, from what readers see of it."""
    said = {"author_name": row.author_name, "author_url": row.author_url}
    place = {"id": row.id + 1, "parent_id": row.parent + 1 if row.parent else None}
    return {**usual, **said, **place, "rendered": str(row.html), "fingerprint": str(row.id)}


def test_nothing_of_all_that_is_taken_runs(page, publish, pytestconfig):
    for rows in some(paged(shown()), pytestconfig):
        publish(rows)
        page.goto(PAGE)
        page.wait_for_load_state("networkidle")

        hover_and_press(page)

        bodies = page.locator(".comment__body")
        assert bodies.count() == len(rows) + 1
        schemes = bodies.locator("a[href]").evaluate_all("all => all.map(link => link.protocol)")
        assert set(schemes) <= {"https:", "http:", "mailto:"}
        assert page.evaluate("[window.alarm ?? 0, typeof window.x]") == [0, "function"]
