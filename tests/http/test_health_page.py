"""/moderate/health: what works and what does not, for those who moderate."""

from __future__ import annotations

from comments_api import signs
from comments_api.models import Role
from comments_api.settings import PREFIX
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import SECRET
from tests.http.reading import said

HEALTH = "/moderate/health"


def test_nobody_else_sees_it(bob):
    assert bob.get(HEALTH).headers["Location"].startswith("/moderate/sign-in")


def test_without_a_worker_it_says_that_something_does_not_work(alice):
    shown = said(alice.get(HEALTH))

    assert shown.startswith("Something does not work Not well Worker No worker ever ran")
    assert "To think about Backup No backup is known." in shown


@ON_SQLITE
def test_with_one_everything_works(alice, database, now):
    with database.session() as session:
        signs.note(session, signs.WORKER, now)
        make_moderator(session, now).role = Role.OWNER.value

    shown = said(alice.get(HEALTH))

    assert shown.startswith("Everything works")
    assert "Well Worker The worker is at work." in shown


@ON_SQLITE
def test_it_tells_no_secret(alice, database):
    text = alice.get(HEALTH).text

    assert SECRET not in text
    assert str(database.file) not in text
    assert f"{PREFIX}SECRET_KEY" not in text
