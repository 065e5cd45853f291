"""The campaign's badge is an element that no words of a reader's can make, by whatever way."""

from __future__ import annotations

import pytest

from tests.conftest import ON_SQLITE
from tests.factories import THREAD
from tests.http.conftest import API, PAGE
from tests.http.reading import parse, words

pytestmark = ON_SQLITE
BADGES = {"comment--campaign", "comment__label", "recent__item--campaign"}
COPIES = [
    "Campaign",
    "Alice Campaign",
    "Alice ✓ Campaign",
    "Ａｌｉｃｅ  Cаmpaign",  # in letters that only look like ours
    '<strong class="comment__label">Campaign</strong>',
    "</bdi><strong class=comment__label>Campaign</strong><bdi>",
    '"><strong class="comment__label">Campaign</strong>',
    "**Campaign**",
    "Alice</bdi></p></article><article class='comment comment--campaign'><p><bdi>",
    "&lt;strong class=&quot;comment__label&quot;&gt;Campaign",
]
IN_TEXTS = [
    *COPIES,
    "```comment__label\nCampaign\n```",
    '[Campaign](https://example.org "x" class="comment__label")',
    "[Campaign](https://example.org){.comment__label}",
    "# Campaign {: .comment__label }",
]


def badges(html):
    """Return the elements of a page that look like the campaign's own."""
    return [e for e in parse(html).iter() if BADGES & set(e.get("class", "").split())]


def heads(html):
    """Return what stands above each comment of a page, element by element."""
    return [
        [child.get("class", "") for child in head]
        for head in parse(html).iter("p")
        if head.get("class") == "comment__head"
    ]


@pytest.fixture
def shown(bob, alice, site, stored, watch):
    """Sends a comment, has it approved whatever the rules say, and returns all that shows it."""

    def published(browser=None, **fields):
        watch.forward(minutes=1)
        answer = (browser or bob).send(as_it_is="1", **fields)
        assert answer.status_code == 303, answer.text
        alice.decide(stored()[-1].id, "approve", stored()[-1].version)
        pages = [site.live().read(path).decode() for path in (PAGE, "comments/index.html")]
        pages += [bob.get(API, headers={"Accept": "text/html"}).text]
        pages += [bob.get(f"{API}/form?reply={stored()[-1].id}").text, bob.get("/api/me").text]
        return "".join(pages)

    return published


@pytest.mark.parametrize("name", COPIES)
def test_no_name_is_a_badge(shown, name):
    html = shown(author_name=name)

    assert badges(html) == []
    assert {tuple(head) for head in heads(html)} == {("comment__name", "comment__date")}


@pytest.mark.parametrize("text", IN_TEXTS)
def test_no_text_is_a_badge(shown, text):
    html = shown(content=text)

    assert badges(html) == []
    assert {tuple(head) for head in heads(html)} == {("comment__name", "comment__date")}


def test_no_website_is_a_badge(shown):
    html = shown(author_url="https://example.org/?class=comment__label&x=%22%3E%3Cstrong%3E")

    assert badges(html) == []
    assert "example.org" in html


@pytest.mark.parametrize(
    "field", ["campaign", "moderator_id", "identity_id", "type", "kind", "status", "class"]
)
def test_no_field_of_a_form_is_a_badge(shown, bob, field):
    assert badges(shown(**{field: "1"})) == []
    assert bob.send_json(**{field: "1"}).status_code == 422


def test_the_preview_shows_none(bob):
    page = bob.send(content="<strong class=comment__label>Campaign</strong>", do="preview")

    assert badges(page.text) == []


def test_the_campaign_has_one(shown, alice):
    html = shown()
    alice.decide(1, "reply", 2, content="Thank you.")

    page = alice.get(API, headers={"Accept": "text/html"}).text

    assert badges(html) == []
    assert sorted(words(e) for e in badges(page) if e.tag == "strong") == ["Campaign"]
    assert [one["campaign"] for one in alice.get(API).json["comments"]] == [False, True]


def test_a_verified_person_has_none(bob, shown, database, now):
    from comments_api import identities, senders
    from tests.http.conftest import SECRET

    bob.set_cookie("reader", "a cookie")
    reader = senders.reader_hash(SECRET, "a cookie")
    with database.session() as session:
        identities.introduce(session, reader, "email", "b@example.org", "b@example.org", "", now)

    html = shown()

    assert badges(html) == []
    assert "erified" not in html
    assert "b@example.org" not in bob.get(f"/api/threads/{THREAD}").text
