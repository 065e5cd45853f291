"""/api/comments/{comment}/edit: a reader edits her own comment, with a script or without."""

from __future__ import annotations

import pytest

from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import API, PAGE
from tests.http.reading import beside, filled, parse, said

HTML = {"Accept": "text/html"}
SENSITIVE = "letter-remind-the-chair"
LINKS = "Look: https://one.example/ and https://two.example/"
FEEDS = ("feeds/threads/post-the-vote.atom.xml", "feeds/comments.atom.xml")


@pytest.fixture
def open_site(declare):
    """A thread that takes comments without a moderator."""
    declare(mode="open")


@pytest.fixture
def trusted(open_site, new_app):
    """A browser of whom rules hold nothing but two links."""
    return new_app(trust_after=0, flood_seconds=0).test_client()


def edit(browser, number, headers=None, **fields):
    """Send the edit form."""
    fields = {"content": "My new text.", "do": "send", **fields}
    return browser.post(f"/api/comments/{number}/edit", headers=headers, data=fields)


def edit_json(browser, number, **fields):
    """Edit as a program does."""
    return browser.post(f"/api/comments/{number}/edit", json={"content": "My new text.", **fields})


def sent(browser, **fields):
    """Send a comment and return its number."""
    return browser.send_json(**fields).json["id"]


def test_the_page_has_the_text_as_it_was_typed(bob):
    number = sent(bob, content="My *first* text.")

    answer = bob.get(f"/api/comments/{number}/edit", headers=HTML)

    assert answer.status_code == 200
    assert filled(answer, "/edit")["content"].strip() == "My *first* text."
    assert "until 12:15" in said(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_of_what_waits_the_new_text_waits(bob, stored):
    number = sent(bob)

    answer = edit(bob, number, content="My **new** text.")

    assert answer.status_code == 303
    thanks = bob.get(answer.headers["Location"])
    assert "My new text." in said(thanks)
    assert "as soon as a moderator has read it" in said(thanks)
    assert [(one.source, one.status) for one in stored()] == [("My **new** text.", "pending")]


def test_of_what_is_public_the_new_text_is_on_the_page_and_in_feeds(trusted, site):
    number = sent(trusted, content="My first text.")

    answer = edit(trusted, number)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/2026/11/the-vote/#comment-{number}"
    page = site.live().read(PAGE).decode()
    assert "My new text." in page
    assert "My first text." not in page
    assert 'class="comment__edited">edited <time' in page
    for feed in FEEDS:
        text = site.live().read(feed).decode()
        assert "My new text." in text
        assert "My first text." not in text


def test_she_is_told_what_would_hold_it_and_can_insist(trusted, site):
    number = sent(trusted, content="My first text.")

    told = edit(trusted, number, content=LINKS)
    buttons = [button.get("name") for button in parse(told.text).iter("button")]
    answer = edit(trusted, number, content=filled(told, "/edit")["content"], as_it_is="1")

    assert told.status_code == 422
    assert "as_it_is" in buttons
    assert LINKS in filled(told, "/edit")["content"]
    thanks = trusted.get(answer.headers["Location"])
    assert "takes the place of the old one" in said(thanks)
    assert "one.example" in said(thanks)
    assert "My first text." in site.live().read(PAGE).decode()
    assert "one.example" not in site.live().read(PAGE).decode()


def test_opened_again_the_form_has_the_text_that_waits(trusted):
    number = sent(trusted)
    edit(trusted, number, content=LINKS, as_it_is="1")

    answer = trusted.get(f"/api/comments/{number}/edit", headers=HTML)

    assert filled(answer, "/edit")["content"].strip() == LINKS


def test_a_moderator_accepts_it_and_it_is_on_the_page(alice, trusted, site, stored):
    number = sent(trusted, content="My first text.")
    edit(trusted, number, content=LINKS, as_it_is="1")

    queue = alice.get("/moderate/")
    answer = alice.decide(number, "accept-edit", stored()[0].version)

    assert "1 comment waits for you" in said(queue)
    boxes = [e for e in parse(queue.text).iter("div") if e.get("class") == "change__text"]
    assert [["".join(m.itertext()) for m in box] for box in boxes] == [["My first text."], [LINKS]]
    went = answer.headers["Location"].partition("&batch=")[0]
    assert went == f"/moderate/pending?did=accept-edit&comment={number}"
    assert "The new text is shown." in said(alice.get(answer.headers["Location"]))
    assert "https://one.example/" in site.live().read(PAGE).decode()
    assert "Nothing waits for you" in said(alice.get("/moderate/"))


def test_a_moderator_rejects_it_and_the_page_stays(alice, trusted, site, stored):
    number = sent(trusted, content="My first text.")
    edit(trusted, number, content=LINKS, as_it_is="1")
    before = site.live().read(PAGE)

    alice.decide(number, "reject-edit", stored()[0].version)

    assert site.live().read(PAGE) == before
    assert trusted.get(f"{API}/mine").json["comments"][0]["content"]["rendered"] == (
        "<p>My first text.</p>\n"
    )


@ON_SQLITE
def test_a_moderator_who_saw_the_old_text_is_told(alice, bob, stored):
    number = sent(bob)
    edit(bob, number)

    answer = alice.decide(number, "approve", version=1)

    assert answer.status_code == 409
    assert "by its author" in said(answer)
    assert stored()[0].status == "pending"


@ON_SQLITE
def test_a_preview_changes_nothing(bob, stored):
    number = sent(bob, content="My first text.")

    answer = edit(bob, number, content="My **new** text.", do="preview")

    assert answer.status_code == 200
    assert "<strong>new</strong>" in answer.text
    assert filled(answer, "/edit")["content"].strip() == "My **new** text."
    assert stored()[0].source == "My first text."


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(" ", "Your comment is empty."), ("x" * 10_001, "too long")],
    ids=["empty", "too long"],
)
def test_what_is_wrong_stands_beside_the_text_which_is_kept(bob, stored, content, sentence):
    number = sent(bob, content="My first text.")

    answer = edit(bob, number, content=content)

    assert answer.status_code == 422
    assert sentence in beside(answer, "content")
    assert filled(answer, "/edit")["content"].strip() == content.strip()
    assert stored()[0].source == "My first text."


@ON_SQLITE
def test_sent_from_another_site_it_is_refused_and_the_text_given_back(bob, stored):
    number = sent(bob, content="My first text.")

    answer = edit(bob, number, {"Sec-Fetch-Site": "cross-site"}, content="Mine or not?")

    assert answer.status_code == 403
    assert filled(answer, "/edit")["content"].strip() == "Mine or not?"
    assert stored()[0].source == "My first text."


@ON_SQLITE
def test_too_late_the_text_is_given_back(bob, stored, watch):
    number = sent(bob, content="My first text.")
    watch.forward(minutes=15)

    answer = edit(bob, number, content="A long text, typed for a quarter of an hour.")

    assert answer.status_code == 403
    assert "for 15 minutes" in said(answer)
    assert "typed for a quarter" in filled(answer, "/edit")["content"]
    assert stored()[0].source == "My first text."


@ON_SQLITE
def test_too_late_for_the_form_she_is_shown_what_she_can_still_do(bob, watch):
    number = sent(bob)
    watch.forward(minutes=15)

    answer = bob.get(f"/api/comments/{number}/edit", headers=HTML)

    assert answer.status_code == 403
    assert "/api/me?lang=en" in [link.get("href") for link in parse(answer.text).iter("a")]


@ON_SQLITE
def test_how_long_it_can_be_edited_is_a_setting(new_app, watch):
    browser = new_app(edit_minutes=60).test_client()
    number = sent(browser)
    watch.forward(minutes=59)

    assert edit_json(browser, number).status_code == 200


def test_a_program_gets_the_comment_with_its_new_text(bob):
    number = sent(bob)

    answer = edit_json(bob, number, content="My **new** text.")

    assert answer.status_code == 200
    assert answer.json["content"]["rendered"] == "<p>My <strong>new</strong> text.</p>\n"
    assert (answer.json["id"], answer.json["status"]) == (number, "pending")
    assert answer.json["editable_until"] == "2026-11-21T12:15:00"
    assert "when a moderator has read it" in answer.json["message"]


@ON_SQLITE
def test_a_program_is_told_that_its_edit_waits(trusted):
    number = sent(trusted)

    nudge = edit_json(trusted, number, content=LINKS)
    answer = edit_json(trusted, number, content=LINKS, as_it_is=True)

    assert (nudge.status_code, nudge.json["type"]) == (422, "/api/problems/nudge")
    assert (answer.status_code, answer.json["status"]) == (200, "approved")
    assert "shows the old one" in answer.json["message"]


@ON_SQLITE
@pytest.mark.parametrize("field", ["author_name", "parent", "status"])
def test_only_the_text_can_be_edited(bob, field):
    number = sent(bob)

    answer = edit_json(bob, number, **{field: "Alice"})

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


@ON_SQLITE
@pytest.mark.parametrize("path", ["edit", "withdraw"])
def test_who_did_not_send_a_public_comment_is_told_so(app, comment, path):
    number = comment(Status.APPROVED)
    mallory = app.test_client()

    page = mallory.get(f"/api/comments/{number}/{path}", headers=HTML)
    answer = mallory.post(f"/api/comments/{number}/{path}", json={})

    assert page.status_code == answer.status_code == 403
    assert answer.json["type"] == "/api/problems/not-yours"


@ON_SQLITE
@pytest.mark.parametrize("path", ["", "/edit", "/withdraw", "/report"])
@pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.TRASH])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_never_was_public_cannot_be_told_from_what_never_was(
    app, bob, comment, path, status, accept
):
    number = comment(status)

    def answers(which):
        address = f"/api/comments/{which}{path}"
        found = [bob.get(address, headers={"Accept": accept})]
        if path:
            body = {"content": "x"} if path == "/edit" else {}
            found.append(bob.post(address, json=body, headers={"Accept": accept}))
        return [(one.status_code, dict(one.headers), one.data) for one in found]

    assert answers(number) == answers(4711)
    assert {status for status, *_ in answers(number)} == {404}


@ON_SQLITE
@pytest.mark.parametrize("number", ["0", "-1", "x", "1.0", "٣", "9" * 18, "9" * 19, "9" * 5000])
def test_a_number_that_is_none_is_not_found(bob, number):
    assert bob.get(f"/api/comments/{number}").status_code == 404
    assert bob.get(f"/api/comments/{number}/edit").status_code == 404


@ON_SQLITE
def test_on_a_sensitive_page_the_passing_cookie_opens_it_with_the_way_out(bob, watch):
    number = sent(bob, thread=SENSITIVE)
    watch.forward(minutes=1)
    ordinary = sent(bob)

    answer = bob.get(f"/api/comments/{number}/edit", headers=HTML)
    bob.delete_cookie("reader-once")

    assert "data-exit" in answer.text
    assert bob.get(f"/api/comments/{number}/edit", headers=HTML).status_code == 404
    assert bob.get(f"/api/comments/{ordinary}/edit", headers=HTML).status_code == 200


@ON_SQLITE
def test_edits_count_against_the_limit_of_a_network(new_app):
    browser = new_app(post_limit_block=2, flood_seconds=0).test_client()
    number = sent(browser)
    edit_json(browser, number)

    answer = edit(browser, number, content="Once more.")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert filled(answer, "/edit")["content"].strip() == "Once more."


@ON_SQLITE
def test_what_a_moderator_made_an_answer_of_can_only_be_withdrawn(alice, bob, letter):
    number = sent(bob)
    alice.mark(number)

    form = bob.get(f"/api/comments/{number}/edit", headers=HTML)
    mine = bob.get(f"{API}/mine", headers=HTML)
    asked = bob.get(f"/api/comments/{number}/withdraw", headers=HTML)

    assert (form.status_code, asked.status_code) == (403, 200)
    assert "made an answer of it" in said(form)
    assert "/edit" not in mine.text
    assert "You can withdraw it until 12:15." in " ".join(
        "".join(parse(mine.text).itertext()).split()
    )
