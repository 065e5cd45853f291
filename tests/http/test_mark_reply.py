"""POST /moderate/comments/{id}/mark-reply: an answer in a comment becomes a line of the ledger."""

from __future__ import annotations

import pytest

from comments_api import publishing
from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.factories import ANSWER, make_thread
from tests.http.conftest import API, LETTER_API, LETTER_FEED, LETTER_PAGE, PAGE, signed_in
from tests.http.reading import beside, filled, parse, said, words

TYPED = {
    "target": "write-to-the-mayor/clerk", "day": "2026-11-19", "outcome": "refused",
    "permission": "summary", "text": "They <refuse>.",
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("letter")


def chosen(answer, name):
    """Return what is selected in a list of the page's form."""
    for select in parse(answer.text).iter("select"):
        if select.get("name") == name:
            options = list(select.iter("option"))
            return next((o.get("value") for o in options if "selected" in o.attrib), "")
    raise AssertionError(f"no list {name}")


def test_it_stands_in_the_static_pages_of_letter_and_thread(alice, comment, database, site):
    number = comment(content="Their whole letter, with Kim's number.")

    answer = alice.mark(number, tab="pending")

    live = site.live()
    assert answer.status_code == 303
    went = answer.headers["Location"].partition("&batch=")[0]
    assert went == f"/moderate/pending?did=mark-reply&comment={number}"
    for path in (LETTER_PAGE, PAGE, LETTER_FEED):
        assert b"The mayor writes:" in live.read(path)
        assert b"Kim's number" not in live.read(path)
    assert publishing.verify(database, live) == {}


@ON_SQLITE
def test_the_api_calls_it_a_reply(alice, comment):
    alice.mark(comment(), permission="extract", text="No more than *this*.")

    found = alice.get(API).json["comments"][0]

    assert found["type"] == "reply"
    assert found["content"]["rendered"] == "<p>No more than <em>this</em>.</p>\n"


def test_taking_it_out_leaves_the_pages_as_they_were(alice, comment, stored, site, database):
    before = {path: site.live().read(path) for path in (LETTER_PAGE, PAGE, LETTER_FEED)}
    number = comment()
    alice.mark(number)

    answer = alice.decide(number, "unmark-reply", version=3)

    went = answer.headers["Location"].partition("&batch=")[0]
    assert went == f"/moderate/pending?did=unmark-reply&comment={number}"
    assert (stored()[0].status, stored()[0].kind) == ("pending", "comment")
    assert {path: site.live().read(path) for path in before} == before
    assert publishing.verify(database, site.live()) == {}


@ON_SQLITE
@pytest.mark.parametrize("action", ["hold", "spam", "trash"])
def test_another_decision_takes_it_off_the_ledger_too(alice, comment, site, action):
    number = comment()
    alice.mark(number)

    alice.decide(number, action, version=3)

    assert b"The mayor writes:" not in site.live().read(LETTER_PAGE)


# -- the card ---------------------------------------------------------------------------------


@ON_SQLITE
def test_the_queue_says_which_letter_and_offers_the_form(alice, comment):
    number = comment(content="They wrote: *no*.")

    page = alice.get("/moderate/")

    form = filled(page, f"/{number}/mark-reply")
    assert "Belongs to the letter Write to the mayor" in said(page)
    assert (form["day"], form["text"].strip()) == ("2026-11-21", "They wrote: *no*.")
    assert chosen(page, "target") == chosen(page, "permission") == ""


@ON_SQLITE
def test_what_the_card_offers_is_what_is_taken(alice, comment, stored):
    number = comment()
    page = alice.get("/moderate/")
    form = filled(page, f"/{number}/mark-reply")
    forms = parse(page.text).iter("form")
    marking = next(one for one in forms if "mark-reply" in one.get("action", ""))
    options = {
        select.get("name"): [o.get("value") for o in select.iter("option")][-1]
        for select in marking.iter("select")
    }

    answer = alice.post(f"/moderate/comments/{number}/mark-reply", data={**form, **options})

    assert answer.status_code == 303
    assert stored()[0].kind == "reply"


@ON_SQLITE
def test_every_field_has_a_label_and_what_describes_it_exists(alice, comment):
    number = comment()
    page = parse(alice.mark(number, **dict.fromkeys(ANSWER, "")).text)

    ids = {element.get("id") for element in page.iter() if element.get("id")}
    labels = {label.get("for") for label in page.iter("label")}
    fields = [e for tag in ("select", "input", "textarea") for e in page.iter(tag)]
    for field in fields:
        if field.get("type") != "hidden":
            assert field.get("id") in labels
            assert set((field.get("aria-describedby") or "").split()) <= ids
    assert len([e for e in page.iter() if e.get("id")]) == len(ids)


@ON_SQLITE
def test_a_marked_card_says_so_and_can_be_changed_or_taken_out(alice, comment):
    number = comment()
    alice.mark(number, **TYPED)

    page = alice.get("/moderate/approved")

    assert "Answer from Kim Clerk, 19 Nov 2026: a refusal, a summary" in said(page)
    assert filled(page, f"/{number}/mark-reply")["text"].strip() == "They <refuse>."
    assert chosen(page, "target") == "write-to-the-mayor/clerk"
    assert filled(page, f"/{number}/unmark-reply")["version"] == "3"


@ON_SQLITE
def test_several_letters_of_a_thread_are_told_apart(alice, comment, put_letter, site):
    put_letter(key="the-next", title="The next letter")
    number = comment()

    groups = [g.get("label") for g in parse(alice.get("/moderate/").text).iter("optgroup")]
    alice.mark(number, target="the-next/mayor")

    assert {"Write to the mayor", "The next letter"} <= set(groups)
    assert b"The mayor writes:" in site.live().read("letters/the-next/index.html")
    assert b"The mayor writes:" not in site.live().read(LETTER_PAGE)


@ON_SQLITE
def test_a_thread_without_a_letter_offers_nothing(alice, comment):
    comment(thread=make_thread("post-deleted-long-ago"))

    assert "mark-reply" not in alice.get("/moderate/").text


@ON_SQLITE
@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH])
def test_what_is_not_shown_offers_nothing(alice, comment, status):
    comment(status)

    assert "mark-reply" not in alice.get(f"/moderate/{status.value}").text


@ON_SQLITE
def test_a_comment_whose_letter_has_another_thread_now_can_be_taken_out(
    alice, comment, put_letter, stored
):
    alice.mark(comment())
    put_letter(thread="post-the-answer")

    page = alice.get("/moderate/approved")

    assert "Answer from mayor" in said(page)
    assert "write-to-the-mayor/mayor" not in page.text
    assert alice.decide(1, "unmark-reply", version=3).status_code == 303
    assert stored()[0].kind == "comment"


# -- refused ----------------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("target", "write-to-the-mayor/nobody", "choose who answered"),
        ("day", "2026-11-22", "not come yet"),
        ("day", "2026-11-01", "came out on 11 November 2026"),
        ("outcome", "", "what kind of answer"),
        ("permission", "", "how much"),
        ("text", " ", "what may be shown"),
        ("text", "x" * 10_001, "1 character too long"),
    ],
)
def test_a_wrong_field_gets_the_form_again_with_all_that_was_typed(
    alice, comment, stored, field, value, sentence
):
    number = comment()
    fields = {**TYPED, field: value}

    answer = alice.mark(number, **fields)

    form = filled(answer, f"/{number}/mark-reply")
    assert answer.status_code == 422
    assert sentence in beside(answer, field)
    assert (form["day"], form["text"].lstrip("\n")) == (fields["day"], fields["text"])
    for name in {"target", "outcome", "permission"} - {field}:
        assert chosen(answer, name) == fields[name]
    assert (stored()[0].status, stored()[0].kind) == ("pending", "comment")


@pytest.mark.parametrize("action", ["mark-reply", "unmark-reply"])
def test_what_was_decided_meanwhile_is_said_and_the_text_is_kept(
    app, alice, comment, stored, database, now, action
):
    number = comment()
    signed_in(app, database, now, "Carol").decide(number, "trash")

    answer = alice.decide(number, action, version=1, **TYPED)

    assert answer.status_code == 409
    assert "Carol" in said(answer)
    assert stored()[0].kind == "comment"
    if action == "mark-reply":
        assert "They <refuse>." in ["".join(a.itertext()).strip() for a in _areas(answer)]


def _areas(answer):
    return parse(answer.text).iter("textarea")


@ON_SQLITE
def test_a_comment_that_is_no_answer_cannot_be_taken_out(alice, comment):
    answer = alice.decide(comment(), "unmark-reply")

    assert answer.status_code == 409
    assert "This cannot be done" in said(answer)


@ON_SQLITE
@pytest.mark.parametrize("action", ["mark-reply", "unmark-reply"])
def test_a_comment_that_is_not_there_is_not_found(alice, action):
    assert alice.decide(999, action, **TYPED).status_code == 404


@ON_SQLITE
@pytest.mark.parametrize("action", ["mark-reply", "unmark-reply"])
def test_readers_and_other_sites_may_not(bob, alice, comment, stored, action):
    number = comment()

    reader = bob.decide(number, action, **TYPED)
    forged = alice.post(
        f"/moderate/comments/{number}/{action}",
        data={"version": 1, **TYPED},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert reader.status_code == 403  # with what was typed: a session may have ended meanwhile
    assert forged.status_code == 403
    assert stored()[0].kind == "comment"


# -- afterwards -------------------------------------------------------------------------------


@ON_SQLITE
def test_the_record_says_it_in_words_and_holds_no_text(alice, comment):
    number = comment()
    alice.mark(number, **TYPED)
    alice.decide(number, "unmark-reply", version=3)

    page = alice.get("/moderate/record")

    assert "Put into the ledger" in said(page)
    assert "Taken out of the ledger" in said(page)
    assert "refuse" not in page.text


@ON_SQLITE
def test_the_line_above_the_list_says_what_was_done(alice, comment):
    number = comment()

    marked = alice.get(alice.mark(number).headers["Location"])
    taken = alice.get(alice.decide(number, "unmark-reply", version=3).headers["Location"])

    assert "It stands in the ledger of its letter." in words(parse(marked.text))
    assert "It stands in no ledger any more." in words(parse(taken.text))


@ON_SQLITE
def test_a_page_that_could_not_be_written_gets_its_entry_later(
    alice, comment, database, site, watch
):
    page = site.live().web / LETTER_PAGE
    whole = page.read_bytes()
    page.write_bytes(b"<p>Cut.</p>")
    assert alice.mark(comment()).status_code == 303

    page.write_bytes(whole)
    publishing.publish(database, site, watch.forward(minutes=1))

    assert b"The mayor writes:" in page.read_bytes()
    assert publishing.verify(database, site.live()) == {}


@ON_SQLITE
def test_the_ledger_waits_no_longer(alice, comment, site):
    assert b"No answer yet" in site.live().read(LETTER_PAGE)

    alice.mark(comment())

    assert b"No answer yet" not in site.live().read(LETTER_PAGE)
    assert alice.get(LETTER_API).json["replies"][0]["days_waited"] == 9
