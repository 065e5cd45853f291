"""A sign-in with a provider, begun here, is ended by the browser that began it: once, and soon."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import sign_ins
from comments_api.errors import SignInFailed, TooMany
from comments_api.models import ProviderSignIn

BROWSER, CALLBACK = "bobs-browser", "http://127.0.0.1:8000/api/sign-in/club/back"


@pytest.fixture
def begin(session, now):
    """Begins a sign-in in Bob's browser."""

    def began(back="/about/", network="net", moment=now):
        return sign_ins.begin(session, "club", CALLBACK, BROWSER, back, moment, network=network)

    return began


@pytest.fixture
def end(session, now):
    """Ends a sign-in."""

    def ended(errand, provider="club", readers=(BROWSER,), moment=now, state=None):
        session.flush()
        state = errand.state if state is None else state
        return sign_ins.end(session, provider, CALLBACK, state, readers, moment)

    return ended


def test_a_browser_that_is_back_gets_what_it_took_along(begin, end):
    errand = begin()

    returned = end(errand, readers=["another cookie", BROWSER])

    assert (returned.reader, returned.back, returned.errand) == (BROWSER, "/about/", errand)


def test_every_sign_in_has_secrets_of_its_own(begin):
    one, other = begin(), begin()

    secrets = {*(one.state, one.nonce, one.verifier), *(other.state, other.nonce, other.verifier)}
    assert len(secrets) == 6
    assert all(len(secret) >= 43 for secret in secrets)


def test_it_works_once(begin, end):
    errand = begin()
    end(errand)

    with pytest.raises(SignInFailed):
        end(errand)


@pytest.mark.parametrize(
    "wrong",
    [
        {"readers": ["mallorys-browser"]},
        {"readers": []},
        {"provider": "another"},
        {"state": "made up"},
        {"state": ""},
        {"state": "\ud800"},
        {"state": "x" * 100_000},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_whoever_was_not_sent_there_is_not_taken_back(begin, end, wrong):
    errand = begin()

    with pytest.raises(SignInFailed):
        end(errand, **wrong)


def test_ten_minutes_are_enough(begin, end, now):
    at_the_last_moment = begin()
    end(at_the_last_moment, moment=now + timedelta(minutes=10))
    late = begin()

    with pytest.raises(SignInFailed):
        end(late, moment=now + timedelta(minutes=10, seconds=1))


def test_one_network_begins_thirty_an_hour(begin):
    for _ in range(sign_ins.NETWORK_AN_HOUR):
        begin()

    with pytest.raises(TooMany):
        begin()
    begin(network="another")


def test_the_state_itself_is_not_stored(begin, session):
    errand = begin()
    session.flush()

    stored = session.scalars(sa.select(ProviderSignIn)).one()

    assert errand.state not in str(vars(stored))


def test_what_nobody_can_end_any_more_is_forgotten(begin, session, now):
    begin()
    young = begin(moment=now + timedelta(minutes=5))
    session.flush()

    sign_ins.forget(session, now + timedelta(minutes=11))

    (left,) = session.scalars(sa.select(ProviderSignIn)).all()
    assert left.nonce == young.nonce


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/2026/11/the-vote/",
        "/2026/11/the-vote/#comment-form",
        "/api/me?did=signed-in&lang=en",
        "/a/./b/..",
        "/caf%C3%A9/",
    ],
)
def test_pages_of_this_site_are_gone_back_to(address):
    assert sign_ins.own_path(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "about/",
        "//mallory.example",
        "//mallory.example/about/",
        "/\\mallory.example",
        "/\t/mallory.example",
        "/\n/mallory.example",
        "\\\\mallory.example",
        "https://mallory.example",
        "https:mallory.example",
        "javascript:alert(1)",
        " //mallory.example",
        "/about/\r\nSet-Cookie: x=y",
        "/caf\u00e9/",
        "/" + "a" * 500,
        "\x00",
    ],
)
def test_what_could_lead_elsewhere_leads_home(address):
    assert sign_ins.own_path(address) == "/"
