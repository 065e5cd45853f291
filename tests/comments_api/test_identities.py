"""Readers who are known by more than a typed name: introduced, known again, forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import identities
from comments_api.identities import BROWSER_LIFE, BY_EMAIL
from comments_api.models import Comment, Identity, KnownBrowser
from tests.factories import make_comment

BOB = "bob@example.org"


@pytest.fixture
def introduce(session, now):
    """Introduces Bob's browser."""

    def introduced(reader="bobs-browser", issuer=BY_EMAIL, email=BOB, name="Bob", moment=now):
        found = identities.introduce(session, reader, issuer, BOB, email, name, moment)
        session.flush()
        return found

    return introduced


def count(session, model):
    return session.scalars(sa.select(sa.func.count()).select_from(model)).one()


def test_a_browser_that_was_introduced_is_known(session, introduce):
    introduced = introduce()

    assert identities.known(session, "bobs-browser").id == introduced.id
    assert (introduced.email, introduced.name, introduced.issuer) == (BOB, "Bob", BY_EMAIL)


@pytest.mark.parametrize("reader", [None, "", "mallorys-browser"])
def test_no_other_browser_is(session, introduce, reader):
    introduce()

    assert identities.known(session, reader) is None


def test_two_browsers_of_one_person_are_one_identity(session, introduce):
    assert introduce().id == introduce("bobs-phone").id
    assert (count(session, Identity), count(session, KnownBrowser)) == (1, 2)


def test_the_same_name_at_another_provider_is_somebody_else(introduce):
    assert introduce().id != introduce("another", issuer="club").id


def test_a_browser_that_is_introduced_again_is_hers_who_came_last(session, introduce):
    introduce()
    last = introduce(issuer="club")

    assert identities.known(session, "bobs-browser").id == last.id
    assert count(session, KnownBrowser) == 1


def test_what_the_provider_says_now_counts_but_no_name_is_no_reason_to_forget_one(introduce, now):
    introduce()
    later = now + timedelta(days=3)

    again = introduce(email="new@example.org", name="", moment=later)

    assert (again.email, again.name, again.seen) == ("new@example.org", "Bob", later)
    assert again.created == now


def test_a_browser_can_be_forgotten_and_its_person_stays(session, introduce):
    introduce()

    identities.forget_browser(session, "bobs-browser")

    assert identities.known(session, "bobs-browser") is None
    assert count(session, Identity) == 1


def test_a_new_cookie_leads_to_all_that_the_old_one_did(session, introduce, now):
    introduce()
    comment = make_comment(session, now, reader="bobs-browser")
    others = make_comment(session, now, reader="alices-browser")

    identities.renew(session, "bobs-browser", "new-cookie")

    session.expire_all()
    assert session.get(Comment, comment.id).reader == "new-cookie"
    assert session.get(Comment, others.id).reader == "alices-browser"
    assert identities.known(session, "new-cookie").email == BOB
    assert identities.known(session, "bobs-browser") is None


def test_a_first_cookie_takes_nothing_over(session, introduce, now):
    comment = make_comment(session, now, reader=None)

    identities.renew(session, None, "new-cookie")

    session.expire_all()
    assert session.get(Comment, comment.id).reader is None


def test_a_browser_whose_cookie_is_gone_is_forgotten(session, introduce, now):
    introduce("old")
    introduce("young", moment=now + timedelta(days=1))

    identities.forget(session, now + BROWSER_LIFE + timedelta(seconds=1))

    assert session.scalars(sa.select(KnownBrowser.reader)).all() == ["young"]
