"""Why a comment was rejected, in the moderator's words, to its author; never what is not so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from comments_api import decisions, identities, rejecting
from comments_api.models import Comment, Scope, Status
from comments_api.undoing import undo
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.mail.conftest import SITE, make_site

pytestmark = ON_SQLITE
BOB = "bob@example.org"
SENTENCE = "Please write it without her number.\n\nThen we publish it gladly."


@pytest.fixture
def reject(desk, now):
    """Rejects a comment with a sentence for whoever follows it, and returns its batch."""

    def rejected(comment_id, sentence=SENTENCE):
        with desk.database.session() as session:
            comment = session.get_one(Comment, comment_id)
            alice = make_moderator(session, now).id
            about = (comment.id, comment.version, "other", alice, desk.watch.now)
            rejecting.reject(session, *about, sentence=sentence, batch="one")

    return rejected


@pytest.fixture
def followed(desk):
    """A comment of Bob's that he follows."""
    comment = desk.comment(Status.PENDING, content="Call her at *0123*.")
    desk.follow(BOB, scope=Scope.REPLIES, comment_id=comment)
    return comment


def delivered(desk, server, minutes=5):
    desk.watch.forward(minutes=minutes)
    desk.deliver()
    return server.box.mails


def test_she_reads_why_and_what_the_moderator_writes(desk, server, followed, reject):
    reject(followed)

    [mail] = delivered(desk, server)

    text = mail.text.replace("\r\n", "\n")
    assert mail.recipient == BOB
    assert mail.message["Subject"] == "About your comment on The vote"
    assert text.partition("\n-- \n")[0] == (
        "A moderator did not publish what you wrote on “The vote”.\n\n"
        "> Call her at 0123.\n\n"
        "Why:\n- For another reason.\n\n"
        f"The moderator writes to you:\n\n{SENTENCE}\n\n"
        f"What we publish:\n{SITE}/comment-policy/\n"
    )
    assert "because you asked for it on The campaign" in text
    assert mail.message["List-Unsubscribe"]


def test_who_only_showed_her_address_gets_it_once(desk, server, reject, now):
    comment = desk.comment(Status.PENDING)
    with desk.database.session() as session:
        identity = identities.introduce(session, "hash", "email", BOB, BOB, "Bob", now)
        session.get_one(Comment, comment).identity_id = identity.id
    reject(comment)

    [mail] = delivered(desk, server)

    assert mail.recipient == BOB
    assert "You get this once" in mail.text
    assert mail.message["List-Unsubscribe"] is None


def test_it_waits_for_second_thoughts(desk, server, followed, reject):
    reject(followed)

    assert delivered(desk, server, minutes=4) == []
    assert len(delivered(desk, server, minutes=1)) == 1


def test_who_undoes_the_rejection_undoes_the_mail(desk, server, followed, reject, now):
    reject(followed)
    with desk.database.session() as session:
        undo(session, "one", make_moderator(session, now).id, desk.watch.now)

    assert delivered(desk, server) == []
    assert desk.rows() == []


def test_who_rejects_it_after_all_sends_the_mail(desk, server, followed, reject, now):
    reject(followed)
    with desk.database.session() as session:
        alice = make_moderator(session, now).id
        undo(session, "one", alice, desk.watch.now, new_batch="two")
        undo(session, "two", alice, desk.watch.now)

    [mail] = delivered(desk, server)

    assert SENTENCE in mail.text.replace("\r\n", "\n")


@pytest.mark.parametrize("action", ["restore", "spam", "approve"])
def test_nobody_hears_of_what_was_decided_otherwise_since(
    desk, server, followed, reject, now, action
):
    reject(followed)
    with desk.database.session() as session:
        comment = session.get_one(Comment, followed)
        alice = make_moderator(session, now).id
        decisions.decide(session, followed, action, comment.version, alice, desk.watch.now)

    assert [mail for mail in delivered(desk, server) if "moderator" in mail.text] == []


def test_who_ends_her_mail_gets_none(desk, server, followed, reject):
    from comments_api.mail import subscriptions

    reject(followed)
    with desk.database.session() as session:
        subscriptions.end(session, [one.id for one in subscriptions.of(session, BOB)])

    assert delivered(desk, server) == []


def test_of_people_in_danger_neither_subject_nor_words_are_said(desk, server, followed, reject):
    desk.manifest = make_site(sensitive=True)
    reject(followed)

    [mail] = delivered(desk, server)

    assert mail.message["Subject"] == "About your comment"
    assert "0123" not in mail.text


def test_once_it_is_sent_nothing_of_it_is_kept(desk, server, followed, reject):
    reject(followed)
    delivered(desk, server)

    (row,) = [row for row in desk.rows() if row.kind == "rejected"]
    assert (row.recipient, row.payload) == ("", {})
    assert row.due - desk.watch.now <= timedelta()
