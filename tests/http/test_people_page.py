"""The owners' page of people: links shown once, roles, removal; and the password asked again."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from comments_api.models import Moderator, Outbox, Role, Switches
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import signed_in
from tests.http.mailing import MAIL
from tests.http.reading import beside, filled, said
from tests.http.staff import HASH, PASSWORD, change, with_factor, working

pytestmark = ON_SQLITE

CAROL = {"name": "Carol", "email": "carol@example.org", "role": "moderator"}
PEOPLE = "/moderate/people"


@pytest.fixture
def owner(app, database, now):
    """The browser of Alice, the only owner, who just came in."""
    return working(app, database, now, "Alice", Role.OWNER, password_hash=HASH)


@pytest.fixture
def carol(database, now):
    """Carol's number; she moderates."""
    return change(database, "Carol", now)


def link_in(answer):
    """Return the path of the link that a page shows."""
    return re.search(r"http://127\.0\.0\.1:8000(/moderate/enter/[\w-]+)", answer.text)[1]


def role_of(database, name):
    """Return the role of somebody, or None if she was removed."""
    with database.session() as session:
        found = session.scalars(sa.select(Moderator).where(Moderator.name == name)).one()
        return found.role if found.active else None


def test_an_invited_person_comes_in_by_the_link_that_is_shown_once(app, owner, bob):
    answer = owner.post(f"{PEOPLE}/invite", data=CAROL)

    assert answer.status_code == 200
    assert "It is shown only now" in said(answer)
    assert "/moderate/enter/" not in owner.get(PEOPLE).text
    assert bob.post(link_in(answer)).headers["Location"] == "/moderate/"
    assert bob.get("/moderate/pending").status_code == 200


def test_an_invitation_is_mailed_if_mail_is_on(new_app, database, now):
    owner = working(new_app(**MAIL), database, now, "Alice", Role.OWNER)

    answer = owner.post(f"{PEOPLE}/invite", data=CAROL)

    with database.session() as session:
        [mail] = session.scalars(sa.select(Outbox))
    assert (mail.kind, mail.recipient) == ("invited", "carol@example.org")
    assert mail.payload["token"] in answer.text
    assert "on its way to carol@example.org" in said(answer)


def test_a_wrong_field_is_shown_beside_it_and_all_are_kept(owner, database):
    answer = owner.post(f"{PEOPLE}/invite", data={**CAROL, "email": "carol"})

    assert answer.status_code == 422
    assert "not an e-mail address" in beside(answer, "email")
    assert filled(answer, "/invite")["name"] == "Carol"


def test_a_hostile_name_is_only_text(owner):
    owner.post(f"{PEOPLE}/invite", data={**CAROL, "name": "<b>'\"&{{ 7*7 }}"})

    page = owner.get(PEOPLE)

    assert "<b>'" not in page.text
    assert "<b>'\"&{{ 7*7 }}" in said(page)


def test_a_changed_role_counts_at_once(app, owner, carol, database, now):
    browser = signed_in(app, database, now, "Carol")

    answer = owner.post(f"{PEOPLE}/{carol}/role", data={"role": "author"})

    assert answer.headers["Location"] == "/moderate/people?did=role"
    assert role_of(database, "Carol") == "author"
    assert browser.get("/moderate/pending").status_code == 303  # signed out


def test_a_removed_person_is_out_at_once(app, owner, carol, database, now):
    browser = signed_in(app, database, now, "Carol")

    owner.post(f"{PEOPLE}/{carol}/remove")

    assert browser.get("/moderate/pending").status_code == 303
    assert role_of(database, "Carol") is None
    assert "carol@example.org" in said(owner.get(PEOPLE)).partition("Removed")[2]


def test_a_new_link_ends_the_one_before(owner, carol, bob):
    old = link_in(owner.post(f"{PEOPLE}/{carol}/link"))
    new = link_in(owner.post(f"{PEOPLE}/{carol}/link"))

    assert bob.post(old).status_code == 410
    assert bob.post(new).status_code == 303


def test_a_lost_second_factor_is_taken_off(owner, carol, database, now):
    with_factor(database, "Carol", now)

    owner.post(f"{PEOPLE}/{carol}/second-factor-off")

    with database.session() as session:
        assert make_moderator(session, now, "Carol").totp_secret is None


@pytest.mark.parametrize(("verb", "fields"), [("remove", {}), ("role", {"role": "moderator"})])
def test_the_last_owner_stays(owner, database, now, verb, fields):
    with database.session() as session:
        alice = make_moderator(session, now).id

    answer = owner.post(f"{PEOPLE}/{alice}/{verb}", data=fields)

    assert answer.status_code == 409
    assert "the last owner" in said(answer)
    assert role_of(database, "Alice") == "owner"


@pytest.mark.parametrize("verb", ["role", "remove", "link", "second-factor-off"])
def test_nobody_of_this_number_is_not_found(owner, verb):
    answer = owner.post(f"{PEOPLE}/4711/{verb}", data={"role": "owner"})

    assert answer.status_code == 404


def test_a_role_that_there_is_not_is_refused(owner, carol, database):
    assert owner.post(f"{PEOPLE}/{carol}/role", data={"role": "king"}).status_code == 422
    assert role_of(database, "Carol") == "moderator"


# -- the password, asked again ----------------------------------------------------------------


def test_after_a_quarter_of_an_hour_the_page_asks_for_the_password(owner, watch):
    watch.forward(minutes=16)

    asked = owner.get(PEOPLE)
    form = filled(asked, "/prove")
    wrong = owner.post("/moderate/prove", data={**form, "proof": "a guess of Mallory's"})
    right = owner.post("/moderate/prove", data={**form, "proof": PASSWORD})

    assert "Is it you?" in said(asked)
    assert "carol" not in asked.text
    assert wrong.status_code == 403
    assert right.headers["Location"] == PEOPLE
    assert "Invite somebody" in said(owner.get(PEOPLE))


def test_a_form_is_not_lost_when_the_password_is_asked_for(owner, watch, database):
    watch.forward(minutes=16)

    asked = owner.post(f"{PEOPLE}/invite", data={**CAROL, "name": 'Carol "<é>"'})
    form = filled(asked, "/invite")
    wrong = owner.post(f"{PEOPLE}/invite", data={**form, "proof": "a guess of Mallory's"})
    with database.session() as session:
        before = session.scalars(sa.select(Moderator.name)).all()
    done = owner.post(f"{PEOPLE}/invite", data={**filled(wrong, "/invite"), "proof": PASSWORD})

    assert (asked.status_code, wrong.status_code, done.status_code) == (403, 403, 200)
    assert before == ["Alice"]
    assert "guess" not in wrong.text
    assert 'This link lets Carol "<é>" in' in said(done)
    assert owner.get(PEOPLE).status_code == 200


def test_a_session_has_another_cookie_after_the_password(app, owner, watch):
    copied = owner.get_cookie("session").value
    watch.forward(minutes=16)

    owner.post("/moderate/prove", data={"next": PEOPLE, "proof": PASSWORD})

    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert owner.get_cookie("session").value != copied
    assert thief.get("/moderate/pending").status_code == 303


def test_who_gave_her_password_stays_signed_in_whatever_is_answered(owner, watch):
    watch.forward(minutes=16)

    answer = owner.post(f"{PEOPLE}/999/role", data={"role": "author", "proof": PASSWORD})

    assert answer.status_code == 404
    assert owner.get(PEOPLE).status_code == 200


def test_it_lasts_no_longer_for_having_been_renewed(owner, watch):
    for _ in range(24):
        watch.forward(minutes=59)
        owner.post("/moderate/prove", data={"next": PEOPLE, "proof": PASSWORD})
    watch.forward(minutes=30)

    assert owner.get("/moderate/pending").status_code == 303


def test_the_password_cannot_be_guessed_without_end(owner, watch):
    watch.forward(minutes=16)
    guess = {"next": PEOPLE, "proof": "a guess of Mallory's"}

    answers = [owner.post("/moderate/prove", data=guess) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [403] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_nobody_is_led_to_another_site(owner):
    answer = owner.post("/moderate/prove", data={"next": "//mallory.example", "proof": PASSWORD})

    assert answer.headers["Location"] == "/moderate/"


def test_who_has_no_password_yet_is_told_to_set_one(owner, database, now, watch):
    change(database, "Alice", now, password_hash=None)
    watch.forward(minutes=16)

    assert "you have set none yet" in said(owner.get(PEOPLE))
    assert owner.post(f"{PEOPLE}/invite", data={**CAROL, "proof": ""}).status_code == 403


def test_a_switch_of_the_whole_site_asks_for_the_password_too(owner, database, watch):
    watch.forward(minutes=16)

    asked = owner.post("/moderate/rules/switches", data={"hold_all": "on"})
    with database.session() as session:
        before = session.scalars(sa.select(Switches.hold_all)).all()
    form = filled(asked, "/switches")
    done = owner.post("/moderate/rules/switches", data={**form, "proof": PASSWORD})

    assert (asked.status_code, before) == (403, [])
    assert done.headers["Location"] == "/moderate/rules?did=switches"
    with database.session() as session:
        assert session.scalars(sa.select(Switches.hold_all)).all() == [True]


@pytest.mark.parametrize("path", ["comments/1/delete", "empty/spam", "record.csv", "record.jsonl"])
def test_what_cannot_be_undone_and_what_leaves_asks_for_the_password_too(owner, watch, path):
    watch.forward(minutes=16)

    leaves = path.startswith("record")
    address = f"/moderate/{path}"
    answer = owner.get(address) if leaves else owner.post(address, data={"sure": "yes"})

    assert "Is it you?" in said(answer)
