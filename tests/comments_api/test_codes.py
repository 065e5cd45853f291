"""The second factor: codes count once, near their time; recovery codes count once, ever."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from comments_api import codes, sessions, tokens
from comments_api.errors import ImpossibleDecision, WrongCode
from comments_api.models import Moderator, Session
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=codes.STEP)


def code(now):
    """Return what an authenticator shows at a time."""
    return pyotp.TOTP(SECRET).at(now)


@pytest.fixture
def alice(session, now):
    """Alice, without a second factor."""
    return make_moderator(session, now)


@pytest.fixture
def recovery(session, alice, now):
    """Alice's recovery codes, after she set up her second factor a while ago."""
    before = now - 10 * STEP
    return codes.turn_on(session, alice.id, SECRET, code(before), before, keep="")


def is_right(session, alice, typed, now):
    """Say whether a code lets her in."""
    try:
        codes.use(session, alice.id, typed, now)
    except WrongCode:
        return False
    return True


def test_it_counts_once_she_has_shown_a_code_and_other_sessions_end(session, alice, now):
    kept = tokens.hash_of(sessions.begin(session, alice.id, now))
    sessions.begin(session, alice.id, now)

    made = codes.turn_on(session, alice.id, SECRET, code(now), now, keep=kept)

    assert alice.totp_secret == SECRET
    assert session.scalars(sa.select(Session.token_hash)).all() == [kept]
    assert len(set(made)) == codes.NUMBER
    assert not any(one in str(alice.recovery) for one in made)  # only hashes


@ON_SQLITE
@pytest.mark.parametrize("secret", [SECRET, "", "short", "é" * 32, "0" * 32])
def test_a_wrong_code_sets_nothing_up(session, alice, now, secret):
    with pytest.raises(WrongCode):
        codes.turn_on(session, alice.id, secret, "000000", now, keep="")

    assert alice.totp_secret is None


def test_it_is_set_up_once(session, alice, recovery, now):
    with pytest.raises(ImpossibleDecision):
        codes.turn_on(session, alice.id, SECRET, code(now), now, keep="")


def test_a_code_counts_once(session, alice, recovery, now):
    assert is_right(session, alice, code(now), now)
    assert not is_right(session, alice, code(now), now)
    assert not is_right(session, alice, code(now - STEP), now)  # an older one neither
    assert is_right(session, alice, code(now + STEP), now + STEP)


@ON_SQLITE
@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(session, alice, recovery, now, steps, right):
    assert is_right(session, alice, code(now + steps * STEP), now) is right


@ON_SQLITE
def test_a_code_may_be_typed_with_a_gap(session, alice, recovery, now):
    shown = code(now)

    assert is_right(session, alice, f" {shown[:3]} {shown[3:]} ", now)


@ON_SQLITE
@pytest.mark.parametrize("typed", ["", " ", "000000", "０００００0", "é", "\x00", "x" * 10_000])
def test_nonsense_is_wrong(session, alice, recovery, now, typed):
    assert not is_right(session, alice, typed, now)


def test_each_recovery_code_counts_once(session, alice, recovery, now):
    first, second = recovery[0], recovery[1].replace("-", " ").upper()

    assert is_right(session, alice, first, now)
    assert not is_right(session, alice, first, now)
    assert is_right(session, alice, second, now)
    assert len(alice.recovery) == codes.NUMBER - 2


def test_new_recovery_codes_end_the_old_ones(session, alice, recovery, now):
    made = codes.renew_recovery(session, alice.id, now)

    assert not is_right(session, alice, recovery[0], now)
    assert is_right(session, alice, made[0], now)


def test_after_it_is_taken_off_no_code_counts(session, alice, recovery, now):
    codes.turn_off(session, alice.id, alice.id, now)

    assert not is_right(session, alice, code(now), now)
    assert not is_right(session, alice, recovery[0], now)
    with pytest.raises(ImpossibleDecision):
        codes.renew_recovery(session, alice.id, now)


def test_the_picture_holds_the_link():
    link = codes.uri(SECRET, "alice@example.org", "Vote yes")

    side, path = codes.picture(link)

    assert link.startswith("otpauth://totp/Vote%20yes:alice%40example.org?secret=")
    assert SECRET in link
    assert "M4,4h1v1h-1z" in path  # a corner of the first of its three eyes
    assert f"M{side - 5},4h1v1h-1z" in path
    assert "M4,11h1v1h-1z" not in path  # around an eye it is white
    assert set(path) <= set("Mhvz,-0123456789")


def test_nobody_without_a_second_factor_has_a_code(session, now):
    bob = make_moderator(session, now, "Bob")

    assert not is_right(session, bob, code(now), now)
    assert session.scalars(sa.select(Moderator.totp_step)).all() == [None]


def test_of_two_browsers_that_give_one_code_at_once_one_comes_in(database, now):
    with database.session() as session:
        alice = make_moderator(session, now)
        alice.totp_secret = SECRET
        number = alice.id
    start, outcomes = threading.Barrier(2), []

    def give():
        start.wait()
        try:
            with database.session() as session:
                codes.use(session, number, code(now), now)
            outcomes.append("in")
        except WrongCode:
            outcomes.append("out")

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in", "out"]
