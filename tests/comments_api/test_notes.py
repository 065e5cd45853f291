import pytest

from comments_api import notes
from comments_api.errors import InvalidDraft, UnknownComment
from tests.factories import make_comment, make_moderator


def add(session, now, comment, text, who="Alice"):
    return notes.add(session, comment.id, text, make_moderator(session, now, who).id, now)


def test_colleagues_read_each_others_notes_in_their_order(session, now):
    one, other, silent = (make_comment(session, now) for _ in range(3))
    add(session, now, one, "  I asked her by mail.\r\nShe has not answered. ")
    add(session, now, other, "Leave it.")
    add(session, now, one, "She did.", who="Carol")

    found = notes.of(session, [one.id, other.id, silent.id])

    said = [(note.moderator.name, note.text) for note in found[one.id]]
    assert said == [
        ("Alice", "I asked her by mail.\nShe has not answered."),
        ("Carol", "She did."),
    ]
    assert [note.text for note in found[other.id]] == ["Leave it."]
    assert found[silent.id] == []


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2_001, "a\x00b"])
def test_a_note_that_says_nothing_or_too_much_is_refused(session, now, text):
    comment = make_comment(session, now)

    with pytest.raises(InvalidDraft) as caught:
        add(session, now, comment, text)

    assert list(caught.value.errors) == ["note"]
    assert notes.of(session, [comment.id]) == {comment.id: []}


def test_there_must_be_such_a_comment(session, now):
    with pytest.raises(UnknownComment):
        notes.add(session, 4711, "Hm.", make_moderator(session, now).id, now)
