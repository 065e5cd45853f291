"""/moderate/mail: what waits and what was given up; and how often a moderator gets mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api.mail import outbox
from comments_api.mail.outbox import Kind
from comments_api.models import Moderator, Outbox
from tests.conftest import ON_SQLITE
from tests.http.conftest import signed_in
from tests.http.mailing import BOB, MAIL
from tests.http.reading import parse, said

pytestmark = ON_SQLITE


@pytest.fixture
def app(new_app):
    """The application where mail is sent."""
    return new_app(**MAIL)


@pytest.fixture
def mail(database, watch):
    """Notes a mail, and returns its number; what is given is what became of it."""

    def note(**state):
        with database.session() as session:
            outbox.put(session, Kind.CONFIRM, watch.now, recipient=BOB, lang="en")
            session.flush()
            row = session.scalars(sa.select(Outbox).order_by(Outbox.id.desc())).first()
            for name, value in state.items():
                setattr(row, name, value)
            return row.id

    return note


def rows(database):
    with database.session() as session:
        return session.scalars(sa.select(Outbox).order_by(Outbox.id)).all()


def test_only_those_who_moderate_see_it(bob, alice):
    assert bob.get("/moderate/mail").status_code == 303
    assert alice.get("/moderate/mail").status_code == 200


def test_it_says_what_waits_and_since_when(alice, mail, watch):
    assert "No mail waits to be sent." in said(alice.get("/moderate/mail"))
    mail()
    mail(error="450 busy")
    watch.forward(minutes=3)

    shown = said(alice.get("/moderate/mail"))

    assert "2 mails wait to be sent. The oldest was written 3 minutes ago." in shown
    assert "What went wrong last: 450 busy." in shown


def test_it_shows_what_was_given_up_and_to_nobodys_face(alice, mail, watch):
    mail(dead=watch.now, error="550 <no> such user", attempts=1)

    answer = alice.get("/moderate/mail")

    assert "b…@example.org" in said(answer)
    assert "550 <no> such user (1 time tried)" in said(answer)
    assert BOB not in answer.text


def test_it_can_be_tried_again(alice, mail, database, watch):
    number = mail(dead=watch.now, error="550", attempts=22)
    watch.forward(hours=1)

    answer = alice.post(f"/moderate/mail/{number}/again")

    [row] = rows(database)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/moderate/mail")
    assert (row.dead, row.attempts, row.due, row.error) == (None, 0, watch.now, None)


def test_all_of_them_can(alice, mail, database, watch):
    for _ in range(3):
        mail(dead=watch.now, error="550")

    alice.post("/moderate/mail/again")

    assert [row.dead for row in rows(database)] == [None] * 3


def test_it_can_be_given_up(alice, mail, database, watch):
    number = mail(dead=watch.now, error="550")

    assert alice.post(f"/moderate/mail/{number}/give-up").status_code == 303
    assert rows(database) == []


@pytest.mark.parametrize("action", ["again", "give-up"])
def test_what_is_not_given_up_is_not_found(alice, mail, database, action):
    number = mail()

    assert alice.post(f"/moderate/mail/{number}/{action}").status_code == 404
    assert alice.post(f"/moderate/mail/4711/{action}").status_code == 404
    assert len(rows(database)) == 1


@pytest.mark.parametrize("path", ["again", "1/again", "1/give-up"])
def test_others_change_nothing(bob, mail, database, watch, path):
    mail(dead=watch.now)

    assert bob.post(f"/moderate/mail/{path}").headers["Location"] == "/moderate/sign-in"
    assert rows(database)[0].dead == watch.now


def test_it_says_when_no_mail_is_sent(new_app, database, now):
    alice = signed_in(new_app(), database, now)

    assert "This site sends no mail" in said(alice.get("/moderate/mail"))
    assert "this site sends no mail" in said(alice.get("/moderate/password"))


# -- one's own pace ---------------------------------------------------------------------------


def chosen(browser):
    """Return which pace the form shows as chosen."""
    inputs = parse(browser.get("/moderate/password").text).iter("input")
    return [e.get("value") for e in inputs if e.get("name") == "pace" and "checked" in e.attrib]


@pytest.mark.parametrize("pace", ["daily", "never", "immediate"])
def test_a_moderator_says_how_often_she_gets_mail(alice, database, pace):
    assert chosen(alice) == ["immediate"]

    answer = alice.post("/moderate/pace", data={"pace": pace})

    assert answer.headers["Location"] == "/moderate/me?did=pace"
    assert "You get mail as often as you said." in said(alice.get("/moderate/me?did=pace"))
    assert chosen(alice) == [pace]
    with database.session() as session:
        assert session.scalars(sa.select(Moderator.mail)).all() == [pace]


def test_a_pace_that_there_is_not_is_refused(alice):
    assert alice.post("/moderate/pace", data={"pace": "hourly"}).status_code == 422
    assert chosen(alice) == ["immediate"]


# -- is the site well? ------------------------------------------------------------------------


def test_health_says_that_mail_is_late_without_saying_whose(bob, mail, watch):
    mail()
    well = bob.get("/api/health/ready")
    watch.forward(hours=1, seconds=1)

    late = bob.get("/api/health/ready")

    assert (well.status_code, well.json["mail"]) == (200, "on")
    assert late.status_code == 503
    assert late.json == {"ready": False, "trouble": "mail", "pages_waiting": 0, "mail": "on"}


def test_where_no_mail_is_sent_none_is_late(new_app, mail, watch):
    mail()
    watch.now += timedelta(hours=2)

    assert new_app().test_client().get("/api/health/ready").status_code == 200
