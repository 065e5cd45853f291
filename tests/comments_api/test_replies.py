"""A comment brings an answer from a letter's target: marked by a moderator, and taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, demo, replies, rows
from comments_api.errors import ImpossibleDecision, InvalidDraft, StaleDecision, UnknownComment
from comments_api.models import Comment, Decision, DirtyRegion, Reply, Status, Thread
from tests.factories import (
    LETTER,
    THREAD,
    make_comment,
    make_letter,
    make_manifest,
    make_moderator,
    make_reply,
    make_thread,
)

MANIFEST = make_manifest(make_letter())


def unmark(session, comment, now, version=None):
    alice = make_moderator(session, now)
    version = comment.version if version is None else version
    return replies.unmark(session, comment.id, version, alice.id, now)


def decide(session, comment, action, now):
    alice = make_moderator(session, now)
    decisions.decide(session, comment.id, action, comment.version, alice.id, now)


def in_ledger(session, letter=LETTER, thread=THREAD):
    session.flush()
    return rows.replies_to(session.connection(), letter, thread)


def actions(session):
    return session.scalars(sa.select(Decision.action).order_by(Decision.id)).all()


def wrong(session, now, **fields):
    """Return the sentences beside the fields of an answer that is described wrongly."""
    comment = make_comment(session, now, Status.PENDING)
    with pytest.raises(InvalidDraft) as caught:
        make_reply(session, now, comment=comment, **fields)
    assert (comment.status, comment.kind, in_ledger(session)) == ("pending", "comment", [])
    return caught.value.errors


# -- marking ----------------------------------------------------------------------------------


def test_it_approves_the_comment_and_puts_it_into_the_ledger(session, now):
    comment = make_reply(session, now)

    line = in_ledger(session)[0]
    assert (comment.status, comment.kind) == ("approved", "reply")
    assert (line.comment_id, line.target, line.day) == (comment.id, "mayor", date(2026, 11, 20))
    assert (line.outcome, line.permission) == ("answered", "full")
    assert line.html == "<p>The mayor writes: <em>yes</em>.</p>\n"
    assert actions(session) == ["arrive", "approve", "mark-reply"]


def test_the_record_and_the_version_tell_of_it(session, now):
    comment = make_comment(session, now)
    version = comment.version

    make_reply(session, now + timedelta(minutes=1), comment=comment)

    last = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert comment.version == last.version == version + 1
    assert (last.action, last.from_status, last.to_status) == ("mark-reply", "approved", "approved")
    assert comment.changed == now + timedelta(minutes=1)


def test_readers_must_see_it(session, now):
    comment = make_comment(session, now)
    session.execute(sa.delete(DirtyRegion))
    version = session.scalars(sa.select(Thread.version)).one()

    make_reply(session, now, comment=comment)

    kinds = set(session.scalars(sa.select(DirtyRegion.kind)))
    assert {"thread", "ledger", "letter-feed", "recent"} <= kinds
    assert session.scalars(sa.select(Thread.version)).one() == version + 1


@pytest.mark.parametrize("permission", ["full", "extract", "summary"])
def test_the_thread_shows_no_more_than_the_ledger_and_the_comment_keeps_what_was_typed(
    session, now, permission
):
    comment = make_comment(session, now, content="They wrote: ring Kim on 01632 960001.")

    make_reply(session, now, comment=comment, permission=permission, text="They wrote: ring *us*.")

    assert comment.source == "They wrote: ring Kim on 01632 960001."
    assert comment.rendered == "<p>They wrote: ring <em>us</em>.</p>\n"
    thread = rows.of_thread(session.connection(), THREAD)
    assert [(row.kind, str(row.html)) for row in thread] == [("reply", comment.rendered)]
    assert in_ledger(session)[0].html == comment.rendered


def test_a_reply_can_be_described_anew(session, now):
    comment = make_reply(session, now, permission="summary", text="A summary.")

    make_reply(session, now, comment=comment, target=f"{LETTER}/clerk", text="Another.")

    assert [(line.target, line.permission) for line in in_ledger(session)] == [("clerk", "full")]
    assert comment.rendered == "<p>Another.</p>\n"
    assert session.scalars(sa.select(sa.func.count()).select_from(Reply)).one() == 1


@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH, Status.WITHDRAWN])
def test_what_is_not_shown_cannot_be_marked(session, now, status):
    comment = make_comment(session, now, status)

    with pytest.raises(ImpossibleDecision):
        make_reply(session, now, comment=comment)


def test_a_comment_of_a_thread_without_a_letter_cannot_be_marked(session, now):
    comment = make_comment(session, now, thread=make_thread("post-other"))

    with pytest.raises(ImpossibleDecision):
        make_reply(session, now, comment=comment)


def test_a_letter_with_the_name_of_the_thread_does_not_own_it(session, now):
    namesake = make_letter(key=THREAD, thread="letter-other")

    with pytest.raises(ImpossibleDecision):
        make_reply(session, now, make_manifest(namesake))


def test_another_version_is_refused(session, now):
    comment = make_comment(session, now)
    alice = make_moderator(session, now)

    with pytest.raises(StaleDecision):
        replies.mark(session, MANIFEST, comment.id, 1, {}, alice.id, now)


def test_an_unknown_comment_is_refused(session, now):
    with pytest.raises(UnknownComment):
        replies.mark(session, MANIFEST, 999, 1, {}, make_moderator(session, now).id, now)


# -- wrong fields -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("target", "", "choose who answered"),
        ("target", "mayor", "choose who answered"),
        ("target", f"{LETTER}/nobody", "choose who answered"),
        ("target", "another/mayor", "choose who answered"),
        ("day", "", "give the day"),
        ("day", "20/11/2026", "give the day"),
        ("day", "2026-02-30", "give the day"),
        ("day", "20261120", "give the day"),
        ("day", "2026-11-22", "not come yet"),
        ("day", "2026-11-10", "came out on 11 November 2026"),
        ("day", "0001-01-01", "came out on"),
        ("outcome", "", "what kind of answer"),
        ("outcome", "none", "what kind of answer"),
        ("permission", "", "how much"),
        ("permission", "all", "how much"),
        ("text", "", "what may be shown"),
        ("text", " \n\u200b", "what may be shown"),
        ("text", "x" * 10_001, "too long"),
        ("text", "> " * 50 + "x", "too deep"),
        ("text", "a\x00b", "characters"),
        ("text", "[a]: https://example.org", "Nothing of"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_done(session, now, field, value, sentence):
    errors = wrong(session, now, **{field: value})

    assert list(errors) == [field]
    assert sentence in errors[field]


def test_all_that_is_wrong_is_named_at_once(session, now):
    errors = wrong(session, now, target="", day="", outcome="", permission="", text="")

    assert set(errors) == set(replies.FIELDS)


def test_today_is_the_letters_today(session, now):
    late = now.replace(hour=23, minute=30)
    auckland = make_manifest(make_letter(timezone="Pacific/Auckland"))

    comment = make_reply(session, late, auckland, day="2026-11-22")

    assert comment.kind == "reply"


def test_of_several_letters_the_chosen_one_gets_it(session, now):
    manifest = make_manifest(make_letter(), make_letter(key="the-next"), make_letter(lang="fr"))

    make_reply(session, now, manifest, target="the-next/clerk")

    assert in_ledger(session) == []
    assert [line.target for line in in_ledger(session, "the-next")] == ["clerk"]


# -- taking back, and what else happens -------------------------------------------------------


def test_taking_it_back_shows_what_was_typed_to_moderators_only(session, now):
    comment = make_comment(session, now, content="Their *whole* answer.")
    make_reply(session, now, comment=comment, permission="summary", text="A summary.")
    version = comment.version

    unmark(session, comment, now)

    assert (comment.status, comment.kind, comment.version) == ("pending", "comment", version + 1)
    assert comment.rendered == "<p>Their <em>whole</em> answer.</p>\n"
    assert in_ledger(session) == []
    assert rows.of_thread(session.connection(), THREAD) == []
    assert actions(session)[-1] == "unmark-reply"


def test_what_is_not_marked_cannot_be_taken_back(session, now):
    with pytest.raises(ImpossibleDecision):
        unmark(session, make_comment(session, now), now)


def test_taking_back_another_version_is_refused(session, now):
    comment = make_reply(session, now)

    with pytest.raises(StaleDecision):
        unmark(session, comment, now, version=1)


@pytest.mark.parametrize("action", ["hold", "spam", "trash"])
def test_a_ledger_shows_approved_replies_only(session, now, action):
    comment = make_reply(session, now)

    decide(session, comment, action, now)
    hidden = in_ledger(session)
    decide(session, comment, "approve", now)

    assert hidden == []
    assert [line.comment_id for line in in_ledger(session)] == [comment.id]


def test_a_withdrawn_reply_leaves_the_ledger(session, now):
    make_reply(session, now).status = Status.WITHDRAWN.value

    assert in_ledger(session) == []


def test_a_thread_that_the_letter_had_before_says_nothing_in_its_ledger(session, now):
    make_reply(session, now)

    assert in_ledger(session, thread="letter-write-to-the-mayor") == []


def test_a_deleted_comment_takes_its_entry_along(session, now):
    comment = make_reply(session, now)
    session.flush()

    session.execute(sa.delete(Comment).where(Comment.id == comment.id))

    assert session.scalars(sa.select(sa.func.count()).select_from(Reply)).one() == 0


def test_entries_stand_in_the_order_of_their_days(session, now):
    for day in ("2026-11-18", "2026-11-15", "2026-11-20"):
        make_reply(session, now, day=day)

    assert [line.day.day for line in in_ledger(session)] == [15, 18, 20]


SAMPLE = """
[[comment]]
id = "answered"
thread = "post-the-vote"
author_name = "A reader"
status = "approved"
created = 2026-11-20T18:52:00Z
content = "They wrote a long letter."
[comment.answer]
target = "mayor"
day = 2026-11-19
outcome = "refused"
permission = "summary"
text = "No."
"""


@pytest.mark.parametrize(("manifest", "kind"), [(MANIFEST, "reply"), (make_manifest(), "comment")])
def test_the_demonstration_marks_the_samples_answers(database, now, tmp_path, manifest, kind):
    path = tmp_path / "comments.toml"
    path.write_text(SAMPLE, encoding="utf-8")

    assert demo.seed(database, manifest, path, now) == 1

    with database.session() as session:
        comment = session.scalars(sa.select(Comment)).one()
        assert (comment.kind, comment.status) == (kind, "approved")
        assert [line.target for line in in_ledger(session)] == ["mayor"] * (kind == "reply")
