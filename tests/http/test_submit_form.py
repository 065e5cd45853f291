"""POST /api/threads/{thread}/comments by the plain form: Send, Preview, what is wrong."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import API, LETTER
from tests.http.reading import beside, filled, parse, said, words

FORM = "application/x-www-form-urlencoded"


def test_a_comment_is_kept_for_a_moderator_and_the_reader_is_thanked(bob, stored):
    answer = bob.send(content="I wrote on Monday.", author_email="bob@example.org")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{API}/thanks?lang=en"
    kept = stored()[0]
    assert (kept.status, kept.source, kept.author_name) == ("pending", "I wrote on Monday.", "Bob")
    assert kept.address_block == "127.0.0.0/24"


def test_the_thanks_page_shows_the_reader_her_own_held_comment(app, bob):
    thanks = bob.get(bob.send(content="I wrote on **Monday**.").headers["Location"])
    others = app.test_client().get(f"{API}/thanks?lang=en")

    assert "Thank you" in said(thanks)
    assert "I wrote on Monday." in said(thanks)
    assert "Monday" not in others.text
    assert thanks.headers["Cache-Control"] == "no-store"


def test_the_thanks_page_leads_back_to_the_page(bob):
    thanks = bob.get(bob.send().headers["Location"])

    links = {link.get("href") for link in parse(thanks.text).find(".//main").iter("a")}

    assert "/2026/11/the-vote/#thread" in links


def test_a_reply_is_kept_below_its_comment(bob, comment, stored):
    first = comment(Status.APPROVED)

    assert bob.send(parent=str(first), content="I agree.").status_code == 303

    assert stored()[-1].parent_id == first


@ON_SQLITE
def test_a_moderators_own_comment_is_on_the_page_at_once(alice, stored, site):
    answer = alice.send(author_name="Alice", content="From the campaign.")

    number = stored()[0].id
    assert answer.headers["Location"] == f"/2026/11/the-vote/#comment-{number}"
    assert f'id="comment-{number}"'.encode() in site.live().read("2026/11/the-vote/index.html")


def test_a_preview_shows_the_text_as_it_will_look_and_stores_nothing(bob, stored):
    answer = bob.send(do="preview", content="I wrote on **Monday**.\nTwice.")

    assert answer.status_code == 200
    assert "<strong>Monday</strong>.<br>" in answer.text
    assert filled(answer)["content"].strip() == "I wrote on **Monday**.\nTwice."
    assert stored() == []
    assert "Set-Cookie" not in answer.headers


@ON_SQLITE
def test_a_preview_of_a_reply_stays_a_reply(bob, comment):
    first = comment(Status.APPROVED)

    answer = bob.send(do="preview", parent=str(first))

    assert filled(answer)["parent"] == str(first)


@ON_SQLITE
def test_a_preview_says_what_is_wrong(bob):
    answer = bob.send(do="preview", content="")

    assert answer.status_code == 422
    assert "Your comment is empty." in beside(answer, "content")


WRONG = [
    ("empty", "content", "", "Your comment is empty. Please write something."),
    ("white space", "content", " \n\t ", "Your comment is empty. Please write something."),
    ("invisible", "content", "\u200b\u2060\u00ad", "Your comment is empty."),
    ("nothing to see", "content", "[a]: https://example.org", "Nothing of your comment would be"),
    ("too long", "content", "x" * 10_001, "This is 1 character too long: 10,000 are possible."),
    ("too deep", "content", "> " * 60 + "x", "stand too deep inside each other"),
    ("control character", "content", "a\x00b", "characters that cannot be shown"),
    ("no name", "author_name", "", "Please give a name."),
    ("long name", "author_name", "x" * 82, "This is 2 characters too long: 80 are possible."),
    ("name with tricks", "author_name", "Alice\u202eecila", "Please use plain letters"),
    ("name on two lines", "author_name", "Alice\nBob", "Please use plain letters"),
    ("no e-mail", "author_email", "bob", "This is not an e-mail address like name@example.org."),
    ("long e-mail", "author_email", "b" * 250 + "@example.org", "8 characters too long"),
    ("script", "author_url", "javascript:alert(1)", "A website begins with https:// or http://."),
    ("long website", "author_url", "https://x.example/" + "x" * 500, "18 characters too long"),
]  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value", "sentence"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_field_is_named_and_all_that_was_typed_is_kept(bob, stored, field, value, sentence):
    typed = {**LETTER, "author_url": "https://bob.example/", field: value}

    answer = bob.send(**typed)

    assert answer.status_code == 422
    assert sentence in beside(answer, field)
    kept = {name: text.removeprefix("\n") for name, text in filled(answer).items()}
    unseen = {"\x00": "\ufffd", "\n": ""} if field == "author_name" else {"\x00": "\ufffd"}
    for name in typed.keys() - {field}:
        assert kept[name] == typed[name]
    assert _seen(kept[field], unseen) == _seen(value, unseen)
    assert stored() == []
    assert "Set-Cookie" not in answer.headers


def _seen(text, unseen):
    for bad, good in unseen.items():
        text = text.replace(bad, good)
    return text


@ON_SQLITE
def test_text_of_exactly_the_longest_length_is_taken(bob, stored):
    bob.send(content="ü" * 10_000, author_name="n" * 80)

    assert len(stored()[0].source) == 10_000


@ON_SQLITE
def test_several_wrong_fields_are_named_at_once(bob):
    answer = bob.send(content="", author_name="", author_url="x")

    wrong = {e.get("name") for e in parse(answer.text).iter() if e.get("aria-invalid") == "true"}
    assert wrong == {"content", "author_name", "author_url"}


def test_a_held_parent_is_answered_as_one_that_never_was(bob, comment, stored):
    held = comment(Status.PENDING)

    answers = [bob.send(parent=str(number), content="I agree.") for number in (held, 999)]

    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].data == answers[1].data
    assert "The comment you reply to is not on the page." in said(answers[0])
    assert filled(answers[0])["content"].strip() == "I agree."
    assert len(stored()) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    "parent",
    ["x", "-1", "1.5", "0", "1e3", "9" * 30, "٣", "9" * 5000],
    ids=["word", "negative", "fraction", "zero", "exponent", "huge", "Arabic", "absurd"],
)
def test_a_parent_that_is_no_number_is_refused_in_words(bob, stored, parent):
    answer = bob.send(parent=parent)

    assert answer.status_code == 422
    assert "must be given by its number" in said(answer)
    assert stored() == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("context", "passed", "sentence"),
    [
        ({"mode": "closed"}, 0, "The comments on this page are closed."),
        ({}, 15, "The comments on this page are closed."),
        ({"limit": 1}, 0, "This thread is full"),
    ],
    ids=["by its author", "on a date", "full"],
)
def test_a_closed_thread_says_so_and_keeps_the_text(
    bob, comment, stored, declare, watch, context, passed, sentence
):
    comment(Status.APPROVED)
    declare(**context)
    watch.forward(days=passed)

    answer = bob.send(content="Too late, it seems.")

    assert answer.status_code == 403
    assert sentence in said(answer)
    assert len(stored()) == 1
    assert "Too late, it seems." in said(answer)


def test_a_repeated_click_stores_one_comment_and_says_so(bob, stored):
    bob.send()
    answer = bob.send()

    assert answer.status_code == 409
    assert "We have this comment already." in said(answer)
    assert filled(answer)["content"].strip() == LETTER["content"]
    assert len(stored()) == 1


@ON_SQLITE
def test_fields_that_are_not_known_do_not_hurt(bob, stored):
    answer = bob.send(status="approved", extension="1", id="7", moderator_id="1")

    assert answer.status_code == 303
    assert (stored()[0].status, stored()[0].moderator_id) == ("pending", None)


@ON_SQLITE
def test_a_comment_on_a_page_that_is_not_there_is_refused(bob, stored):
    answer = bob.send(thread="post-nobody-wrote")

    assert answer.status_code == 404
    assert "There is no page with these comments." in said(answer)
    assert stored() == []


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [b"author_name=Bob&content=caf\xe9", b"author_name=Bob&content=caf%E9", b"\xff\xfe=1"],
    ids=["raw", "percent", "field"],
)
def test_text_in_another_encoding_is_refused_not_guessed(bob, stored, body):
    answer = bob.send_raw(body, FORM)

    assert answer.status_code == 400
    assert "The text did not arrive as UTF-8." in said(answer)
    assert stored() == []


@ON_SQLITE
def test_what_can_be_read_of_text_in_another_encoding_is_kept(bob):
    answer = bob.send_raw(b"author_name=Bob&content=In+the+caf%E9.", FORM)

    assert filled(answer)["author_name"] == "Bob"
    assert filled(answer)["content"].strip() == "In the caf\ufffd."


@ON_SQLITE
@pytest.mark.parametrize(
    "kind",
    ["text/plain", "multipart/form-data; boundary=x", "", f"{FORM}; charset=latin-1"],
)
def test_another_kind_of_body_is_refused(bob, stored, kind):
    answer = bob.send_raw(b"author_name=Bob&content=Hello", kind, Accept="text/html")

    assert answer.status_code == 415
    assert "A comment is sent as a form or as JSON, in UTF-8." in said(answer)
    assert stored() == []


@ON_SQLITE
def test_a_body_that_is_too_large_is_refused(bob, stored):
    answer = bob.send(content="x" * 200_000)

    assert answer.status_code == 413
    assert "This is too much for one comment." in said(answer)
    assert stored() == []


@ON_SQLITE
def test_a_form_with_very_many_fields_is_refused_in_words(bob, stored):
    answer = bob.send(**{f"field{number}": "x" for number in range(200)})

    assert answer.status_code == 400
    assert "UTF-8" not in said(answer)
    assert stored() == []


@ON_SQLITE
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}],
    ids=["another site", "a saved copy"],
)
def test_a_form_from_elsewhere_is_refused_told_where_to_comment_and_keeps_its_text(
    bob, stored, headers
):
    answer = bob.send(headers=headers, content="From my own copy.")

    links = {link.get("href") for link in parse(answer.text).find(".//main").iter("a")}
    assert answer.status_code == 403
    assert "another site or a saved copy" in said(answer)
    assert "/2026/11/the-vote/" in links
    assert filled(answer)["content"].strip() == "From my own copy."
    assert "Set-Cookie" not in answer.headers
    assert stored() == []


@ON_SQLITE
def test_too_many_comments_in_a_minute_wait_and_keep_their_text(bob, watch, stored):
    for number in range(5):
        bob.send(content=f"Number {number}.")
    answer = bob.send(content="Number 5.")
    watch.forward(seconds=int(answer.headers["Retry-After"]))

    assert answer.status_code == 429
    assert "That was a lot in a short time." in said(answer)
    assert filled(answer)["content"].strip() == "Number 5."
    assert bob.send(content="Number 5.").status_code == 303
    assert len(stored()) == 6


@ON_SQLITE
def test_the_reply_page_shows_what_is_replied_to_above_the_form(bob, comment):
    first = comment(Status.APPROVED, content="What did they say?")

    answer = bob.get(f"{API}/form?reply={first}")

    assert "What did they say?" in said(answer)
    assert filled(answer)["parent"] == str(first)


@ON_SQLITE
def test_the_form_page_stands_in_where_a_page_cannot_hold_the_form(bob):
    answer = bob.get(f"{API}/form")

    assert answer.status_code == 200
    assert filled(answer)["content"].strip() == ""


@ON_SQLITE
@pytest.mark.parametrize("reply", ["999", "x", "٣", "9" * 5000])
def test_a_reply_to_no_comment_becomes_the_plain_form_and_says_why(bob, reply):
    answer = bob.get(f"{API}/form?reply={reply}")

    assert answer.status_code == 422
    assert "The comment you reply to is not on the page." in said(answer)
    assert "parent" not in filled(answer)


@ON_SQLITE
def test_the_reply_page_never_shows_a_held_comment(bob, comment):
    held = comment(Status.PENDING, content="Not for everybody.")

    answer = bob.get(f"{API}/form?reply={held}")

    assert "Not for everybody." not in answer.text
    assert answer.data == bob.get(f"{API}/form?reply=999").data


@ON_SQLITE
def test_answers_are_in_the_language_of_the_page(bob):
    answer = bob.post(f"{API}/comments?lang=fr", data=LETTER)

    thanks = parse(bob.get(answer.headers["Location"]).text)

    assert answer.headers["Location"].endswith("?lang=fr")
    assert thanks.get("lang") == "fr"
    assert "Le vote" in words(thanks.find(".//main"))


@ON_SQLITE
@pytest.mark.parametrize("letter", ["x", "é", "字", "🦊"], ids=["one", "two", "three", "four"])
def test_a_comment_of_the_full_length_fits_in_any_script(bob, stored, letter):
    answer = bob.send(content="\r\n".join([letter * 4_999, letter * 5_000]))

    assert answer.status_code == 303
    assert len(stored()) == 1
