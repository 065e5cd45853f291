"""What owners do with people: invite, change roles, remove; and never without an owner left."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from comments_api import entering, moderators, people, sessions, tokens
from comments_api.errors import BadLink, InvalidDraft, LastOwner, UnknownPerson
from comments_api.models import Change, Moderator, Role, Session, SignInLink
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator

CAROL = {"name": "Carol", "email": "Carol@Example.org ", "role": "moderator"}


@pytest.fixture
def alice(session, now):
    """The only owner, signed in."""
    alice = make_moderator(session, now)
    alice.role = Role.OWNER.value
    sessions.begin(session, alice.id, now)
    session.flush()
    return alice


def changes(session):
    """Return what was written down, in order, with the number of who did it."""
    found = session.scalars(sa.select(Change).order_by(Change.id))
    return [(change.what, change.moderator_id) for change in found]


def signed_in(session, person):
    """Return how many sessions somebody has."""
    mine = sa.select(sa.func.count()).where(Session.moderator_id == person.id)
    return session.scalars(mine).one()


def test_who_is_invited_comes_in_by_her_link_once(session, alice, now):
    carol, token = people.invite(session, CAROL, alice.id, now, "en")

    entered = entering.by_link(session, token, now + people.INVITATION_LIFE * 0.99)

    assert (carol.name, carol.email, carol.role) == ("Carol", "carol@example.org", "moderator")
    assert entered.moderator_id == carol.id
    assert changes(session) == [(f"invite:{carol.id}:moderator", alice.id)]
    with pytest.raises(BadLink):
        entering.by_link(session, token, now)


def test_an_invitation_ends(session, alice, now):
    _, token = people.invite(session, CAROL, alice.id, now, "en")

    with pytest.raises(BadLink):
        entering.by_link(session, token, now + people.INVITATION_LIFE)


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("name", "Ca\u202erol"),
        ("name", "Ca\nrol"),
        ("email", "carol"),
        ("email", "carol@example.org\nBcc: x@example.org"),
        ("email", ""),
        ("role", "king"),
        ("role", ""),
    ],
)
def test_a_wrong_field_is_named_and_nobody_invited(session, alice, now, field, value):
    with pytest.raises(InvalidDraft) as refused:
        people.invite(session, {**CAROL, field: value}, alice.id, now, "en")

    assert list(refused.value.errors) == [field]
    assert [one.name for one in moderators.every(session)] == ["Alice"]


def test_somebody_who_works_here_is_not_invited_again(session, alice, now):
    people.invite(session, CAROL, alice.id, now, "en")

    with pytest.raises(InvalidDraft, match="email"):
        people.invite(session, {**CAROL, "role": "owner"}, alice.id, now, "en")


def test_who_was_removed_can_be_invited_again_and_starts_anew(session, alice, now):
    carol, _ = people.invite(session, CAROL, alice.id, now, "en")
    carol.password_hash = carol.totp_secret = "old"
    people.remove(session, carol.id, alice.id, now)

    again, _ = people.invite(session, {**CAROL, "role": "author"}, alice.id, now, "en")

    assert again.id == carol.id  # what she decided is hers
    assert (again.active, again.role) == (True, "author")
    assert (again.password_hash, again.totp_secret) == (None, None)


def test_removing_ends_sessions_and_links_at_once(session, alice, now):
    carol, token = people.invite(session, CAROL, alice.id, now, "en")
    cookie = sessions.begin(session, carol.id, now)

    people.remove(session, carol.id, alice.id, now)

    span = people.INVITATION_LIFE
    assert sessions.who(session, cookie, now, span, span) is None
    assert session.scalars(sa.select(SignInLink)).all() == []
    with pytest.raises(BadLink):
        entering.by_link(session, token, now)
    assert changes(session)[-1] == (f"remove-person:{carol.id}", alice.id)


def test_another_role_ends_sessions_and_the_same_one_does_nothing(session, alice, now):
    carol, _ = people.invite(session, CAROL, alice.id, now, "en")
    sessions.begin(session, carol.id, now)

    people.change_role(session, carol.id, "moderator", alice.id, now)
    before = signed_in(session, carol)
    people.change_role(session, carol.id, "owner", alice.id, now)

    assert (before, signed_in(session, carol)) == (1, 0)
    assert changes(session)[1:] == [(f"role:{carol.id}:owner", alice.id)]


@pytest.mark.parametrize("role", ["moderator", "author"])
def test_the_last_owner_is_neither_removed_nor_made_less(session, alice, now, role):
    carol, _ = people.invite(session, CAROL, alice.id, now, "en")
    gone, _ = people.invite(
        session, {"name": "Eve", "email": "eve@example.org", "role": "owner"}, alice.id, now, "en"
    )
    people.remove(session, gone.id, alice.id, now)

    with pytest.raises(LastOwner):
        people.remove(session, alice.id, carol.id, now)
    with pytest.raises(LastOwner):
        people.change_role(session, alice.id, role, carol.id, now)

    assert (alice.active, alice.role) == (True, "owner")
    assert signed_in(session, alice) == 1


def test_of_two_owners_one_can_go(session, alice, now):
    carol, _ = people.invite(session, {**CAROL, "role": "owner"}, alice.id, now, "en")

    people.remove(session, alice.id, alice.id, now)

    with pytest.raises(LastOwner):
        people.remove(session, carol.id, carol.id, now)


@pytest.mark.parametrize("number", [0, 4711])
@pytest.mark.parametrize("verb", [people.remove, people.new_link, people.take_off_factor])
def test_somebody_unknown_is_not_found(session, alice, now, verb, number):
    with pytest.raises(UnknownPerson):
        verb(session, number, alice.id, now)


def test_two_owners_who_remove_each_other_at_once_do_not_both_succeed(database, now):
    with database.session() as session:
        ids = [make_moderator(session, now, name).id for name in ("Alice", "Carol")]
        session.execute(sa.update(Moderator).values(role=Role.OWNER.value))
    start, outcomes = threading.Barrier(2), []

    def remove(other, by):
        start.wait()
        try:
            with database.session() as session:
                people.remove(session, other, by, now)
            outcomes.append("removed")
        except LastOwner:
            outcomes.append("refused")

    threads = [
        threading.Thread(target=remove, args=pair) for pair in (tuple(ids), tuple(reversed(ids)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.session() as session:
        assert [one.active for one in moderators.every(session)].count(True) == 1
    assert sorted(outcomes) == ["refused", "removed"]


@pytest.mark.parametrize("what", ["her session was ended", "she was removed"])
def test_a_password_that_was_on_its_way_is_not_stored_any_more(session, now, alice, what):
    keep = tokens.hash_of(sessions.begin(session, alice.id, now))
    if what == "she was removed":
        alice.active = False
    else:
        sessions.end_all(session, alice.id)
    session.flush()

    with pytest.raises(UnknownPerson):
        entering.store_password(session, alice.id, "a hash", now, keep=keep)

    assert alice.password_hash is None
