"""Two moderators on two processes: one wins, the other sees it, and all that is derived agrees."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
import sqlalchemy as sa

from comments_api import queue, sessions
from comments_api.models import Comment, Decision, DirtyRegion, Outbox, Status
from tests.factories import make_comment, make_moderator
from tests.http.conftest import PAGE, SECRET
from tests.http.processes import running

PAIRS = 100
DECIDED = ("approve", "spam")


@pytest.fixture
def two(database, site):
    """Two processes on the test's database and site."""
    settings = {
        "database_url": database.url.render_as_string(hide_password=False),
        "site": site.root,
        "secret_key": SECRET,
    }
    with running(2, settings) as processes:
        yield processes


@pytest.fixture
def staff(database):
    """The session cookies of Alice and Carol."""
    with database.session() as session:
        real = datetime.now(UTC)  # the processes have a clock of their own
        return [
            sessions.begin(session, make_moderator(session, real, name).id, real)
            for name in ("Alice", "Carol")
        ]


def pending(database, now, many):
    """Store comments that wait, and return their numbers."""
    with database.session() as session:
        return [make_comment(session, now, Status.PENDING).id for _ in range(many)]


def at_once(*calls):
    """Make these calls at the same moment, and return what they give."""
    barrier = Barrier(len(calls))

    def call(one):
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def test_of_two_decisions_at_once_one_wins_and_the_other_is_told(two, staff, database, site, now):
    numbers = pending(database, now, PAIRS)

    answers = {}
    for number in numbers:
        path = f"/moderate/comments/{number}"
        calls = [
            lambda one=one, who=who, action=action, path=path: one.post(
                f"{path}/{action}", who, version=1
            )
            for one, who, action in zip(two, staff, DECIDED, strict=True)
        ]
        answers[number] = at_once(*calls)

    assert all(sorted(pair) == [303, 409] for pair in answers.values()), answers
    with database.session() as session:
        status = dict(session.execute(sa.select(Comment.id, Comment.status)).all())
        record = session.scalars(sa.select(Decision).where(Decision.moderator_id.is_not(None)))
        lines = [(one.comment_id, one.action) for one in record]
        mails = session.scalars(sa.select(Outbox.comment_id).where(Outbox.kind == "published"))
        told = sorted(mails)
        found = queue.counts(session)
    won = {n: DECIDED[answers[n].index(303)] for n in numbers}
    assert sorted(lines) == sorted(won.items())
    approved = [n for n in numbers if won[n] == "approve"]
    assert [n for n in numbers if status[n] == "approved"] == approved
    assert told == approved
    assert Counter(status.values()) == +Counter(
        {name: found[name] for name in ("pending", "approved", "spam", "trash")}
    )
    assert shown(site, numbers) == approved


def shown(site, numbers):
    """Return which of these comments stand on the page."""
    page = site.live().read(PAGE)
    return [number for number in numbers if f'id="comment-{number}"'.encode() in page]


def test_50_approvals_of_one_page_at_once_are_all_on_it(two, staff, database, site, now):
    numbers = pending(database, now, 50)

    def approve(number):
        path = f"/moderate/comments/{number}/approve"
        return two[number % 2].post(path, staff[number % 2], version=1)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(approve, numbers))

    assert set(answers) == {303}
    with database.session() as session:
        late = session.scalars(sa.select(sa.func.count()).select_from(DirtyRegion)).one()
    assert (late, shown(site, numbers)) == (0, numbers)


def test_one_undo_at_once_by_two_is_one_undo(two, staff, database, now):
    (number,) = pending(database, now, 1)
    assert two[0].post(f"/moderate/comments/{number}/spam", staff[0], version=1) == 303
    with database.session() as session:
        batch = session.scalars(sa.select(Decision.batch).where(Decision.action == "spam")).one()

    path = f"/moderate/undo/{batch}"
    answers = at_once(lambda: two[0].post(path, staff[0]), lambda: two[1].post(path, staff[1]))

    assert sorted(answers) == [303, 409]
    with database.session() as session:
        actions = session.scalars(sa.select(Decision.action).where(Decision.action == "undo"))
        assert len(actions.all()) == 1
        assert session.get_one(Comment, number).status == "pending"
