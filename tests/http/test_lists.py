"""The moderators' lists: what they show, in which order, how they are narrowed; one comment."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.factories import make_comment
from tests.http.conftest import PAGE, signed_in
from tests.http.reading import beside, parse, said, words

pytestmark = ON_SQLITE


def texts(answer):
    """Return the words of the comments of a list, in their order."""
    articles = parse(answer.text).iter("article")
    bodies = [words(e) for a in articles if "comment" in a.get("class", "").split() for e in a]
    return [text for text in bodies if text.startswith("Number")]


@pytest.fixture
def three(database, now):
    """Three comments that wait, each an hour after the other."""
    with database.session() as session:
        for number in (1, 2, 3):
            make_comment(
                session,
                now.replace(hour=number),
                Status.PENDING,
                content=f"Number {number}.",
                author_name=f"Bob {number}",
                author_email=f"bob{number}@example.org",
            )


def test_what_waits_begins_with_the_oldest_until_she_says_otherwise(alice, three):
    assert texts(alice.get("/moderate/")) == ["Number 1.", "Number 2.", "Number 3."]

    answer = alice.post("/moderate/order", data={"order": "newest", "list": "/moderate/pending"})

    assert answer.headers["Location"] == "/moderate/pending"
    assert texts(alice.get("/moderate/")) == ["Number 3.", "Number 2.", "Number 1."]


def test_her_order_is_hers_alone(app, alice, three, database, now):
    alice.post("/moderate/order", data={"order": "newest", "list": "/moderate/pending"})

    carol = signed_in(app, database, now, "Carol")

    assert texts(carol.get("/moderate/"))[0] == "Number 1."


@pytest.mark.parametrize(
    "query", ["q=number+2", "author=Bob+2", "email=bob2@example.org", "q=BOB2@"]
)
def test_a_list_can_be_narrowed_and_says_by_what(alice, three, query):
    answer = alice.get(f"/moderate/pending?{query}")

    assert texts(answer) == ["Number 2."]
    page = parse(answer.text)
    given = next(e for e in page.iter("ul") if e.get("class") == "filters__given")
    away = next(a.get("href") for a in given.iter("a"))
    assert texts(alice.get(away)) == ["Number 1.", "Number 2.", "Number 3."]


def test_what_is_not_in_this_list_is_looked_for_in_the_others(alice, three):
    answer = alice.get("/moderate/spam?q=number+2")

    assert "No comment in this list matches what you asked for." in said(answer)
    links = {words(a): a.get("href") for a in parse(answer.text).iter("a")}
    assert texts(alice.get(links["Pending"])) == ["Number 2."]
    assert links["Show all of this list"] == "/moderate/spam"


@pytest.mark.parametrize("query", ["since=yesterday", "order=x", "kind=x", "q=%00", "cursor=x"])
def test_nonsense_is_said_and_all_of_the_list_is_shown(alice, three, query):
    answer = alice.get(f"/moderate/pending?{query}")

    assert answer.status_code == 422
    assert "These filters make no sense" in said(answer)
    assert len(texts(answer)) == 3


def typed(answer):
    """Return the form of filters, and what stands in each of its fields."""
    form = next(e for e in parse(answer.text).iter("form") if e.get("role") == "search")
    fields = {e.get("name"): e.get("value", "") for e in form.iter("input")}
    for select in form.iter("select"):
        chosen = (e.get("value") for e in select.iter("option") if e.get("selected") is not None)
        fields[select.get("name")] = next(chosen, "")
    return form, fields


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"until": "2026-01-01"}, "until", "This day is before the first one."),
        ({"since": "yesterday"}, "since", "This is not a day like 2026-11-21."),
        ({"author": "x" * 501}, "author", "This is 1 character too long: 500 are possible."),
        ({"kind": "x"}, "kind", "Please choose one of the list."),
        ({"q": "!!!"}, "q", "Please give a letter or a digit at least."),
    ],
)
def test_one_wrong_filter_keeps_them_all_and_is_marked(alice, three, wrong, field, sentence):
    usual = {"q": "needle", "thread": "Vote", "author": "Zoe", "email": "zoe@example.org"}
    usual |= {"block": "192.0.2.0/24", "kind": "mention", "reason": "links"}
    asked = {**usual, "since": "2026-02-02", "until": "2026-02-03", **wrong}

    answer = alice.get("/moderate/pending", query_string=asked)

    form, fields = typed(answer)
    assert answer.status_code == 422
    assert fields == asked | ({"kind": ""} if field == "kind" else {})  # of a list, none is chosen
    assert [e.get("name") for e in form.iter() if e.get("aria-invalid")] == [field]
    assert beside(answer, field) == sentence
    [more] = form.iter("details")
    assert (more.get("open") is not None) == (field != "q")
    assert len(texts(answer)) == 3


def test_filters_that_make_sense_stand_in_their_fields_unmarked(alice, three):
    asked = {"q": "number", "author": "Bob 2", "since": "2026-01-02"}

    form, fields = typed(alice.get("/moderate/pending", query_string=asked))

    assert {name: value for name, value in fields.items() if value} == asked
    assert "aria-invalid" not in {name for e in form.iter() for name in e.attrib}


def test_every_reason_that_can_be_filtered_is_in_words(alice):
    page = parse(alice.get("/moderate/").text)
    options = next(e for e in page.iter("select") if e.get("name") == "reason").iter("option")

    said_so = [words(option) for option in options]

    assert "…" not in said_so
    assert len(said_so) == len(set(said_so)) > 10


@pytest.mark.parametrize("tab", ["spam", "trash"])
def test_what_is_deleted_some_day_says_when(alice, tab):
    assert "What is here is deleted for ever after 30 days." in said(alice.get(f"/moderate/{tab}"))
    assert "deleted for ever after" not in said(alice.get("/moderate/approved"))


def test_after_a_decision_she_is_where_she_was(alice, three, stored):
    at = "/moderate/pending?order=newest&q=number"

    answer = alice.decide(stored()[0].id, "approve", list=at)

    assert answer.headers["Location"].startswith(f"{at}&did=approve&comment=")
    read = said(alice.get(answer.headers["Location"]))
    assert "Now approved: the comment by Bob 1." in read


@pytest.mark.parametrize(
    "at", ["//mallory.example/pending", "https://mallory.example/spam?x=1", "javascript:1", "%"]
)
def test_the_list_of_a_form_leads_to_no_other_site(alice, comment, at):
    answer = alice.decide(comment(), "approve", list=at)

    assert answer.headers["Location"].startswith(("/moderate/pending?did=", "/moderate/spam?did="))


@pytest.mark.parametrize("at", ["//[", "http://[x]/pending"])
def test_a_list_that_is_no_address_is_what_waits(alice, comment, stored, at):
    number = comment()

    answer = alice.decide(number, "approve", list=at)

    assert answer.headers["Location"].startswith("/moderate/pending?did=approve")
    assert stored()[0].status == "approved"
    assert alice.get(f"/moderate/comments/{number}/edit?list={at}").status_code == 200


def test_old_addresses_of_one_comment_lead_to_it(alice, comment):
    number = comment(content="Number 7.")

    answer = alice.get(f"/moderate/pending?from={number}")

    assert answer.headers["Location"] == f"/moderate/comments/{number}"
    assert texts(alice.get(answer.headers["Location"])) == ["Number 7."]
    assert alice.get("/moderate/comments/999").status_code == 404


def test_mine_has_what_she_wrote(app, alice, comment, database, now):
    alice.decide(comment(content="Number 1."), "reply", content="Number 2.")

    assert texts(alice.get("/moderate/mine")) == ["Number 2."]
    assert texts(signed_in(app, database, now, "Carol").get("/moderate/mine")) == []


def test_a_card_shows_the_very_bytes_of_the_page(alice, comment, site):
    number = comment(
        Status.APPROVED,
        content="> They *answered*.\n\n- one\n- [two](https://example.org/)\n\n`x < y`",
        author_name="Bob <b>",
        author_url="https://bob.example/?a=1&b=2",
    )
    publish(alice, number)
    page = site.live().read(PAGE).decode()

    start = page.index('<article class="comment">')
    shown = page[start : page.index('<p class="comment__tools">', start)]

    assert shown.strip() in alice.get("/moderate/approved").text


def publish(alice, number):
    """Have the page of a comment written anew, by deciding twice."""
    alice.decide(number, "hold", 2)
    alice.decide(number, "approve", 3)


def test_a_card_tells_what_its_author_sent_before(alice, comment):
    by = {"author_email": "bob@example.org"}
    comment(Status.APPROVED, **by)
    comment(Status.SPAM, author_name="Robert", **by)
    number = comment(Status.PENDING, **by)

    read = said(alice.get(f"/moderate/comments/{number}"))

    assert "First seen" in read
    assert "1 approved 1 held 1 rejected" in read
    assert "Other names: Robert" in read


def test_what_a_moderator_cannot_see_names_nothing(bob, comment):
    number = comment(content="Private words.")

    for path in ("/moderate/", "/moderate/mine", f"/moderate/comments/{number}"):
        answer = bob.get(path)
        assert answer.headers["Location"].startswith("/moderate/sign-in")
        assert "Private words." not in answer.text
