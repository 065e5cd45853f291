"""A reader edits her own comment: the same rules as when it arrived, and nothing public is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, editing, own
from comments_api.editing import Change
from comments_api.errors import (
    ImpossibleDecision,
    InvalidDraft,
    NotEditable,
    NotOnPage,
    NotYours,
    Nudge,
    SaidAlready,
    StaleDecision,
    ThreadClosed,
    TooLate,
    TooMany,
)
from comments_api.limits import Limit
from comments_api.models import (
    Comment,
    Decision,
    DirtyRegion,
    Edit,
    Outbox,
    Revision,
    Status,
    Switches,
)
from comments_api.rules import Numbers, Rulebook
from tests.conftest import ON_SQLITE
from tests.factories import make_comment, make_moderator, make_reply, make_thread

BOB = "hash of Bob's cookie"
OPEN = make_thread(mode="open")
TRUSTING = Rulebook(Numbers(trust_after=0))
STRICT = Rulebook()  # whom it does not know, it holds
LINKS = "Look: https://one.example/ and https://two.example/"


@pytest.fixture
def bobs(session, now):
    """Stores comments of Bob's browser: by default one that waits."""

    def make(status=Status.PENDING, **fields):
        return make_comment(session, now, status, OPEN, reader=BOB, **fields)

    return make


@pytest.fixture
def edit(session, now):
    """Edits a comment a minute after it was sent."""

    def edited(comment, content="A new text.", book=TRUSTING, thread=OPEN, after=1, **more):
        change = Change(content, **{"reader": BOB, **more})
        return editing.edit(
            session, comment.id, change, book, thread, now + timedelta(minutes=after)
        )

    return edited


@pytest.fixture
def rows(session):
    """Reads all rows of a table."""

    def read(model):
        return session.scalars(sa.select(model)).all()

    return read


def decide(session, comment, action, now):
    alice = make_moderator(session, now)
    verb = decisions.decide_edit if action in decisions.ON_EDITS else decisions.decide
    return verb(session, comment.id, action, comment.version, alice.id, now)


def last_line(session):
    return session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()


# -- a comment that waits ---------------------------------------------------------------------


def test_of_a_comment_that_waits_the_text_is_replaced_and_waits(session, bobs, edit, rows):
    comment = bobs(content="My first text.")

    found = edit(comment, "A **new** text.", STRICT)

    assert (comment.source, comment.rendered) == (
        "A **new** text.",
        "<p>A <strong>new</strong> text.</p>\n",
    )
    assert (comment.status, comment.version, comment.edited) == ("pending", 2, None)
    assert comment.reasons == ["new-commenter"]
    assert found.waits
    assert rows(Revision) == []  # nobody else could read what it was


def test_what_held_it_is_what_holds_the_new_text(bobs, edit):
    comment = bobs(content=LINKS)

    edit(comment, "Only https://one.example/", STRICT)

    assert comment.reasons == ["new-commenter"]


def test_it_is_published_if_only_rules_held_it_and_hold_it_no_more(session, bobs, edit, rows, now):
    comment = bobs(content=LINKS)
    session.execute(sa.delete(DirtyRegion))
    session.execute(sa.delete(Outbox))

    edit(comment, "Without any links.")

    assert (comment.status, comment.reasons, comment.edited) == ("approved", [], None)
    assert rows(DirtyRegion)
    [mail] = rows(Outbox)
    assert (mail.kind, mail.comment_id, mail.due) == (
        "published",
        comment.id,
        now + timedelta(minutes=6),
    )


def test_it_stays_held_if_a_moderator_holds_it(session, now, bobs, edit):
    comment = bobs(Status.APPROVED)
    decide(session, comment, "hold", now)

    edit(comment, "Nothing that a rule would hold.")

    assert (comment.status, comment.reasons) == ("pending", [])


def test_what_was_public_once_is_kept_beside_what_waits_now(session, now, bobs, edit, rows):
    comment = bobs(Status.APPROVED, content="It was public.")
    decide(session, comment, "hold", now)

    edit(comment)

    assert [revision.source for revision in rows(Revision)] == ["It was public."]
    assert comment.edited == now + timedelta(minutes=1)


def test_edited_into_spam_it_is_spam(bobs, edit, session, now):
    comment = bobs()
    book = Rulebook(Numbers(trust_after=0))
    book.judge = lambda *_: editing.Verdict(Status.SPAM, ("spam-words:casino",))

    edit(comment, "casino", book)

    assert (comment.status, comment.reasons) == ("spam", ["spam-words:casino"])


# -- a comment that is public -----------------------------------------------------------------


def test_what_the_rules_let_pass_is_shown_at_once(session, now, bobs, edit, rows):
    comment = bobs(Status.APPROVED, content="My first text.")
    version, shown = comment.version, comment.thread.version
    session.execute(sa.delete(DirtyRegion))

    found = edit(comment, "My **second** text.")

    at = now + timedelta(minutes=1)
    assert (comment.source, comment.status) == ("My **second** text.", "approved")
    assert "<strong>second</strong>" in comment.rendered
    assert (comment.version, comment.edited, comment.changed) == (version + 1, at, at)
    assert (comment.thread.version, bool(rows(DirtyRegion))) == (shown + 1, True)
    assert not found.waits
    [old] = rows(Revision)
    assert (old.number, old.source, old.rendered, old.author_name, old.moderator_id) == (
        1, "My first text.", "<p>My first text.</p>\n", "Bob", None,
    )  # fmt: skip


def test_edited_into_trouble_what_was_approved_stays_public(session, now, bobs, edit, rows):
    comment = bobs(Status.APPROVED, content="My first text.")
    before = (comment.source, comment.rendered, comment.status, comment.changed, comment.edited)
    version, shown = comment.version, comment.thread.version
    session.execute(sa.delete(DirtyRegion))
    session.execute(sa.delete(Outbox))

    found = edit(comment, LINKS, as_it_is=True)

    after = (comment.source, comment.rendered, comment.status, comment.changed, comment.edited)
    assert after == before
    assert comment.version == version + 1
    assert (comment.thread.version, rows(DirtyRegion)) == (shown, [])
    assert (found.waits, found.source) == (True, LINKS)
    [waiting] = rows(Edit)
    assert (waiting.source, waiting.reasons) == (LINKS, ["links:2"])
    assert [(mail.kind, mail.comment_id) for mail in rows(Outbox)] == [("held", comment.id)]


def test_edited_again_the_newest_text_waits_and_moderators_are_told_once(session, bobs, edit, rows):
    comment = bobs(Status.APPROVED)
    session.execute(sa.delete(Outbox))
    edit(comment, "First.", STRICT)

    edit(comment, "Second.", STRICT)

    assert [waiting.source for waiting in rows(Edit)] == ["Second."]
    assert len(rows(Outbox)) == 1


def test_edited_again_into_what_passes_nothing_waits_any_more(bobs, edit, rows):
    comment = bobs(Status.APPROVED)
    edit(comment, LINKS, as_it_is=True)

    edit(comment, "Without any links.")

    assert (comment.source, rows(Edit)) == ("Without any links.", [])


def test_edited_back_to_what_is_shown_nothing_waits_any_more(bobs, edit, rows):
    comment = bobs(Status.APPROVED, content="My first text.")
    edit(comment, LINKS, as_it_is=True)
    version = comment.version

    edit(comment, "My first text.\r\n", STRICT)

    assert (rows(Edit), rows(Revision)) == ([], [])
    assert (comment.version, comment.edited) == (version + 1, None)


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_sent_again_as_it_was_nothing_happens(session, bobs, edit, rows, status):
    comment = bobs(status, content="My first text.")
    version, lines = comment.version, len(rows(Decision))

    edit(comment, " My first text. ", STRICT)

    assert (comment.version, len(rows(Decision))) == (version, lines)


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
@pytest.mark.parametrize("content", ["Without any links.", LINKS])
def test_every_edit_is_a_line_of_the_record_without_a_word_of_it(
    session, bobs, edit, status, content
):
    comment = bobs(status)

    edit(comment, content, as_it_is=True)

    line = last_line(session)
    assert (line.action, line.comment_id, line.moderator_id) == ("edit", comment.id, None)
    assert (line.from_status, line.to_status) == (status, comment.status)
    assert (line.version, line.reasons) == (comment.version, ["links"] if content == LINKS else [])


# -- who may, and how long --------------------------------------------------------------------


def test_nobody_else_edits_it(bobs, edit):
    with pytest.raises(NotYours):
        edit(bobs(Status.APPROVED), reader="hash of Mallory's cookie")


def test_nor_does_a_browser_without_a_cookie(session, now, bobs, edit):
    nobodys = make_comment(session, now, Status.APPROVED, OPEN)

    with pytest.raises(NotYours):
        edit(nobodys, reader=None)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.APPROVED}))
def test_a_stranger_does_not_learn_that_there_is_one(bobs, edit, status):
    with pytest.raises(NotOnPage):
        edit(bobs(status), reader="hash of Mallory's cookie")


@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH])
def test_what_was_removed_is_for_its_author_as_if_it_were_not_there(bobs, edit, status):
    with pytest.raises(NotOnPage):
        edit(bobs(status))


def test_there_must_be_such_a_comment(edit):
    with pytest.raises(NotOnPage):
        edit(Comment(id=4711))


@ON_SQLITE
@pytest.mark.parametrize(("minutes", "possible"), [(14.9, True), (15, False), (600, False)])
def test_it_can_be_edited_for_fifteen_minutes(bobs, edit, minutes, possible):
    comment = bobs(content="My first text.")

    if possible:
        edit(comment, after=minutes)
    else:
        with pytest.raises(TooLate):
            edit(comment, after=minutes)

    assert (comment.source != "My first text.") == possible


def test_what_a_moderator_made_an_answer_of_stays(session, now, bobs, edit):
    comment = make_reply(session, now, comment=bobs())

    with pytest.raises(NotEditable):
        edit(comment)


def test_what_a_moderator_wrote_is_not_edited_here(session, now, edit):
    alice = make_moderator(session, now)
    comment = make_comment(session, now, Status.PENDING, OPEN, moderator=alice, reader=BOB)

    with pytest.raises(NotEditable):
        edit(comment)


# -- what is refused --------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize("content", ["", " \n", "x" * 10_001, "\x00", "[a]: https://b.example", 7])
def test_what_could_not_be_sent_cannot_be_edited_in(bobs, edit, content):
    comment = bobs(content="My first text.")

    with pytest.raises(InvalidDraft) as caught:
        edit(comment, content)

    assert list(caught.value.errors) == ["content"]
    assert comment.source == "My first text."


def test_she_is_told_what_would_hold_it_before_it_is_stored(bobs, edit, rows):
    comment = bobs(Status.APPROVED)

    with pytest.raises(Nudge) as caught:
        edit(comment, LINKS)

    assert caught.value.reasons == ("links:2",)
    assert rows(Edit) == []


def test_the_same_text_twice_at_one_place_is_refused(bobs, edit):
    bobs(content="I said this.")
    other = bobs(content="And that.")

    with pytest.raises(SaidAlready):
        edit(other, "I said  THIS.", as_it_is=True)


def test_a_limit_that_is_used_up_refuses(bobs, edit):
    comment = bobs()
    limits = [Limit("block", 1, 60)]
    edit(comment, "First.", limits=limits)

    with pytest.raises(TooMany):
        edit(comment, "Second.", limits=limits)


def test_in_a_closed_thread_nothing_is_said_by_an_edit_either(bobs, edit):
    with pytest.raises(ThreadClosed) as caught:
        edit(bobs(), thread=make_thread(mode="closed"))

    assert caught.value.why == "author"


def test_nor_where_everything_was_closed(session, bobs, edit):
    comment = bobs()
    session.add(Switches(id=1, close_all=True))

    with pytest.raises(ThreadClosed):
        edit(comment)


def test_a_full_thread_takes_edits(bobs, edit):
    comment = bobs(Status.APPROVED)

    edit(comment, "A new text.", thread=make_thread(mode="open", limit=1))

    assert comment.source == "A new text."


# -- what moderators make of an edit that waits -----------------------------------------------


@pytest.fixture
def waiting(bobs, edit):
    """A public comment with an edit that waits."""
    comment = bobs(Status.APPROVED, content="My first text.")
    edit(comment, "My **second** text.", STRICT)
    return comment


def test_an_accepted_edit_is_shown_and_the_old_text_kept(session, now, waiting, rows):
    session.execute(sa.delete(DirtyRegion))
    version, at = waiting.version, now + timedelta(minutes=30)

    decide(session, waiting, "accept-edit", at)
    session.flush()

    assert (waiting.source, waiting.status) == ("My **second** text.", "approved")
    assert "<strong>" in waiting.rendered
    assert (waiting.edited, waiting.changed, waiting.version) == (at, at, version + 1)
    assert rows(Edit) == []
    assert [revision.source for revision in rows(Revision)] == ["My first text."]
    assert rows(DirtyRegion)


def test_of_a_rejected_edit_nothing_is_shown(session, now, waiting, rows):
    session.execute(sa.delete(DirtyRegion))
    version = waiting.version

    decide(session, waiting, "reject-edit", now)
    session.flush()

    assert (waiting.source, waiting.edited, waiting.version) == (
        "My first text.",
        None,
        version + 1,
    )
    assert (rows(Edit), rows(Revision), rows(DirtyRegion)) == ([], [], [])


@pytest.mark.parametrize("action", decisions.ON_EDITS)
def test_both_stand_in_the_record(session, now, waiting, action):
    alice = make_moderator(session, now)

    decide(session, waiting, action, now)

    line = last_line(session)
    assert (line.action, line.moderator_id, line.version) == (action, alice.id, waiting.version)
    assert (line.from_status, line.to_status) == ("approved", "approved")


@pytest.mark.parametrize("action", decisions.ON_EDITS)
def test_without_an_edit_neither_is_possible(session, now, bobs, action):
    with pytest.raises(ImpossibleDecision):
        decide(session, bobs(Status.APPROVED), action, now)


@pytest.mark.parametrize("action", ["accept-edit", "hold", "spam"])
def test_a_decision_on_a_text_that_its_author_changed_since_is_stale(
    session, now, waiting, edit, action
):
    seen = Comment(id=waiting.id, version=waiting.version)
    edit(waiting, "My third text.", STRICT, after=2)

    with pytest.raises(StaleDecision) as caught:
        decide(session, seen, action, now)

    assert (caught.value.by_author, caught.value.who) == (True, None)
    assert caught.value.when == now + timedelta(minutes=2)


@pytest.mark.parametrize("action", ["spam", "trash"])
def test_what_is_removed_takes_its_edit_with_it(session, now, waiting, rows, action):
    decide(session, waiting, action, now)
    decide(session, waiting, "restore", now)
    session.flush()

    assert (waiting.status, waiting.source, rows(Edit)) == ("approved", "My first text.", [])


def test_put_on_hold_it_waits_with_its_new_text(session, now, waiting, rows):
    decide(session, waiting, "hold", now)
    session.flush()

    assert (waiting.status, waiting.source) == ("pending", "My **second** text.")
    assert waiting.reasons == ["new-commenter"]
    assert rows(Edit) == []
    assert [revision.source for revision in rows(Revision)] == ["My first text."]


def test_it_is_made_no_answer_of_before_the_edit_is_decided(session, now, waiting):
    with pytest.raises(ImpossibleDecision):
        make_reply(session, now, comment=waiting)


# -- what is hers -----------------------------------------------------------------------------


def test_hers_is_what_waits_and_what_she_can_still_change(session, now, bobs, edit):
    old, held = bobs(Status.APPROVED), bobs()
    bobs(Status.SPAM)
    bobs(Status.TRASH)
    make_comment(session, now, Status.PENDING, OPEN)
    make_comment(session, now, Status.PENDING, make_thread("post-other"), reader=BOB)

    at_once = own.of_reader(session, OPEN.key, BOB, now)
    later = own.of_reader(session, OPEN.key, BOB, now + timedelta(minutes=15))

    until = now + timedelta(minutes=15)
    assert [(one.comment, one.until) for one in at_once] == [(old, until), (held, until)]
    assert [(one.comment, one.until) for one in later] == [(held, None)]


def test_a_public_comment_is_hers_as_long_as_an_edit_of_it_waits(session, now, waiting):
    [one] = own.of_reader(session, OPEN.key, BOB, now + timedelta(days=1))

    assert (one.comment, one.until, one.waits) == (waiting, None, True)
    assert "<strong>second</strong>" in one.html
