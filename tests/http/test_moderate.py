"""The moderators' pages: every decision reaches the file that readers get, and the record."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.factories import make_comment, make_thread
from tests.http.conftest import PAGE, signed_in
from tests.http.reading import parse, said, words

FEED = "feeds/threads/post-the-vote.atom.xml"


@pytest.fixture
def shown(site):
    """Says whether a comment stands in the page's file."""

    def stands(number):
        return f'id="comment-{number}"'.encode() in site.live().read(PAGE)

    return stands


@pytest.mark.parametrize(
    ("status", "action", "after", "public"),
    [
        (Status.PENDING, "approve", "approved", True),
        (Status.PENDING, "spam", "spam", False),
        (Status.PENDING, "trash", "trash", False),
        (Status.APPROVED, "hold", "pending", False),
        (Status.APPROVED, "spam", "spam", False),
        (Status.APPROVED, "trash", "trash", False),
        (Status.SPAM, "approve", "approved", True),
        (Status.SPAM, "restore", "pending", False),
        (Status.TRASH, "hold", "pending", False),
        (Status.TRASH, "restore", "pending", False),
    ],
)
def test_a_decision_changes_the_file_that_readers_get(
    alice, comment, stored, shown, status, action, after, public
):
    number = comment(status)
    version = stored()[0].version

    answer = alice.decide(number, action, version, tab="pending")

    assert answer.status_code == 303
    went = answer.headers["Location"].partition("&batch=")[0]
    assert went == f"/moderate/pending?did={action}&comment={number}"
    assert (stored()[0].status, stored()[0].version) == (after, version + 1)
    assert shown(number) == public


def test_it_changes_lists_and_feeds_too(alice, comment, site):
    number = comment(content="Seen **everywhere**.")

    alice.decide(number, "approve")

    live = site.live()
    assert b"1 comment" in live.read("page/2/index.html")
    assert b"1 comment" in live.read("tag/vote/index.html")
    assert b"Seen everywhere." in live.read("comments/index.html")
    assert f"#comment-{number}".encode() in live.read(FEED)
    assert f"#comment-{number}".encode() in live.read("feeds/comments.atom.xml")


def test_a_reply_approves_what_it_answers_and_both_are_on_the_page(alice, comment, stored, shown):
    number = comment()

    answer = alice.decide(number, "reply", content="Thank you, Bob.")

    parent, reply = stored()
    went = answer.headers["Location"].partition("&batch=")[0]
    assert went == f"/moderate/pending?did=reply&comment={number}"
    assert (parent.status, reply.status, reply.parent_id) == ("approved", "approved", number)
    assert (reply.author_name, reply.source) == ("Alice", "Thank you, Bob.")
    assert shown(number)
    assert shown(reply.id)


@ON_SQLITE
def test_a_reply_stands_below_its_comment_as_the_campaigns(alice, comment, site):
    number = comment()

    alice.decide(number, "reply", content="Thank you, Bob.")

    page = parse(site.live().read(PAGE).decode())
    item = next(e for e in page.iter("li") if e.get("id") == f"comment-{number}")
    assert "Thank you, Bob." in words(item.find("ol"))
    assert "Campaign" in words(item.find("ol"))


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "Your comment is empty."), (" \n", "Your comment is empty."), ("x" * 10_001, "too long")],
    ids=["empty", "blank", "too long"],
)
def test_a_reply_that_cannot_be_stored_is_kept_and_decides_nothing(
    alice, comment, stored, content, sentence
):
    number = comment()

    answer = alice.decide(number, "reply", content=content)

    assert answer.status_code == 422
    assert sentence in words(parse(answer.text))
    areas = ["".join(area.itertext()).strip() for area in parse(answer.text).iter("textarea")]
    assert content.strip() in areas
    assert [one.status for one in stored()] == ["pending"]


@ON_SQLITE
def test_the_same_reply_twice_is_stored_once(alice, comment, stored):
    number = comment()
    alice.decide(number, "reply", content="Thank you.")

    answer = alice.decide(number, "reply", version=2, content="Thank you.")

    assert answer.status_code == 409
    assert len(stored()) == 2


@pytest.mark.parametrize("action", ["approve", "spam", "reply"])
def test_a_decision_on_what_was_decided_meanwhile_says_who_was_first(
    app, alice, comment, stored, database, now, action
):
    number = comment()
    signed_in(app, database, now, "Carol").decide(number, "trash")

    answer = alice.decide(number, action, version=1, content="My long answer.")

    assert answer.status_code == 409
    assert "Carol" in words(parse(answer.text))
    assert stored()[0].status == "trash"
    assert len(stored()) == 1
    if action == "reply":
        assert "My long answer." in answer.text


@ON_SQLITE
@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "9" * 30, None])
def test_a_decision_without_a_known_version_is_stale(alice, comment, stored, version):
    number = comment()

    answer = alice.post(f"/moderate/comments/{number}/approve", data={"version": version or ""})

    assert answer.status_code == 409
    assert stored()[0].status == "pending"


@ON_SQLITE
@pytest.mark.parametrize(
    ("status", "action"),
    [(Status.PENDING, "restore"), (Status.PENDING, "hold"), (Status.APPROVED, "approve")],
)
def test_what_cannot_be_done_with_a_comment_is_said(alice, comment, stored, status, action):
    number = comment(status)

    answer = alice.decide(number, action, stored()[0].version)

    assert answer.status_code == 409
    assert "This cannot be done with the comment as it is now." in words(parse(answer.text))


@ON_SQLITE
def test_a_comment_that_is_not_there_cannot_be_decided(alice):
    assert alice.decide(999, "approve").status_code == 404


@ON_SQLITE
def test_another_action_does_not_exist(alice, comment):
    assert alice.decide(comment(), "publish").status_code == 404


@ON_SQLITE
def test_the_way_back_leads_nowhere_else(alice, comment):
    answer = alice.decide(comment(), "approve", tab="//mallory.example/")

    assert answer.headers["Location"].startswith("/moderate/pending?did=")


@ON_SQLITE
def test_every_decision_stands_in_the_record_with_its_author(app, alice, comment, database, now):
    number = comment()
    alice.decide(number, "approve")
    signed_in(app, database, now, "Carol").decide(number, "spam", version=2)

    read = words(parse(alice.get("/moderate/record").text))

    assert "Alice" in read
    assert "Carol" in read
    assert read.index("Carol") < read.index("Alice", read.index("Carol"))


@ON_SQLITE
def test_the_record_holds_no_text_of_comments(alice, comment):
    alice.decide(comment(content="Private words.", author_name="Zebedee"), "trash")

    answer = alice.get("/moderate/record")

    assert "Private words." not in answer.text
    assert "Zebedee" not in answer.text


@ON_SQLITE
@pytest.mark.parametrize("tab", ["pending", "approved", "spam", "trash"])
def test_each_tab_shows_its_own_and_counts_all(alice, comment, tab):
    for status in Status:
        comment(status, content=f"This one is {status}.")

    shown = comments_on(parse(alice.get(f"/moderate/{tab}").text))

    assert len(shown) == 1
    assert f"This one is {tab}." in shown[0]


def comments_on(page):
    """Return the words of each comment on a page."""
    articles = page.iter("article")
    return [words(one) for one in articles if "comment" in one.get("class", "").split()]


@ON_SQLITE
def test_a_card_shows_what_helps_to_decide(alice, comment):
    number = comment(
        content="I wrote on **Monday**.",
        author_email="bob@example.org",
        author_url="https://bob.example/",
    )

    page = parse(alice.get("/moderate/").text)

    read = words(page)
    assert "bob@example.org" in read
    assert "Every comment on this page is held." in read
    assert "Monday" in [words(strong) for strong in page.iter("strong")]
    forms = {form.get("action") for form in page.iter("form")}
    assert f"/moderate/comments/{number}/reply" in forms | _buttons(page)
    assert f"/moderate/comments/{number}/approve" in forms | _buttons(page)


def _buttons(page):
    return {button.get("formaction") for button in page.iter("button")}


@ON_SQLITE
def test_what_a_form_of_the_page_sends_is_what_it_takes(alice, comment, stored):
    comment()
    page = parse(alice.get("/moderate/").text)
    form = next(f for f in page.iter("form") if "/comments/" in f.get("action", ""))
    fields = {e.get("name"): e.get("value", "") for e in form.iter("input") if e.get("name")}

    answer = alice.post(f"/moderate/comments/{stored()[0].id}/approve", data=fields)

    assert answer.status_code == 303
    assert "approved" in said(alice.get(answer.headers["Location"])).lower()


@ON_SQLITE
@pytest.mark.parametrize(("status", "first"), [(Status.PENDING, 1), (Status.SPAM, 51)])
def test_a_long_tab_has_pages(alice, database, now, status, first):
    fill(database, now, status, 51)

    one = parse(alice.get(f"/moderate/{status.value}").text)
    onward = next(a.get("href") for a in one.iter("a") if "cursor=" in a.get("href", ""))
    two = parse(alice.get(onward).text)

    assert f"Number {first}." in words(one)
    assert (len(comments_on(one)), len(comments_on(two))) == (50, 1)


def fill(database, now, status, many):
    """Store many comments of a status."""
    with database.session() as session:
        for number in range(1, many + 1):
            make_comment(session, now, status, content=f"Number {number}.")


@ON_SQLITE
def test_a_comment_whose_page_is_gone_can_still_be_decided(alice, comment, stored):
    number = comment(thread=make_thread("post-deleted-long-ago"), content="On an old page.")

    assert "On an old page." in alice.get("/moderate/").text
    assert alice.decide(number, "approve").status_code == 303
    assert stored()[0].status == "approved"


@ON_SQLITE
def test_signed_in_people_see_who_they_are(alice):
    assert "Alice" in words(parse(alice.get("/moderate/").text))
