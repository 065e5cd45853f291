"""A moderator edits a comment: readers see that she did, and nothing that is typed is lost."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE, signed_in
from tests.http.reading import filled, parse, said

CHANGED = {
    "content": "My number is **taken out**.",
    "author_name": "Bob",
    "author_url": "",
    "reason": "personal",
}


def edit(browser, number, version=1, **fields):
    """Send the form of an edit."""
    return browser.decide(number, "edit", version, **{**CHANGED, **fields})


@pytest.fixture
def number(comment):
    """A public comment with a telephone number."""
    return comment(Status.APPROVED, content="My number is 01632 960961.")


def test_the_new_text_is_on_the_page_which_says_that_a_moderator_edited_it(
    alice, number, stored, site
):
    answer = edit(alice, number, stored()[0].version)

    assert answer.status_code == 303
    page = site.live().read(PAGE).decode()
    assert "<strong>taken out</strong>" in page
    assert "960961" not in page
    assert "edited by a moderator" in page
    notice = alice.get(answer.headers["Location"])
    assert "The text is changed, and the one before is kept." in said(notice)
    assert "960961" in said(alice.get(f"/moderate/comments/{number}"))


@ON_SQLITE
def test_its_form_holds_what_stands(alice, number, stored):
    answer = alice.get(f"/moderate/comments/{number}/edit?list=/moderate/approved")

    fields = filled(answer, "/edit")
    assert fields["content"].strip() == "My number is 01632 960961."
    assert fields["author_name"] == "Bob"
    assert fields["version"] == str(stored()[0].version)
    assert fields["list"] == "/moderate/approved"


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"content": ""}, "empty"),
        ({"content": "x" * 10_001}, "too long"),
        ({"author_name": ""}, "name"),
        ({"author_url": "javascript:alert(1)"}, "A website begins with"),
        ({"reason": "because"}, "why it is edited"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(alice, number, stored, fields, sentence):
    answer = edit(alice, number, stored()[0].version, **fields)

    assert answer.status_code == 422
    assert sentence in said(answer)
    expected = {**CHANGED, **fields}
    assert filled(answer, "/edit")["content"].strip() == expected["content"]
    assert stored()[0].source == "My number is 01632 960961."


@ON_SQLITE
def test_a_comment_decided_meanwhile_is_not_touched_and_the_text_is_kept(
    app, alice, number, stored, database, now
):
    version = stored()[0].version
    signed_in(app, database, now, "Carol").decide(number, "trash", version)

    answer = edit(alice, number, version)

    assert answer.status_code == 409
    assert "by Carol" in said(answer)
    assert "You wanted: edit it." in said(answer)
    assert "taken out" in filled(answer, "/edit")["content"]


@ON_SQLITE
def test_what_its_author_wrote_meanwhile_stands_beside_what_was_typed(alice, bob, stored):
    number = bob.send_json().json["id"]
    bob.post(f"/api/comments/{number}/edit", json={"content": "Mind the *second* date."})

    answer = edit(alice, number)

    assert answer.status_code == 409
    assert "by its author" in said(answer)
    assert "As it is now" in said(answer)
    assert "Mind the second date." in said(answer)
    assert "taken out" in filled(answer, "/edit")["content"]
    assert filled(answer, "/edit")["version"] == str(stored()[0].version)


@ON_SQLITE
def test_a_new_text_that_waits_meanwhile_stands_there_too(alice, bob, stored):
    number = bob.send_json().json["id"]
    alice.decide(number, "approve")
    version = stored()[0].version
    bob.post(f"/api/comments/{number}/edit", json={"content": "Mind the second date."})

    stale = edit(alice, number, version)
    impossible = edit(alice, number, version + 1)

    for answer in (stale, impossible):
        assert answer.status_code == 409
        assert "Its author wants to change this" in said(answer)
        assert "Mind the second date." in said(answer)


@ON_SQLITE
def test_the_ids_of_its_fields_are_those_of_one_comment(alice, number):
    answer = edit(alice, number, 2, content="")

    tree = parse(answer.text)
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert f"edit-content-{number}" in ids
    assert f"edit-content-{number}-error" in ids
    assert f"#edit-content-{number}" in links(answer)
    labels = [e.get("for") for e in tree.iter("label")]
    assert labels
    assert all(one in ids and one.endswith(f"-{number}") for one in labels)


@ON_SQLITE
@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH])
def test_what_was_taken_away_cannot_be_edited(alice, comment, stored, status):
    number = comment(status)

    assert edit(alice, number, stored()[0].version).status_code == 409
    assert not any("/edit" in link for link in links(alice.get(f"/moderate/comments/{number}")))


def links(answer):
    """Return where a page leads."""
    return [a.get("href", "") for a in parse(answer.text).iter("a")]


@ON_SQLITE
def test_hostile_text_is_text(alice, number, stored):
    answer = edit(alice, number, stored()[0].version, content="<script>alert(1)</script>")

    assert "<script>alert(1)" not in alice.get(answer.headers["Location"]).text
    assert "<script>" not in stored()[0].rendered


@ON_SQLITE
def test_only_moderators_can(bob, number):
    assert (
        bob.get(f"/moderate/comments/{number}/edit")
        .headers["Location"]
        .startswith("/moderate/sign-in")
    )
    assert edit(bob, number).status_code == 403


@ON_SQLITE
def test_a_comment_that_is_gone_cannot_be_edited(alice):
    assert alice.get("/moderate/comments/999/edit").status_code == 404
    assert edit(alice, 999).status_code == 404


@ON_SQLITE
def test_the_script_is_told_that_a_comment_is_gone(alice):
    answer = edit(alice, 999, part="1")

    assert answer.status_code == 404
    assert 'data-about="999"' in answer.text
    assert "There is no such comment." in answer.text
