"""Strange texts through a moderator's hands: kept whole, or refused by field."""

from __future__ import annotations

import pytest

from comments_api import notes, rewriting, text
from comments_api.errors import InvalidDraft
from tests.factories import make_comment, make_moderator
from tests.http.hostile import demand_inert_body
from tests.http.reading import parse
from tests.strange import storable, texts

PART = [one for one in list(texts(10_000))[5::61] if storable(one)]  # of every kind


def tried(act, *given):
    """Return what a verb returns, and the fields that it refuses by name."""
    try:
        return act(*given), set()
    except InvalidDraft as error:
        return None, set(error.errors)


def kept(typed):
    return text.normal(typed).strip()


@pytest.mark.parametrize("field", ["content", "author_name"])
def test_a_moderators_edit_is_kept_as_it_was_typed_or_refused_by_name(session, now, field):
    comment, alice = make_comment(session, now), make_moderator(session, now).id
    column, taken = "source" if field == "content" else field, 0
    for typed in PART:
        about = (comment.id, comment.version, {field: typed}, "other", alice, now)
        made, wrong = tried(rewriting.rewrite, session, *about)
        assert wrong <= {field, "content"}
        if made is not None:
            session.flush()
            session.refresh(comment)  # what is in the database counts
            assert getattr(comment, column) == kept(typed)
            demand_inert_body(parse(f"<div>{comment.rendered}</div>").find(".//div"))
            taken += 1

    assert taken > len(PART) // 8


def test_a_note_is_kept_as_it_was_typed_or_refused_by_name(session, now):
    comment, alice = make_comment(session, now), make_moderator(session, now).id
    taken = 0
    for typed in PART:
        note, wrong = tried(notes.add, session, comment.id, typed, alice, now)
        assert wrong <= {"note"}
        if note is not None:
            session.expire(note)
            assert note.text == kept(typed)
            taken += 1

    assert taken > len(PART) // 4
