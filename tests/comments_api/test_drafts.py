import pytest

from comments_api import drafts
from comments_api.errors import InvalidDraft

GOOD = {"author_name": "Bob", "content": "I wrote to them."}
EMPTY = "Your comment is empty. Please write something."
NO_NAME = "Please give a name. Any name you like will do."
UNSHOWN = "This holds characters that cannot be shown. Please type it instead of pasting it."
ODD_NAME = "Please use plain letters in your name, on one line."
NO_EMAIL = "This is not an e-mail address like name@example.org."
NO_WEBSITE = "A website begins with https:// or http://."
NOT_TEXT = "This must be text."
TOO_DEEP = "Quotes or lists stand too deep inside each other. Please use fewer."
NO_NUMBER = "The comment you reply to must be given by its number."
UNSEEN = "Nothing of your comment would be seen. Please write it as plain text."


def errors(**fields):
    with pytest.raises(InvalidDraft) as caught:
        drafts.check({**GOOD, **fields}, "en")
    return caught.value.errors


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("content", "", EMPTY),
        ("content", None, EMPTY),
        ("content", " \n\u200b", EMPTY),
        ("content", 7, NOT_TEXT),
        ("content", ["a"], NOT_TEXT),
        ("content", "a\x00b", UNSHOWN),
        ("content", "a\ud800b", UNSHOWN),
        ("content", "x" * 10_001, "This is 1 character too long: 10,000 are possible."),
        ("content", "x" * 12_345, "This is 2,345 characters too long: 10,000 are possible."),
        ("content", "> " * 50 + "x", TOO_DEEP),
        ("content", "[a]: https://example.org", UNSEEN),
        ("author_name", "", NO_NAME),
        ("author_name", "\u3164", NO_NAME),
        ("author_name", "x" * 81, "This is 1 character too long: 80 are possible."),
        ("author_name", "Bob\nAdmin", ODD_NAME),
        ("author_name", "Bob\rAdmin", ODD_NAME),
        ("author_name", "Bob\r\nAdmin", ODD_NAME),
        ("author_name", "Bob\u2028Admin", ODD_NAME),
        ("author_name", "\u202enimdA", ODD_NAME),
        ("author_name", "ก" + "\u0e47" * 5, ODD_NAME),
        ("author_name", "B\x1bob", UNSHOWN),
        ("author_name", True, NOT_TEXT),
        ("author_email", "bob", NO_EMAIL),
        ("author_email", "bob@example", NO_EMAIL),
        ("author_email", "bob@example.org\nBcc: all@example.org", NO_EMAIL),
        ("author_email", "bob@example.org, eve@example.org", NO_EMAIL),
        ("author_email", "<bob@example.org>", NO_EMAIL),
        ("author_email", "x" * 255, "This is 1 character too long: 254 are possible."),
        ("author_url", "javascript:alert(1)", NO_WEBSITE),
        ("author_url", "example.org", NO_WEBSITE),
        ("author_url", "https://a" + "a" * 492, "This is 1 character too long: 500 are possible."),
        ("parent", "x", NO_NUMBER),
        ("parent", "-1", NO_NUMBER),
        ("parent", "0", NO_NUMBER),
        ("parent", 0, NO_NUMBER),
        ("parent", 1.5, NO_NUMBER),
        ("parent", True, NO_NUMBER),
        ("parent", [1], NO_NUMBER),
        ("parent", "٣", NO_NUMBER),
        ("parent", 2**63, NO_NUMBER),
        ("parent", "9" * 5000, NO_NUMBER),
    ],
    ids=lambda value: ascii(value)[:30],
)  # fmt: skip
def test_it_says_by_field_what_is_wrong(field, value, sentence):
    assert errors(**{field: value}) == {field: sentence}


def test_it_says_all_that_is_wrong_at_once():
    wrong = errors(author_name="", author_email="bob", author_url="bob", content="", parent="bob")

    assert set(wrong) == {"author_name", "author_email", "author_url", "content", "parent"}


def test_it_takes_what_is_as_long_as_may_be():
    draft = drafts.check({"author_name": "𝒽" * 80, "content": "漢" * 10_000}, "en")

    assert (len(draft.author_name), len(draft.content)) == (80, 10_000)


@pytest.mark.parametrize(
    "name",
    [
        *("Zoë", "  Bob  ", "<b>Bob</b>", "O'Brien", "{{ 7*7 }}", "محمد", "👩‍👩‍👧"),
        *("ณัฐวุฒิ", "श्रीनिवास", "Nguyễn", "1️⃣ Fan ❤️", "葛󠄀城"),
    ],
)
def test_it_takes_real_and_hostile_names_as_they_are(name):
    assert drafts.check({**GOOD, "author_name": name}, "en").author_name == name.strip()


def test_it_keeps_what_was_typed_beside_what_is_shown():
    draft = drafts.check({**GOOD, "content": " one\r\n*two* "}, "en")

    assert (draft.content, draft.rendered) == ("one\n*two*", "<p>one<br>\n<em>two</em></p>\n")


@pytest.mark.parametrize(("value", "parent"), [(None, None), ("", None), ("7", 7), (8, 8)])
def test_it_reads_what_a_comment_replies_to(value, parent):
    assert drafts.check({**GOOD, "parent": value}, "en").parent == parent


def test_a_moderators_text_is_checked_by_the_same_rules():
    with pytest.raises(InvalidDraft) as caught:
        drafts.check_text(" ", "en")

    assert caught.value.errors == {"content": EMPTY}
