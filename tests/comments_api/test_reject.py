"""Rejecting for a reason; its author is told only at an address that is certainly hers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import identities, rejecting, rules
from comments_api.errors import ImpossibleDecision, InvalidDraft, StaleDecision
from comments_api.mail import subscriptions
from comments_api.mail.subscriptions import Wish
from comments_api.models import Decision, Outbox, Scope, Status
from tests.factories import THREAD, make_comment, make_moderator

EMAIL = "bob@example.org"
SENTENCE = "Please write it without the telephone number."


@pytest.fixture
def reject(session, now):
    def rejected(comment, reason="offensive", sentence="", version=None):
        alice = make_moderator(session, now)
        session.execute(sa.delete(Outbox))
        version = comment.version if version is None else version
        return rejecting.reject(
            session, comment.id, version, reason, alice.id, now, sentence=sentence
        )

    return rejected


def follows(session, now, comment, *, confirmed=True, email=EMAIL):
    wish = Wish(email, Scope.REPLIES, "fr", THREAD, comment.id)
    subscriptions.subscribe(session, wish, now, proven=confirmed)


def mails(session):
    return session.scalars(sa.select(Outbox).order_by(Outbox.id)).all()


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.SPAM])
def test_it_is_trash_with_a_reason(session, now, reject, status):
    comment = make_comment(session, now, status)

    reject(comment, "advert")

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert comment.status == Status.TRASH
    assert (line.action, line.from_status, line.reasons) == ("reject", status, ["rejected:advert"])
    assert line.batch
    assert mails(session) == []


def test_it_must_be_possible_and_as_it_was_shown(session, now, reject):
    comment = make_comment(session, now, Status.TRASH)

    with pytest.raises(ImpossibleDecision):
        reject(comment)
    with pytest.raises(StaleDecision):
        reject(comment, version=1)


def test_a_reason_that_nobody_knows_is_refused(session, now, reject):
    comment = make_comment(session, now)

    with pytest.raises(InvalidDraft) as caught:
        reject(comment, "boring")

    assert list(caught.value.errors) == ["reason"]
    assert comment.status == Status.APPROVED


def test_who_follows_her_comment_is_told_in_her_language(session, now, reject):
    comment = make_comment(session, now, Status.PENDING, author_email="other@example.org")
    follows(session, now, comment)

    reject(comment, "other", f"  {SENTENCE}\r\n")

    (mail,) = mails(session)
    assert (mail.kind, mail.recipient, mail.lang) == ("rejected", EMAIL, "fr")
    assert mail.payload == {"reason": "other", "sentence": SENTENCE, "version": comment.version}
    assert mail.due - now == timedelta(minutes=5)
    assert mail.subscription_id is not None


def test_who_showed_that_an_address_is_hers_is_told(session, now, reject):
    comment = make_comment(session, now, Status.PENDING)
    identity = identities.introduce(session, "hash", "email", EMAIL, EMAIL, "Bob", now)
    comment.identity_id = identity.id
    session.flush()

    reject(comment, sentence=SENTENCE)

    (mail,) = mails(session)
    assert (mail.recipient, mail.lang, mail.subscription_id) == (EMAIL, "en", None)


def test_nobody_else_is(session, now, reject):
    """Not at an address that was typed, or not confirmed, or of a provider that does not vouch."""
    typed = make_comment(session, now, author_email=EMAIL)
    asked = make_comment(session, now, author_email=EMAIL)
    follows(session, now, asked, confirmed=False)
    unsure = make_comment(session, now)
    unsure.identity_id = identities.introduce(session, "h", "https://idp", "1", "", "B", now).id
    other = make_comment(session, now)
    subscriptions.subscribe(session, Wish(EMAIL, Scope.THREAD, "en", THREAD), now, proven=True)
    session.flush()
    found = [typed, asked, unsure, other]

    assert rejecting.who_can_be_told(session, found) == set()
    for comment in found:
        with pytest.raises(InvalidDraft) as caught:
            reject(comment, sentence=SENTENCE)
        assert list(caught.value.errors) == ["sentence"]
        assert comment.status == Status.APPROVED


def test_what_the_campaign_wrote_has_nobody_to_tell(session, now):
    comment = make_comment(session, now)
    follows(session, now, comment)
    assert rejecting.who_can_be_told(session, [comment]) == {comment.id}

    comment.moderator_id = make_moderator(session, now).id

    assert rejecting.who_can_be_told(session, [comment]) == set()


@pytest.mark.parametrize("sentence", ["x" * 1_001, "a\x00b"])
def test_a_sentence_that_cannot_be_sent_is_refused(session, now, reject, sentence):
    comment = make_comment(session, now)
    follows(session, now, comment)

    with pytest.raises(InvalidDraft) as caught:
        reject(comment, sentence=sentence)

    assert list(caught.value.errors) == ["sentence"]


def test_the_reasons_are_said_in_words_wherever_they_stand():
    assert list(rejecting.words("en")) == list(rejecting.REASONS)
    assert len(rejecting.REASONS) == 9
    for reason in rejecting.REASONS:
        assert rules.words(rejecting.code(reason), "en") == rejecting.words("en")[reason]
