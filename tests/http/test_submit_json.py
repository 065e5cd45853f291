"""POST /api/threads/{thread}/comments by a program: exact fields, exact answers."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import API

PUBLIC = {
    "id", "parent", "author_name", "author_url", "date_gmt", "date_edited_gmt",
    "edited_by_moderator", "pinned", "highlighted", "content", "link", "status", "type",
    "campaign", "message",
}  # fmt: skip


def test_a_comment_is_answered_with_its_public_names_only(bob, stored):
    answer = bob.send_json(author_email="bob@secret.example", author_url="https://bob.example/")

    kept = stored()[0]
    assert answer.status_code == 201
    assert set(answer.json) == PUBLIC
    assert (answer.json["id"], answer.json["status"]) == (kept.id, "pending")
    assert answer.json["content"] == {"rendered": "<p>I wrote to them.</p>\n"}
    assert "moderator" in answer.json["message"]
    assert "secret.example" not in answer.text + str(answer.headers)


@ON_SQLITE
def test_a_moderators_comment_is_approved_at_once(alice):
    answer = alice.send_json()

    assert (answer.json["status"], answer.json["campaign"]) == ("approved", True)
    assert set(answer.json) == PUBLIC - {"message"}


def test_a_reply_names_its_parent(bob, comment):
    first = comment(Status.APPROVED)

    assert bob.send_json(parent=first, content="I agree.").json["parent"] == first


@ON_SQLITE
def test_what_is_missing_or_null_is_empty(bob, stored):
    answer = bob.send_json(author_email=None, author_url=None, parent=None)

    assert answer.status_code == 201
    assert (stored()[0].author_email, stored()[0].parent_id) == ("", None)


@ON_SQLITE
def test_fields_that_are_not_known_are_refused_by_name(bob, stored):
    answer = bob.send_json(status="approved", id=7)

    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"status", "id"}
    assert answer.json["title"] == "Some fields are not known."
    assert stored() == []


HALF = r'"\ud800"'
BODIES = [
    ("empty", b"", 400, "The body is not JSON."),
    ("no JSON", b"author_name=Bob", 400, "The body is not JSON."),
    ("cut", b'{"author_name": "Bob", "content', 400, "The body is not JSON."),
    ("list", b'[{"content": "x"}]', 400, "The body must be one JSON object."),
    ("text", b'"x"', 400, "The body must be one JSON object."),
    ("null", b"null", 400, "The body must be one JSON object."),
    ("doubled key", b'{"content": "a", "content": "b"}', 400, "stands in the JSON object twice"),
    ("deep list", b"[" * 60_000, 400, "The body is not JSON."),
    ("deep object", b'{"a":' * 12_000, 400, "The body is not JSON."),
    ("NaN", b'{"parent": NaN}', 400, "The body is not JSON."),
    ("infinity", b'{"parent": -Infinity}', 400, "The body is not JSON."),
    ("absurd number", b'{"parent": ' + b"9" * 5_000 + b"}", 400, "The body is not JSON."),
    ("latin-1", b'{"content": "caf\xe9"}', 400, "The text did not arrive as UTF-8."),
    ("UTF-16", '{"content": "x"}'.encode("utf-16"), 400, "The text did not arrive as UTF-8."),
    ("byte order mark", b'\xef\xbb\xbf{"content": "x"}', 400, "The body is not JSON."),
    ("huge", b'{"content": "' + b"x" * 200_000 + b'"}', 413, "This is too much for one comment."),
]  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "status", "sentence"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_body_that_cannot_be_read_is_refused_in_words(bob, stored, body, status, sentence):
    answer = bob.send_raw(body)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert sentence in answer.json["title"]
    assert stored() == []


FIELDS = [
    ("number for text", "content", b"5", "This must be text."),
    ("list for text", "author_name", b'["Bob"]', "This must be text."),
    ("half a character", "content", HALF.encode(), "characters that cannot be shown"),
    ("half a name", "author_name", HALF.encode(), "characters that cannot be shown"),
    ("half an e-mail", "author_email", HALF.encode(), "characters that cannot be shown"),
    ("true for a parent", "parent", b"true", "must be given by its number"),
    ("fraction", "parent", b"1.0", "must be given by its number"),
    ("exponent", "parent", b"1e400", "must be given by its number"),
    ("beyond the database", "parent", b"9223372036854775808", "must be given by its number"),
    ("negative", "parent", b"-1", "must be given by its number"),
    ("object", "parent", b"{}", "must be given by its number"),
]


@ON_SQLITE
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize(
    ("field", "value", "sentence"), [row[1:] for row in FIELDS], ids=[row[0] for row in FIELDS]
)
def test_a_field_of_the_wrong_kind_is_named(bob, stored, field, value, sentence, accept):
    fields = {"author_name": b'"Bob"', "content": b'"Hello"', field: value}
    body = b",".join(b'"%s": %s' % (name.encode(), raw) for name, raw in fields.items())

    answer = bob.send_raw(b"{" + body + b"}", Accept=accept)

    assert answer.status_code == 422
    assert sentence in (answer.json["errors"][field] if accept != "text/html" else answer.text)
    assert stored() == []


@ON_SQLITE
@pytest.mark.parametrize("name", [r"\ud800", r"\u0000", "x" * 500, "<script>"])
def test_a_field_with_an_impossible_name_is_refused_like_any_other(bob, name):
    answer = bob.send_raw(b'{"content": "x", "author_name": "x", "%s": 1}' % name.encode())

    assert answer.status_code == 422
    assert answer.json["title"] == "Some fields are not known."


@ON_SQLITE
@pytest.mark.parametrize(
    "kind",
    ["text/json", "application/vnd.api+json", "application/json; charset=latin-1", "image/png"],
)
def test_only_json_in_utf_8_is_read_as_json(bob, stored, kind):
    answer = bob.send_raw(b'{"author_name": "Bob", "content": "x"}', kind)

    assert answer.status_code == 415
    assert stored() == []


@ON_SQLITE
@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", "Application/JSON"])
def test_usual_spellings_of_the_type_are_understood(bob, kind):
    assert bob.send_raw(b'{"author_name": "Bob", "content": "x"}', kind).status_code == 201


@ON_SQLITE
def test_errors_of_several_fields_come_together(bob):
    answer = bob.send_json(content="", author_email="x", parent="y")

    assert set(answer.json["errors"]) == {"content", "author_email", "parent"}


@ON_SQLITE
def test_a_parent_as_a_word_is_understood_as_forms_send_it(bob, comment):
    first = comment(Status.APPROVED)

    assert bob.send_json(parent=str(first), content="I agree.").status_code == 201


@ON_SQLITE
def test_the_limit_says_when_to_come_back(bob):
    for number in range(5):
        bob.send_json(content=f"Number {number}.")
    answer = bob.send_json(content="Number 5.")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "12"
    assert "12 seconds" in answer.json["title"]


@ON_SQLITE
def test_a_program_may_not_preview(bob, stored):
    assert bob.send_raw(b'{"do": "preview", "content": "x"}').status_code == 422
    assert stored() == []


def test_a_thread_that_no_page_has_takes_nothing(bob, stored):
    answer = bob.post(f"{API}-not/comments", json={"author_name": "Bob", "content": "x"})

    assert answer.status_code == 404
    assert answer.json["type"] == "/api/problems/unknown-thread"
    assert stored() == []
