"""/api/follow, and the choice beside a comment: asking for mail."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import confirmations, identities, senders
from comments_api.models import Confirmation, Outbox, Scope, Subscription
from tests.conftest import ON_SQLITE
from tests.factories import THREAD
from tests.http.conftest import SECRET
from tests.http.mailing import BOB, MAIL, followed, links_sent
from tests.http.reading import beside, filled, parse, said

SENSITIVE = "letter-remind-the-chair"
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def app(new_app):
    """The application where mail is sent."""
    return new_app(**MAIL)


def ask(browser, headers=None, **fields):
    """Send the form."""
    return browser.post("/api/follow", headers=headers, data={"email": BOB, **fields})


def ask_json(browser, headers=None, **fields):
    """Ask as a program does."""
    return browser.post("/api/follow", headers=headers, json={"email": BOB, **fields})


@pytest.fixture
def known(app, database, now):
    """Makes a browser known as somebody's, as a link in a mail does."""

    def make(browser, email=BOB):
        token = "a cookie of some reader"
        browser.set_cookie("reader", token)
        with database.session() as session:
            reader = senders.reader_hash(SECRET, token)
            identities.introduce(session, reader, identities.BY_EMAIL, email, email, "", now)
        return browser

    return make


# -- the form ---------------------------------------------------------------------------------


def test_following_a_thread_is_noted_and_a_link_is_sent(bob, database):
    answer = ask(bob, thread=THREAD, pace="daily")

    assert answer.status_code == 200
    assert f"We have sent a mail to {BOB}: press the link in it." in said(answer)
    assert followed(database) == [(BOB, "thread", THREAD, "daily", False)]
    assert links_sent(database) == [BOB]


def test_so_is_following_the_site(bob, database):
    assert ask(bob, scope="posts").status_code == 200

    assert followed(database) == [(BOB, "posts", "", "immediate", False)]


@ON_SQLITE
def test_the_page_of_a_thread_asks_for_the_address(bob, database):
    form = bob.get(f"/api/follow?thread={THREAD}")

    fields = filled(form, "/api/follow")
    assert (fields["thread"], fields["scope"]) == (THREAD, "thread")
    assert "every new comment on this page" in said(form)
    assert form.headers["Cache-Control"] == "no-store"
    bob.post("/api/follow?lang=en", data={**fields, "email": BOB})
    assert followed(database)[0][:3] == (BOB, "thread", THREAD)


@ON_SQLITE
@pytest.mark.parametrize("query", ["", "?thread=post-that-nobody-wrote"])
def test_without_a_thread_it_is_about_what_is_new(bob, query):
    form = bob.get(f"/api/follow{query}")

    assert "new posts and letters" in said(form)
    assert filled(form, "/api/follow")["scope"] == "posts"


@ON_SQLITE
def test_the_answer_is_the_same_whether_the_address_is_known(bob, database, watch):
    first = ask_json(bob, thread=THREAD)
    with database.session() as session:
        session.execute(sa.update(Subscription).values(confirmed=watch.now))
    second = ask_json(bob, thread=THREAD)
    form_first, form_second = (
        ask(bob, email=email, thread=THREAD) for email in (BOB, "eve@example.org")
    )

    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert first.status_code == 202
    assert first.json["state"] == "asked"
    assert said(form_first).replace(BOB, "") == said(form_second).replace("eve@example.org", "")


@ON_SQLITE
def test_a_browser_that_showed_the_address_follows_at_once(bob, database, known):
    answer = ask_json(known(bob), thread=THREAD)

    assert answer.json == {"state": "following", "message": "You get mail from now on."}
    assert followed(database) == [(BOB, "thread", THREAD, "immediate", True)]
    assert links_sent(database) == []


@ON_SQLITE
def test_with_another_address_it_needs_a_link_too(bob, database, known):
    assert ask_json(known(bob), email="eve@example.org").json["state"] == "asked"

    assert followed(database)[0][-1] is False


@ON_SQLITE
def test_the_lasting_cookie_proves_nothing_on_a_sensitive_page(bob, database, known):
    assert ask_json(known(bob), thread=SENSITIVE).json["state"] == "asked"


@ON_SQLITE
def test_the_link_in_the_mail_begins_all_of_it(bob, database, watch):
    ask(bob, thread=THREAD)
    ask(bob, scope="posts")
    with database.session() as session:
        [token] = [row.payload["token"] for row in session.scalars(sa.select(Outbox))]

    bob.get(f"/api/confirm/{token}")
    assert {one[-1] for one in followed(database)} == {False}
    bob.post(f"/api/confirm/{token}", data={"do": "yes"})

    assert {one[-1] for one in followed(database)} == {True}


# -- what is wrong ----------------------------------------------------------------------------


def test_a_wrong_address_comes_back_with_a_sentence(bob, database):
    answer = ask(bob, email="bob", thread=THREAD, pace="daily")

    assert answer.status_code == 422
    assert "not an e-mail address" in beside(answer, "email")
    assert filled(answer, "/api/follow")["email"] == "bob"
    chosen = [e.get("value") for e in parse(answer.text).iter("input") if "checked" in e.attrib]
    assert chosen == ["daily"]
    assert followed(database) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "bob"}, {"email"}),
        ({"scope": "all"}, {"scope"}),
        ({"pace": "never"}, {"pace"}),
        ({"nonsense": "x"}, {"nonsense"}),
    ],
)
def test_a_program_is_told_by_field(bob, fields, wrong):
    answer = ask_json(bob, **fields)

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == wrong


@ON_SQLITE
def test_an_unknown_thread_is_not_found(bob):
    assert ask_json(bob, thread="post-that-nobody-wrote").status_code == 404


@ON_SQLITE
def test_another_site_cannot_ask(bob, database):
    assert ask(bob, headers=FOREIGN).status_code == 403
    assert ask_json(bob, headers=FOREIGN).status_code == 403
    assert followed(database) == []


@ON_SQLITE
def test_a_network_that_asks_too_often_is_told_when_to_come_back(bob, database):
    answers = [ask(bob, email=f"bob{number}@example.org") for number in range(21)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert filled(answers[-1], "/api/follow")["email"] == "bob20@example.org"
    assert len(followed(database)) == len(links_sent(database)) == 20


@ON_SQLITE
def test_where_no_mail_is_sent_nobody_is_asked_for_an_address(new_app, database):
    bob = new_app().test_client()

    assert bob.get("/api/follow", headers={"Accept": "text/html"}).status_code == 403
    answer = ask(bob, thread=THREAD)
    assert answer.status_code == 403
    assert "This site sends no mail." in answer.text
    assert followed(database) == []


@ON_SQLITE
def test_pages_about_people_in_danger_are_as_careful_here(bob):
    form = bob.get(f"/api/follow?thread={SENSITIVE}")
    done = ask(bob, thread=SENSITIVE)

    for page in (form, done):
        assert "data-exit" in page.text
        assert "Noticeboard" in page.text.partition("</title>")[0]
    assert "read by whoever uses your mailbox" in said(form)
    assert "data-exit" not in bob.get(f"/api/follow?thread={THREAD}").text


# -- beside a comment -------------------------------------------------------------------------


def test_a_commenter_can_ask_for_answers(bob, database, stored):
    answer = bob.send(author_email=BOB, follow="replies")

    assert answer.headers["Location"].endswith("/thanks?lang=en&follow=asked")
    assert "press the link in it" in said(bob.get(answer.headers["Location"]))
    assert followed(database) == [(BOB, "replies", THREAD, "immediate", False)]
    assert links_sent(database) == [BOB]
    [comment] = stored()
    with database.session() as session:
        assert session.scalars(sa.select(Subscription.comment_id)).all() == [comment.id]


@ON_SQLITE
def test_or_for_everything_on_the_page(bob, database):
    answer = bob.send_json(author_email=BOB, follow="thread")

    assert "press the link in it" in answer.json["message"]
    assert [one[1] for one in followed(database)] == [Scope.REPLIES, Scope.THREAD]
    assert links_sent(database) == [BOB]


@ON_SQLITE
@pytest.mark.parametrize("follow", [None, ""])
def test_who_asks_for_nothing_gets_nothing(bob, database, follow):
    bob.send_json(author_email=BOB, follow=follow)

    assert (followed(database), links_sent(database)) == ([], [])


@ON_SQLITE
def test_a_browser_that_showed_the_address_needs_no_link_beside_a_comment(bob, database, known):
    answer = known(bob).send_json(author_email=BOB, follow="replies")

    assert "You get mail about what follows." in answer.json["message"]
    assert followed(database)[0][-1] is True


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"follow": "replies"}, "author_email"), ({"follow": "all", "author_email": BOB}, "follow")],
)
def test_a_choice_that_cannot_be_kept_is_refused_by_field(bob, stored, fields, wrong):
    answer = bob.send_json(**fields)

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {wrong}
    assert stored() == []


@ON_SQLITE
def test_where_no_mail_is_sent_a_choice_is_refused_too(new_app, stored):
    answer = new_app().test_client().send_json(author_email=BOB, follow="replies")

    assert set(answer.json["errors"]) == {"follow"}
    assert stored() == []


@ON_SQLITE
def test_the_choice_survives_a_preview(bob, declare):
    declare(mail=True)

    preview = bob.send(do="preview", follow="thread", author_email=BOB)

    options = {
        option.get("value"): "selected" in option.attrib
        for option in parse(preview.text).iter("option")
    }
    assert options["thread"]
    assert not options["replies"]


@ON_SQLITE
def test_a_comment_is_never_lost_because_of_too_many_links(bob, database, stored, watch):
    with database.session() as session:
        network = senders.daily_hash(SECRET, "127.0.0.0/24", watch.now)
        for number in range(confirmations.BLOCK_A_DAY):
            confirmations.ask(session, f"{number}@example.org", "en", watch.now, network=network)

    answer = bob.send_json(author_email=BOB, follow="replies")

    assert answer.status_code == 201
    assert "could not send you a link" in answer.json["message"]
    assert len(stored()) == 1
    assert followed(database) == []
    with database.session() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(Confirmation))
        assert count == confirmations.BLOCK_A_DAY
