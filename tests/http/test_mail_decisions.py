"""The links of a moderator's mail: they show first, act once, and then say by whom and when."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, masking
from comments_api.mail import decision_links
from comments_api.mail.decision_links import ACTIONS, LIFE, Link
from comments_api.models import Comment, Decision, Moderator, Role, Status
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator, make_thread
from tests.http.conftest import PAGE, SECRET
from tests.http.reading import parse, said
from tests.http.tables import everything

SENSITIVE = "letter-remind-the-chair"
AFTER = {"approve": "approved", "spam": "spam", "trash": "trash"}


@pytest.fixture
def link(database, now):
    """Makes the address of a link in a mail to Alice about a comment as it is."""

    def made(number, action="approve", who="Alice", version=None, sent=now):
        with database.session() as session:
            alice = make_moderator(session, now, who)
            version = version or session.get_one(Comment, number).version
            one = Link(action, number, version, alice.id, sent + LIFE)
        return f"/moderate/decide/{decision_links.token(SECRET, one)}"

    return made


@pytest.fixture
def decide(database, watch):
    """Has a colleague decide on the page, as the comment is."""

    def done(number, action, who="Carol"):
        with database.session() as session:
            carol = make_moderator(session, watch.now, who)
            version = session.get_one(Comment, number).version
            decisions.decide(session, number, action, version, carol.id, watch.now)

    return done


def record(database):
    """Return what moderators decided: action, name, from, to."""
    statement = (
        sa.select(Decision.action, Moderator.name, Decision.from_status, Decision.to_status)
        .join(Decision.moderator)
        .order_by(Decision.id)
    )
    with database.session() as session:
        return [tuple(row) for row in session.execute(statement)]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_button_decides_without_signing_in_and_publishes(
    bob, comment, stored, site, database, link, action
):
    number = comment(content="I wrote on **Monday**.")
    address = link(number, action)

    answer = bob.post(address)

    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert stored()[0].status == AFTER[action]
    assert record(database) == [(action, "Alice", "pending", AFTER[action])]
    shown = f'id="comment-{number}"'.encode() in site.live().read(PAGE)
    assert shown == (action == "approve")


def test_looking_changes_nothing(bob, comment, database, link):
    address = link(comment())
    before = everything(database)

    for method in ("GET", "HEAD", "OPTIONS"):
        assert bob.open(address, method=method).status_code == 200

    assert everything(database) == before


@ON_SQLITE
def test_it_shows_what_would_be_published_and_why_it_waits(bob, comment, link):
    number = comment(
        content="I wrote on **Monday**.", author_name="Bob", author_email="bob@example.org"
    )

    answer = bob.get(link(number, "spam"))

    page = parse(answer.text)
    assert "Is this spam?" in said(answer)
    assert "You decide as Alice. The comment was sent to The vote" in said(answer)
    assert "Every comment on this page is held." in said(answer)
    assert "Monday" in ["".join(e.itertext()) for e in page.iter("strong")]
    assert [button.text for button in page.iter("button")] == ["Mark it as spam"]
    assert "bob@example.org" not in answer.text  # whoever has the mail need not learn it


@ON_SQLITE
def test_used_it_says_by_whom_and_when_and_has_no_button(bob, comment, link, watch):
    address = link(comment())
    bob.post(address)
    watch.forward(minutes=3)

    answer = bob.get(address)

    assert answer.status_code == 200
    assert "Decided 3 minutes ago by Alice: it is now approved." in said(answer)
    assert "<button" not in answer.text


@ON_SQLITE
def test_the_other_links_of_a_mail_are_used_up_with_it(bob, comment, stored, link):
    number = comment()
    one, other = link(number, "approve"), link(number, "trash")
    bob.post(one)

    answer = bob.post(other)

    assert answer.status_code == 409
    assert "Decided 1 second ago by Alice: it is now approved." in said(answer)
    assert "Your own decision was left aside." in said(answer)
    assert stored()[0].status == "approved"


@ON_SQLITE
def test_what_a_colleague_decided_meanwhile_stays(bob, comment, stored, link, decide, watch):
    number = comment()
    address = link(number)
    decide(number, "spam")
    watch.forward(seconds=10)

    shown, answer = bob.get(address), bob.post(address)

    assert "Decided 10 seconds ago by Carol: it is now spam." in said(shown)
    assert (shown.status_code, answer.status_code) == (200, 409)
    assert (stored()[0].status, stored()[0].version) == ("spam", 2)


@ON_SQLITE
def test_a_comment_that_was_decided_and_held_again_needs_a_new_link(
    bob, comment, stored, link, decide
):
    number = comment()
    address = link(number)
    decide(number, "approve")
    decide(number, "hold")

    answer = bob.post(address)

    assert answer.status_code == 409
    assert "it is now pending." in said(answer)
    assert stored()[0].status == "pending"


@ON_SQLITE
def test_pressed_twice_it_decides_once_and_says_so_once(bob, comment, database, link):
    address = link(comment())

    answers = [bob.post(address) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(record(database)) == 1


@ON_SQLITE
@pytest.mark.parametrize("verb", ["get", "post"])
def test_after_three_days_it_asks_to_sign_in_and_shows_no_word(
    bob, comment, stored, link, watch, verb
):
    address = link(comment(content="Private words."))
    watch.now += LIFE

    answer = getattr(bob, verb)(address)

    assert answer.status_code == 410
    assert "It worked for three days. The comment still waits" in said(answer)
    assert "Private words." not in answer.text
    assert stored()[0].status == "pending"


@ON_SQLITE
def test_a_second_before_that_it_works(bob, comment, stored, link, watch):
    address = link(comment())
    watch.now += LIFE - timedelta(seconds=1)

    assert bob.post(address).status_code == 303
    assert stored()[0].status == "approved"


@ON_SQLITE
@pytest.mark.parametrize("left", [{"active": False}, {"role": Role.AUTHOR.value}])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_who_may_decide_no_more_has_no_links_either(
    bob, comment, stored, link, database, left, verb
):
    address = link(comment(content="Private words."))
    with database.session() as session:
        session.execute(sa.update(Moderator).values(**left))

    answer = getattr(bob, verb)(address)

    assert answer.status_code == 410
    assert "Private words." not in answer.text
    assert stored()[0].status == "pending"


@ON_SQLITE
@pytest.mark.parametrize("verb", ["get", "post"])
def test_what_people_in_danger_wrote_is_shown_to_nobody_who_is_not_signed_in(
    bob, comment, stored, link, verb
):
    thread = make_thread(SENSITIVE)
    address = link(comment(thread=thread, content="Where she lives."))

    answer = getattr(bob, verb)(address)

    assert answer.status_code == 403
    assert "Where she lives." not in answer.text
    assert stored()[0].status == "pending"


@ON_SQLITE
def test_a_comment_that_is_gone_is_said_to_be_none(bob, comment, link, database):
    address = link(comment())
    with database.session() as session:
        session.execute(sa.delete(Comment))

    assert bob.get(address).status_code == 404
    assert bob.post(address).status_code == 404


@ON_SQLITE
@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_link_that_we_did_not_write_does_nothing(bob, comment, stored, link, verb):
    address = link(comment())
    head, _dot, signature = address.rpartition(".")

    assert getattr(bob, verb)(f"{head}.{signature[::-1]}").status_code == 410
    assert getattr(bob, verb)("/moderate/decide/x").status_code == 410
    assert stored()[0].status == "pending"


@ON_SQLITE
@pytest.mark.parametrize("origin", ["cross-site", "same-site", "none"])
def test_another_site_cannot_press_the_button(bob, comment, stored, link, origin):
    address = link(comment())

    answer = bob.post(address, headers={"Sec-Fetch-Site": origin})

    assert answer.status_code == 403
    assert stored()[0].status == "pending"


@ON_SQLITE
def test_its_address_is_kept_nowhere(bob, comment, link):
    address = link(comment())

    answer = bob.get(address)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert re.fullmatch(r'"GET /moderate/decide/… ', masking.masked(f'"GET {address} '))


@ON_SQLITE
def test_what_cannot_be_done_with_it_is_said(bob, comment, stored, link):
    number = comment(Status.APPROVED)

    answer = bob.post(link(number, "approve"))

    assert answer.status_code == 409
    assert "This cannot be done with the comment as it is now." in said(answer)
    assert stored()[0].version == 2


@ON_SQLITE
def test_hostile_words_are_shown_as_words(bob, comment, link):
    typed = "<script>alert(1)</script>"
    number = comment(author_name=typed, content=typed)

    answer = bob.get(link(number))

    assert "<script" not in answer.text
    assert typed in said(answer)
