"""What the privacy page promises is what the worker does."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, retention
from comments_api.models import Comment, Complaint, Decision, Memento, Status
from comments_api.settings import Settings
from comments_api.worker import Worker
from tests.conftest import ON_POSTGRESQL
from tests.factories import make_comment, make_moderator, make_thread

SETTINGS = Settings()


def ids(session):
    session.flush()
    return list(session.scalars(sa.select(Comment.id).order_by(Comment.id)))


def forget(session, moment, sensitive=(), **changes):
    return retention.forget(session, replace(SETTINGS, **changes), moment, sensitive)


def test_an_address_block_is_forgotten_after_30_days(session, now):
    comment = make_comment(session, now)
    comment.address_block = "192.0.2.0/24"
    session.flush()

    forget(session, now + timedelta(days=30))
    assert comment.address_block == "192.0.2.0/24"

    forget(session, now + timedelta(days=30, seconds=1))
    session.refresh(comment)
    assert comment.address_block is None
    assert comment.fingerprint == f"old {comment.id}"  # a hash of it would be found by trying


@pytest.mark.parametrize(("key", "days"), [("post-the-vote", 180), ("letter-in-danger", 7)])
def test_the_code_of_a_cookie_is_forgotten_as_promised(session, now, key, days):
    comment = make_comment(session, now, thread=make_thread(key), reader="hash of a cookie")
    said = [row.how_long for row in retention.table(SETTINGS, "en")]
    forget_at = now + timedelta(days=days)

    forget(session, forget_at, ["letter-in-danger"])
    session.refresh(comment)
    assert comment.reader == "hash of a cookie"

    forget(session, forget_at + timedelta(seconds=1), ["letter-in-danger"])
    session.refresh(comment)
    assert comment.reader is None
    assert any(f"{days} days" in words and "browser" in words for words in said)


def test_the_worker_knows_which_pages_are_about_people_in_danger(database, site, now):
    keys = ["post-the-vote", "letter-remind-the-chair"]
    with database.session() as session:
        for key in keys:
            make_comment(session, now, thread=make_thread(key), reader="hash of a cookie")

    Worker(database, site).step(now + timedelta(days=8))

    sensitive = {key for key in keys if site.live().manifest.threads[key].context["sensitive"]}
    with database.session() as session:
        found = session.scalars(sa.select(Comment).order_by(Comment.id)).all()
        left = [one.reader is not None for one in found]
        assert left == [key not in sensitive for key in keys]


@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH])
def test_what_was_removed_goes_30_days_after_that(session, now, status):
    comment = make_comment(session, now, status)
    comment.changed = now + timedelta(days=10)
    session.flush()

    forget(session, now + timedelta(days=40))
    assert ids(session) == [comment.id]

    forget(session, now + timedelta(days=40, seconds=1))
    assert ids(session) == []


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.WITHDRAWN])
def test_everything_else_stays(session, now, status):
    comment = make_comment(session, now, status)

    forget(session, now + timedelta(days=3_650))

    assert ids(session) == [comment.id]


def test_replies_to_what_goes_move_up(session, now):
    top = make_comment(session, now)
    middle = make_comment(session, now, parent=top.id)
    reply = make_comment(session, now, parent=middle.id)
    middle.status = Status.TRASH.value
    session.flush()

    forget(session, now + timedelta(days=31))
    session.refresh(reply)

    assert (ids(session), reply.parent_id) == ([top.id, reply.id], top.id)


def test_a_whole_thread_of_spam_goes(session, now):
    parent = None
    for _ in range(5):
        parent = make_comment(session, now, parent=parent).id
    session.execute(sa.update(Comment).values(status=Status.SPAM.value))

    forget(session, now + timedelta(days=31))

    assert ids(session) == []


def test_a_wave_of_spam_goes_in_small_steps_one_right_after_the_other(
    database, site, now, monkeypatch
):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    with database.session() as session:
        for _ in range(5):
            make_comment(session, now, Status.SPAM)
    worker = Worker(database, site)
    left = []

    for seconds in range(4):
        worker.step(now + timedelta(days=31, seconds=seconds))
        with database.session() as session:
            left.append(len(ids(session)))

    assert left == [3, 1, 0, 0]


def test_it_says_whether_all_is_gone_that_should_be(session, now, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(3):
        make_comment(session, now, Status.SPAM)

    assert [forget(session, now + timedelta(days=31)) for _ in range(3)] == [False, True, True]


@ON_POSTGRESQL
@pytest.mark.timeout(60)
def test_what_is_restored_at_this_moment_stays(database, now):
    with database.session() as session:
        number = make_comment(session, now, Status.TRASH).id
        alice = make_moderator(session, now).id
        session.execute(sa.delete(Memento))  # for its row the worker would wait, and then go on
    later = now + timedelta(days=31)

    with database.session() as session:
        version = session.get_one(Comment, number).version
        decisions.decide(session, number, "restore", version, alice, later)
        session.flush()
        with database.session() as worker:
            forget(worker, later)

    with database.session() as session:
        assert session.get_one(Comment, number).status == Status.PENDING


def test_the_record_keeps_that_it_went(session, now):
    comment = make_comment(session, now, Status.SPAM)

    forget(session, now + timedelta(days=31))

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.comment_id, line.action, line.to_status) == (comment.id, "delete", "spam")


def test_a_settled_complaint_goes_and_an_open_one_stays(session, now):
    comment = make_comment(session, now)
    complaint = {"comment_id": comment.id, "reason": "spam", "created": now}
    session.add_all([Complaint(settled=now, **complaint), Complaint(**complaint)])
    session.flush()

    forget(session, now + timedelta(days=31))

    assert session.scalars(sa.select(Complaint.settled)).all() == [None]


def test_what_would_undo_a_decision_goes_after_30_days(session, now):
    make_comment(session, now)

    forget(session, now + timedelta(days=30))
    assert len(session.scalars(sa.select(Memento.version)).all()) == 1

    forget(session, now + timedelta(days=30, seconds=1))
    assert session.scalars(sa.select(Memento.version)).all() == []


@pytest.mark.parametrize("name", ["address_days", "removed_days"])
def test_a_setting_changes_what_is_said_and_what_is_done(session, now, name):
    comment = make_comment(session, now, Status.SPAM)
    comment.address_block = "192.0.2.0/24"
    session.flush()

    said = [row.how_long for row in retention.table(replace(SETTINGS, **{name: 7}), "en")]
    forget(session, now + timedelta(days=8), **{name: 7})

    assert any("7 days" in words for words in said)
    if name == "removed_days":
        assert ids(session) == []
    else:
        session.refresh(comment)
        assert comment.address_block is None


def test_every_setting_of_days_stands_in_the_table():
    # How far back the rules look at a commenter's record keeps nothing longer.
    names = [f.name for f in fields(Settings) if f.name.endswith("_days")]
    days = {name: 90 + n for n, name in enumerate(names) if name != "record_days"}

    said = " ".join(row.how_long for row in retention.table(replace(SETTINGS, **days), "en"))

    assert set(map(str, days.values())) <= set(re.findall(r"\d+", said))
    assert days.keys() == retention.promised(SETTINGS).keys()


def test_the_table_speaks_other_languages():
    english, french = (retention.table(SETTINGS, lang) for lang in ("en", "fr"))

    assert len(english) == len(french)
    assert all(one.what != other.what for one, other in zip(english, french, strict=True))
