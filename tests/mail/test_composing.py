"""What stands in a mail: who wrote what, where, why she gets it and how it ends."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from comments_api import confirmations
from comments_api.mail import decision_links, links, subscriptions
from comments_api.mail.composing import MOST
from comments_api.mail.outbox import Kind
from comments_api.models import (
    Comment,
    Complaint,
    Edit,
    Moderator,
    Outbox,
    Pace,
    Role,
    Scope,
    Status,
    Subscription,
)
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.http.conftest import SECRET
from tests.mail.conftest import LETTER, POST, SITE, make_site

pytestmark = ON_SQLITE
BOB = "bob@example.org"


@pytest.fixture
def send(desk, server):
    """Delivers what an event makes, and returns the mails."""

    def sent(kind=None, **more):
        if kind:
            desk.event(kind, **more)
        desk.deliver()
        return server.box.mails

    return sent


@pytest.fixture
def alice(database, now):
    """Alice moderates."""
    with database.session() as session:
        return make_moderator(session, now)


def body(mail):
    """Return a mail's text without the lines below its dashes."""
    return mail.text.replace("\r\n", "\n").partition("\n-- \n")[0]


def foot(mail):
    return mail.text.replace("\r\n", "\n").partition("\n-- \n")[2]


def test_a_follower_reads_who_wrote_what_and_where(desk, send):
    number = desk.follow(BOB)
    comment = desk.comment(content="I wrote to *them*.\n\nTwice.", author_name="Eve")

    [mail] = send(Kind.PUBLISHED, comment_id=comment)

    assert mail.message["Subject"] == "A new comment on The vote"
    assert body(mail) == (
        "Eve wrote on “The vote”.\n\n"
        "> I wrote to them.\n>\n> Twice.\n\n"
        f"Read it on its page:\n{SITE}/post-the-vote/#comment-{comment}\n"
    )
    [end] = re.findall(rf"{SITE}/api/follow/end/(\S+)\?lang=en", foot(mail))
    assert links.subscriptions_in(SECRET, end) == [number]
    assert "because you asked for it on The campaign" in foot(mail)
    assert mail.message["List-Unsubscribe"] == f"<{SITE}/api/follow/end/{end}>"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["From"] == "The campaign <news@example.org>"
    assert mail.sender == "news@example.org"


def test_a_moderator_reads_why_it_waits_and_where_to_decide(desk, send, alice):
    comment = desk.comment(Status.PENDING)

    [mail] = send(Kind.HELD, comment_id=comment)

    assert mail.message["Subject"] == "It waits for you: a comment on The vote"
    assert f"{SITE}/moderate/comments/{comment}#comment-{comment}" in body(mail)
    assert "Why:\n- " in body(mail)
    assert f"{SITE}/moderate/password" in foot(mail)
    assert mail.message["List-Unsubscribe"] is None


def test_a_moderator_can_decide_from_the_mail_on_what_it_repeats(desk, send, alice):
    comment = desk.comment(Status.PENDING)

    [mail] = send(Kind.HELD, comment_id=comment)

    made = {}
    for name in re.findall(rf"{SITE}/moderate/decide/(\S+)", body(mail)):
        link = decision_links.read(SECRET, name)
        made[link.action] = (link.comment_id, link.version, link.moderator_id)
    assert made == dict.fromkeys(("approve", "spam", "trash"), (comment, 1, alice.id))
    assert "Do not pass it on." in body(mail)


def test_each_moderator_has_links_of_her_own(desk, send, alice, now):
    with desk.database.session() as session:
        carol = make_moderator(session, now, "Carol")

    mails = send(Kind.HELD, comment_id=desk.comment(Status.PENDING))

    found = {
        mail.message["To"]: {
            decision_links.read(SECRET, name).moderator_id
            for name in re.findall(r"/moderate/decide/(\S+)", mail.text)
        }
        for mail in mails
    }
    assert found == {"alice@example.org": {alice.id}, "carol@example.org": {carol.id}}


def test_what_cannot_be_decided_by_a_button_has_no_links(desk, send, alice, now):
    comment = desk.comment()
    with desk.database.session() as session:
        edit = Edit(comment_id=comment, source="x", rendered="<p>New.</p>", renderer="1",
                    reasons=[], created=now)  # fmt: skip
        session.add(edit)
    send(Kind.HELD, comment_id=comment)
    desk.manifest = make_site(sensitive=True)
    desk.watch.forward(minutes=11)

    mails = send(Kind.HELD, comment_id=desk.comment(Status.PENDING))

    assert len(mails) == 2
    assert all("/moderate/decide/" not in mail.text for mail in mails)
    assert all("Do not pass it on" not in mail.text for mail in mails)


def test_of_an_edit_the_new_text_is_shown(desk, send, alice, now):
    comment = desk.comment()
    with desk.database.session() as session:
        edit = Edit(comment_id=comment, source="x", rendered="<p>New.</p>", renderer="1",
                    reasons=["links:3"], created=now)  # fmt: skip
        session.add(edit)

    [mail] = send(Kind.HELD, comment_id=comment)

    assert "> New." in body(mail)


@pytest.mark.parametrize(
    ("reason", "subject"),
    [("spam", "A reader reports a comment"), ("legal", "A legal notice about a comment")],
)
def test_a_complaint_names_its_reason_and_no_word_of_who_complains(
    desk, send, alice, now, reason, subject
):
    comment = desk.comment()
    with desk.database.session() as session:
        session.add(
            Complaint(
                comment_id=comment, reason=reason, words="her words", email="eve@example.org",
                created=now,
            )
        )  # fmt: skip

    [mail] = send(Kind.COMPLAINED, comment_id=comment, payload={"legal": reason == "legal"})

    assert mail.message["Subject"] == f"{subject} on The vote"
    assert f"{SITE}/moderate/reported#comment-{comment}" in body(mail)
    assert "her words" not in mail.text
    assert "eve@" not in mail.text
    assert {"spam": "It is spam or advertising", "legal": "It breaks the law"}[reason] in body(mail)


def test_a_commenter_reads_that_it_appeared(desk, send):
    comment = desk.comment(author_email=BOB)
    desk.follow(BOB, scope=Scope.REPLIES, comment_id=comment)

    [mail] = send(Kind.PUBLISHED, comment_id=comment)

    assert mail.message["Subject"] == "Your comment on The vote is on the page"
    assert "Your comment on “The vote” is on the page now." in body(mail)


def test_an_answer_is_called_one(desk, send):
    parent = desk.comment()
    desk.follow(BOB, scope=Scope.REPLIES, comment_id=parent)

    [mail] = send(Kind.PUBLISHED, comment_id=desk.comment(parent=parent, author_name="Eve"))

    assert mail.message["Subject"] == "Somebody answered you on The vote"
    assert "Eve answered you on “The vote”." in body(mail)


@pytest.mark.parametrize(
    ("key", "subject", "address"),
    [
        (POST, "New: The vote", "/2026/11/the-vote/"),
        (LETTER, "A letter to send: Write to the mayor", "/letters/write-to-the-mayor/"),
    ],
)
def test_a_new_page_is_named(desk, send, key, subject, address):
    desk.follow(BOB, scope=Scope.POSTS, thread_key="")

    [mail] = send(Kind.NEW_PAGE, payload={"key": key})

    assert mail.message["Subject"] == subject
    assert f"{SITE}{address}" in body(mail)


def test_it_is_in_the_language_of_who_reads_it(desk, send):
    desk.follow(BOB, scope=Scope.POSTS, thread_key="", lang="fr")

    [mail] = send(Kind.NEW_PAGE, payload={"key": POST})

    assert mail.message["Content-Language"] == "fr"
    assert f"{SITE}/fr/2026/11/the-vote/" in body(mail)
    assert "The vote (fr)" in mail.message["Subject"]


# -- hostile words ----------------------------------------------------------------------------


def test_nothing_that_a_visitor_typed_can_be_pressed_or_stands_in_a_header(desk, send):
    desk.follow(BOB)
    comment = desk.comment(
        author_name="https://evil.example",
        content="See [this](https://evil.example/x), www.evil.example and evil.example.",
    )
    with desk.database.session() as session:  # as an import of long ago might have it
        name = "Eve\r\nBcc: mallory@evil.example\u202e =?utf-8?q?x?="
        session.get_one(Comment, comment).author_name = name

    [mail] = send(Kind.PUBLISHED, comment_id=comment)

    assert re.findall(r"https?://[^/\s]+", mail.text) == [SITE, SITE]
    assert "evil.example" not in mail.text
    assert mail.message.get_all("Bcc") is None
    assert body(mail).startswith("Eve Bcc: mallory@evil[.]example =?utf-8?q?x?= wrote on")
    assert "Eve" not in mail.message["Subject"]


def test_templates_are_never_made_of_what_was_typed(desk, send):
    desk.follow(BOB)
    typed = "{{ 7 * 7 }} {% raw %} %(name)s %s <b>"

    [mail] = send(Kind.PUBLISHED, comment_id=desk.comment(author_name=typed, content=typed))

    assert body(mail).count(typed) == 2


def test_of_pages_about_people_in_danger_nothing_shows_outside(desk, send, alice):
    desk.manifest = make_site(sensitive=True)
    desk.follow(BOB)
    words = "where she lives"
    send(Kind.PUBLISHED, comment_id=desk.comment(content=words))

    mails = send(Kind.HELD, comment_id=desk.comment(Status.PENDING, content=words + "!"))

    assert [mail.message["Subject"] for mail in mails] == [
        "A new comment",
        "A comment waits for you",
    ]
    assert all(words not in mail.text for mail in mails)


# -- bundles ----------------------------------------------------------------------------------


def test_a_digest_has_all_of_it_and_one_link_that_ends_it(desk, send):
    numbers = [
        desk.follow(BOB, pace=Pace.DAILY),
        desk.follow(BOB, scope=Scope.POSTS, thread_key="", pace=Pace.DAILY),
    ]
    for number in range(3):
        desk.event(Kind.PUBLISHED, comment_id=desk.comment(content=f"Number {number}."))
    desk.event(Kind.NEW_PAGE, payload={"key": POST})
    assert send() == []
    desk.watch.forward(hours=20)

    [mail] = send()

    assert mail.message["Subject"] == "News from The campaign"
    assert re.findall(r"> Number (\d)", body(mail)) == ["0", "1", "2"]
    [end] = re.findall(rf"{SITE}/api/follow/end/(\S+)\?lang=en", mail.text)
    assert links.subscriptions_in(SECRET, end) == numbers


def test_a_digest_leaves_out_what_was_decided_or_ended_meanwhile(desk, send, alice):
    with desk.database.session() as session:
        session.get_one(Moderator, alice.id).mail = Pace.DAILY.value
    held = [desk.comment(Status.PENDING, content=f"Number {number}.") for number in range(3)]
    for number in held:
        desk.event(Kind.HELD, comment_id=number)
    send()
    with desk.database.session() as session:
        session.get_one(Comment, held[1]).status = Status.TRASH.value
    desk.watch.forward(hours=20)

    [mail] = send()

    assert re.findall(r"> Number (\d)", body(mail)) == ["0", "2"]
    assert mail.message["Subject"] == "2 comments wait for you"


def test_a_comment_of_which_two_events_tell_stands_there_once(desk, send, alice):
    comment = desk.comment(Status.PENDING)
    desk.event(Kind.HELD, comment_id=comment)

    [mail] = send(Kind.HELD, comment_id=comment)

    assert body(mail).count("Bob wrote") == 1


def test_a_mail_of_hundreds_says_how_many_more_there_are(desk, send, alice):
    for number in range(MOST + 5):
        desk.event(Kind.HELD, comment_id=desk.comment(Status.PENDING, content="x " * number + "y"))

    [mail] = send()

    assert body(mail).count("Bob wrote") == MOST
    assert "There are 5 more." in body(mail)
    assert mail.message["Subject"] == f"{MOST + 5} comments wait for you"


def test_who_ended_it_while_the_mail_waited_gets_none(desk, send):
    number = desk.follow(BOB, pace=Pace.DAILY)
    assert send(Kind.PUBLISHED, comment_id=desk.comment()) == []
    with desk.database.session() as session:
        subscriptions.end(session, [number])
    desk.watch.forward(hours=20)

    assert send() == []
    assert [row.recipient for row in desk.rows()] == [""]  # the event


@pytest.mark.parametrize(
    "left", [{"active": False}, {"mail": Pace.NEVER.value}, {"role": Role.AUTHOR.value}]
)
def test_a_moderator_who_left_meanwhile_reads_nothing(desk, send, alice, left):
    with desk.database.session() as session:
        session.get_one(Moderator, alice.id).mail = Pace.DAILY.value
    assert send(Kind.HELD, comment_id=desk.comment(Status.PENDING)) == []
    with desk.database.session() as session:
        session.execute(sa.update(Moderator).values(**left))
    desk.watch.forward(hours=20)

    assert send() == []
    assert [row.recipient for row in desk.rows()] == [""]  # the event


def test_an_address_that_is_asked_for_again_must_be_confirmed_again(desk, send):
    number = desk.follow(BOB, pace=Pace.DAILY)
    assert send(Kind.PUBLISHED, comment_id=desk.comment()) == []
    with desk.database.session() as session:
        session.get_one(Subscription, number).confirmed = None
    desk.watch.forward(hours=20)

    assert send() == []


# -- confirmations ----------------------------------------------------------------------------


@pytest.fixture
def ask(desk):
    """Has a link sent to Bob."""

    def asked(lang="en"):
        with desk.database.session() as session:
            confirmations.ask(session, BOB, lang, desk.watch.now, network="n")

    return asked


def test_a_confirmation_says_what_begins_and_holds_nothing_typed(desk, send, ask):
    desk.follow(BOB, confirmed=False)
    desk.follow(BOB, scope=Scope.POSTS, thread_key="", confirmed=False)
    ask()

    [mail] = send()

    assert mail.message["Subject"] == "Is this your address?"
    assert "- Mail about new comments: The vote\n" in body(mail)
    assert "- Mail about new posts and letters\n" in body(mail)
    [token] = re.findall(rf"{SITE}/api/confirm/(\S+)\?lang=en", mail.text)
    with desk.database.session() as session:
        assert confirmations.find(session, token, desk.watch.now).email == BOB


def test_a_confirmation_says_only_what_is_true_of_further_mail(send, ask):
    ask()

    [mail] = send()

    assert "no more mail" not in mail.text
    told = " ".join(body(mail).split())
    assert "If it was not you, do nothing, and nothing begins." in told
    assert "If you say no on that page, we ask you no more for 30 days." in told


def test_a_confirmation_of_an_address_alone_promises_nothing(desk, send, ask):
    ask()

    [mail] = send()

    assert "Then you get" not in mail.text


def test_a_link_that_is_over_is_not_sent(desk, send, ask):
    ask()
    desk.watch.forward(hours=49)

    assert send() == []
    assert desk.rows() == []


def test_the_token_leaves_the_outbox_with_the_mail(desk, send, ask):
    ask()
    send()

    with desk.database.session() as session:
        assert session.scalars(sa.select(Outbox.payload)).all() == [{}]
