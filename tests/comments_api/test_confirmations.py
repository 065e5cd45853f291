"""Links in mails that show whose an address is, and what follows: claims and denials."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import claims, confirmations
from comments_api.confirmations import BLOCK_A_DAY
from comments_api.errors import BadLink, TooMany
from comments_api.mail import subscriptions
from comments_api.mail.subscriptions import Wish
from comments_api.models import Comment, Confirmation, Identity, Outbox, Scope, Status, Subscription
from tests.factories import THREAD, make_comment

BOB = "bob@example.org"
BROWSER = "bobs-browser"


@pytest.fixture
def ask(session, now):
    """Asks for a link, and returns its secret, or None if none was sent."""

    def asked(email=BOB, network="net", moment=now):
        on_its_way = confirmations.ask(session, email, "en", moment, network=network)
        session.flush()
        if not on_its_way:
            return None
        mail = session.scalars(sa.select(Outbox).order_by(Outbox.id.desc()).limit(1)).one()
        assert (mail.kind, mail.recipient) == ("confirm", email.lower())
        return mail.payload["token"]

    return asked


@pytest.fixture
def comment(session, now):
    """Stores a comment that carries Bob's address."""

    def stored(status=Status.PENDING, moment=now, **fields):
        fields = {"author_email": BOB, **fields}
        return make_comment(session, moment, status, **fields)

    return stored


def accept(session, token, now, shown, mine):
    """Press the button that says yes."""
    ids = ({one.id for one in shown}, {one.id for one in mine})
    claims.accept(session, token, BROWSER, now, shown=ids[0], mine=ids[1])
    session.flush()


def follow(session, now, email=BOB, **wish):
    """Ask for mail that waits for a confirmation."""
    wish = {"scope": Scope.THREAD, "thread_key": THREAD, **wish}
    subscriptions.subscribe(session, Wish(email, lang="en", **wish), now)


def kinds(session):
    """Return which subscriptions there are, and whether they began."""
    found = session.scalars(sa.select(Subscription).order_by(Subscription.id))
    return [(one.scope, one.confirmed is not None) for one in found]


# -- asking -----------------------------------------------------------------------------------


def test_a_link_is_sent_and_works(session, ask, now):
    token = ask("Bob@Example.org")

    assert confirmations.find(session, token, now).email == BOB


def test_an_address_gets_one_link_a_day(ask, now):
    ask()

    assert ask() is None
    assert ask("BOB@example.org", network="another") is None
    assert ask(moment=now + timedelta(hours=25)) is not None


def test_once_she_said_yes_another_one_can_be_asked_for(session, ask, now):
    for day in range(5):
        ask(moment=now + timedelta(days=day))
    assert ask(moment=now + timedelta(days=5)) is None

    confirmations.said_yes(session, BOB)

    for _ in range(5):
        assert ask(moment=now + timedelta(days=5)) is not None
        confirmations.said_yes(session, BOB)


def test_who_said_no_is_left_alone_for_thirty_days(session, ask, now):
    later = now + timedelta(hours=40)
    claims.decline(session, ask(), later)

    for wait in (timedelta(0), timedelta(days=1), confirmations.QUIET - timedelta(seconds=1)):
        confirmations.forget(session, later + wait)
        assert ask(moment=later + wait) is None
    assert ask("alice@example.org", moment=later) is not None
    assert ask(moment=later + confirmations.QUIET) is not None


def test_who_never_answers_gets_three_links_in_thirty_days(session, ask, now):
    sent = []
    for day in range(60):
        moment = now + timedelta(days=day)
        confirmations.forget(session, moment)
        sent += [day] if ask(moment=moment) else []

    assert sent == [0, 1, 2, 30, 31, 32]


def test_one_network_causes_so_many_links_a_day(ask):
    for number in range(BLOCK_A_DAY):
        ask(f"{number}@example.org")

    with pytest.raises(TooMany):
        ask("one-more@example.org")
    assert ask("another@example.org", network="another") is not None


def test_asking_again_for_the_same_address_counts_for_nothing(ask):
    for _ in range(BLOCK_A_DAY + 5):
        ask()


def test_the_link_itself_is_not_stored(session, ask):
    token = ask()

    stored = session.scalars(sa.select(Confirmation)).one()

    assert token not in str(vars(stored))


def test_looking_changes_nothing(session, ask, now):
    token = ask()

    for _ in range(3):
        confirmations.find(session, token, now)

    assert session.scalars(sa.select(Confirmation)).one().used is None


def test_a_link_works_once_and_for_two_days(session, ask, now):
    used, old = ask("used@example.org"), ask("old@example.org")
    confirmations.use(session, used, now)

    for token, moment in [(used, now), (old, now + confirmations.LIFE), ("made up", now)]:
        with pytest.raises(BadLink):
            confirmations.find(session, token, moment)
        with pytest.raises(BadLink):
            confirmations.use(session, token, moment)


@pytest.mark.parametrize("token", ["", "\x00", "\ud800", "x" * 100_000])
def test_a_strange_link_is_simply_wrong(session, now, token):
    with pytest.raises(BadLink):
        confirmations.use(session, token, now)


def test_links_are_forgotten_as_soon_as_they_hold_off_no_other(session, ask, now):
    ask()
    ask("young@example.org", moment=now + timedelta(hours=1))

    confirmations.forget(session, now + confirmations.QUIET)

    assert [one.email for one in session.scalars(sa.select(Confirmation))] == ["young@example.org"]


def test_of_a_link_that_works_no_more_is_not_kept_which_page_it_was_about(session, now):
    for email in (BOB, "alice@example.org"):
        confirmations.ask(session, email, "en", now, network="net", thread_key=THREAD)
        now += timedelta(hours=1)

    confirmations.forget(session, now - timedelta(hours=2) + confirmations.LIFE)

    session.expire_all()
    found = session.scalars(sa.select(Confirmation).order_by(Confirmation.created))
    assert [(one.email, one.thread_key) for one in found] == [
        (BOB, ""),
        ("alice@example.org", THREAD),
    ]


# -- what waits for it ------------------------------------------------------------------------


def test_comments_of_two_days_that_carry_the_address_wait(session, comment, now):
    found = [
        comment(),
        comment(Status.APPROVED),
        comment(Status.SPAM, author_email="BOB@Example.org"),
    ]
    comment(moment=now - timedelta(hours=48))
    comment(author_email="alice@example.org")
    comment(Status.TRASH)
    comment(Status.WITHDRAWN)

    waiting = claims.unclaimed(session, BOB, now)

    assert [one.id for one in waiting] == [one.id for one in reversed(found)]


def test_what_is_somebodys_already_waits_for_nobody(session, ask, comment, now):
    mine = comment()
    accept(session, ask(), now, [mine], [mine])

    assert claims.unclaimed(session, BOB, now) == []


def test_nobody_is_asked_about_more_than_twenty(session, comment, now):
    for _ in range(claims.MOST + 2):
        comment()

    assert len(claims.unclaimed(session, BOB, now)) == claims.MOST


# -- yes --------------------------------------------------------------------------------------


def test_yes_makes_the_ticked_comments_hers_whatever_their_status(session, ask, comment, now):
    held, public = comment(), comment(Status.APPROVED)

    accept(session, ask(), now, [held, public], [held, public])

    person = session.scalars(sa.select(Identity)).one()
    assert (person.subject, person.email, person.name) == (BOB, BOB, "Bob")
    assert (held.identity_id, public.identity_id) == (person.id, person.id)
    assert (held.status, public.status) == ("pending", "approved")


def test_what_she_does_not_tick_loses_her_address(session, ask, comment, now):
    mine, mallorys = comment(), comment(author_name="Mallory")

    accept(session, ask(), now, [mine, mallorys], [mine])

    assert (mallorys.identity_id, mallorys.author_email) == (None, "")
    assert mine.author_email == BOB


def test_what_she_was_not_asked_about_stays_as_it_is(session, ask, comment, now):
    late = comment()

    accept(session, ask(), now, [], [])

    assert (late.identity_id, late.author_email) == (None, BOB)


def test_ticking_what_carries_another_address_does_nothing(session, ask, comment, now):
    alices = comment(author_email="alice@example.org")

    accept(session, ask(), now, [alices], [alices])

    assert (alices.identity_id, alices.author_email) == (None, "alice@example.org")


def test_yes_begins_the_mail_that_waits(session, ask, now):
    follow(session, now)
    follow(session, now, email="alice@example.org")

    accept(session, ask(), now, [], [])

    assert kinds(session) == [("thread", True), ("thread", False)]


def test_mail_about_a_comment_that_is_not_hers_does_not_begin(session, ask, comment, now):
    mine, mallorys = comment(), comment()
    for one in (mine, mallorys):
        follow(session, now, scope=Scope.REPLIES, comment_id=one.id)

    accept(session, ask(), now, [mine, mallorys], [mine])

    (left,) = session.scalars(sa.select(Subscription)).all()
    assert (left.comment_id, left.confirmed) == (mine.id, now)


def test_a_link_that_is_used_makes_nobody_known_again(session, ask, now):
    token = ask()
    accept(session, token, now, [], [])

    with pytest.raises(BadLink):
        claims.accept(session, token, "mallorys-browser", now, shown=(), mine=())


# -- no ---------------------------------------------------------------------------------------


def test_no_ends_what_waits_and_nothing_else(session, ask, comment, now):
    mallorys = comment()
    follow(session, now)
    subscriptions.subscribe(session, Wish(BOB, Scope.POSTS, "en"), now, proven=True)
    token = ask()

    claims.decline(session, token, now)

    session.expire_all()
    assert kinds(session) == [("posts", True)]
    assert session.get(Comment, mallorys.id).author_email == BOB
    assert session.scalars(sa.select(Identity)).all() == []
    with pytest.raises(BadLink):
        confirmations.find(session, token, now)
