"""People in a real browser: invited, with a second factor; every page on the way open to all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa

from comments_api import people
from comments_api.models import Moderator, Session
from tests.browser.conftest import enter
from tests.browser.test_axe import violations

PASSWORD = "my cat eats the post at noon"


@pytest.fixture
def invited(served):
    """Makes somebody with a role, and returns the path of her link."""
    database = served.database()

    def made(name, role):
        typed = {"name": name, "email": f"{name.lower()}@example.org", "role": role}
        with database.session() as session:
            _, token = people.invite(session, typed, None, datetime.now(UTC), "en")
        return f"/moderate/enter/{token}"

    yield made
    with database.session() as session:
        for one in session.scalars(
            sa.select(Moderator).where(Moderator.name.in_(["Olga", "Paul"]))
        ):
            if one.active:
                people.remove(session, one.id, None, datetime.now(UTC))
    database.close()


@pytest.fixture
def owner(visit, invited):
    """A window in which Olga, an owner, is signed in."""
    page = visit(invited("Olga", "owner"))
    enter(page)
    return page


def forget_proof(served):
    """Let a quarter of an hour pass since anybody gave a password."""
    long_ago = datetime.now(UTC) - timedelta(minutes=16)
    database = served.database()
    with database.session() as session:
        olga = sa.select(Moderator.id).where(Moderator.name == "Olga").scalar_subquery()
        session.execute(
            sa.update(Session).where(Session.moderator_id == olga).values(proved=long_ago)
        )
    database.close()


def set_password(page):
    """Set a password on one's own page."""
    page.goto("/moderate/me")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set my password").click()
    page.get_by_text("Your password is set.").wait_for()


def sign_out_and_in(page):
    """Sign out, and in again by password, up to the question for the code."""
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").fill("olga@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_second_factor_is_set_up_and_asked_for_and_every_page_is_open_to_all(owner, watched):
    watched.expected = ["Clear-Site-Data"]  # Chromium says what it cleared
    found = {}
    set_password(owner)
    found["me"] = violations(owner)
    owner.get_by_role("button", name="Set it up").click()
    owner.get_by_role("img", name="QR code").wait_for()
    found["set up"] = violations(owner)
    secret = owner.locator("input[name=secret]").input_value()
    owner.get_by_label("The code that it shows now").fill(pyotp.TOTP(secret).now())
    owner.get_by_role("button", name="Ask for codes from now on").click()
    codes = owner.locator(".codes code").all_inner_texts()
    found["recovery"] = violations(owner)

    sign_out_and_in(owner)
    owner.wait_for_url("**/moderate/code")
    found["code"] = violations(owner)
    owner.get_by_label("Code").fill(codes[3])
    owner.get_by_role("button", name="Sign in").click()
    owner.wait_for_url("**/moderate/")

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_an_owner_invites_and_is_asked_for_her_password_again(owner, served, visit, watched):
    watched.expected = ["status of 403"]
    found = {}
    set_password(owner)
    owner.goto("/moderate/people")
    forget_proof(served)
    owner.get_by_label("Name", exact=True).fill("Paul")
    owner.get_by_label("E-mail").fill("paul@example.org")
    owner.get_by_role("button", name="Invite").click()
    owner.get_by_text("Is it you?").wait_for()
    found["is it you"] = violations(owner)
    owner.get_by_label("Password").fill(PASSWORD)
    owner.get_by_role("button", name="Go on").click()
    link = owner.locator(".told .secret").inner_text()
    found["invited"] = violations(owner)

    paul = visit(link.removeprefix(served.url))
    enter(paul)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_what_authors_and_the_forgetful_see_is_open_to_all(visit, invited):
    author = visit(invited("Paul", "author"))
    author.get_by_role("button", name="Sign in").click()
    author.wait_for_url("**/moderate/own-posts")
    found = {"own posts": violations(author)}
    author.goto("/moderate/me")
    found["me"] = violations(author)

    stranger = visit("/moderate/forgotten")
    found["forgotten"] = violations(stranger)
    stranger.get_by_label("E-mail").fill("nobody@example.org")
    stranger.get_by_role("button", name="Send me a link").click()
    stranger.get_by_role("status").wait_for()
    found["sent"] = violations(stranger)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
