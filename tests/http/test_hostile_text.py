"""Hostile text in every field, through every output: nothing but text comes out."""

from __future__ import annotations

import shutil

import feedparser
import pytest

from comments_api import publishing
from comments_api.models import Status
from comments_api.sites import FolderSite
from tests.conftest import ON_SQLITE
from tests.http import hostile
from tests.http.conftest import API, PAGE
from tests.http.reading import parse, words
from tests.site.building import CONTENT, build

pytestmark = ON_SQLITE

ATTACKS = [
    *({"content": f"{text}\n\nNumber {n}."} for n, text in enumerate(hostile.TEXTS)),
    *({"author_name": name, "content": f"Named {name!r}"} for name in hostile.NAMES),
    *({"author_url": url, "content": f"From {url}"} for url in hostile.WEBSITES),
]


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The small site, with a title that Mallory would have chosen."""
    content = tmp_path_factory.mktemp("hostile") / "content"
    shutil.copytree(CONTENT, content)
    post = content / "posts" / "the-vote.md"
    post.write_text(f"Title: {hostile.TITLE}\n" + post.read_text().partition("\n")[2])
    return build(tmp_path_factory.mktemp("built"), content=content, DEFAULT_PAGINATION=1)


@pytest.fixture
def attacked(comment):
    """Every attack, approved; the last one answers the first."""
    ids = [comment(Status.APPROVED, **attack) for attack in ATTACKS]
    ids.append(comment(Status.APPROVED, parent=ids[-4], content="An answer."))
    return ids


@pytest.fixture
def held(comment):
    """Every attack, held."""
    return [comment(Status.PENDING, **attack) for attack in ATTACKS]


def bodies(tree):
    """Return the elements that hold comments' text."""
    return [e for e in tree.iter("div") if "comment__body" in e.get("class", "")]


def demand_inert(html, at_least=0):
    """Demand that a page is whole, and that no attack is more than text in it."""
    tree = parse(html)
    hostile.demand_inert_page(tree)
    found = bodies(tree)
    assert len(found) >= at_least
    for body in found:
        hostile.demand_inert_body(body)
    return tree


def test_every_page_of_the_site_stays_as_it_was_meant(attacked, database, site, now):
    publishing.publish(database, site, now)

    pages = sorted(site.live().web.rglob("*.html"))
    assert len(pages) > 10
    for path in pages:
        demand_inert(path.read_text())


def test_the_post_shows_every_comment_in_its_place(attacked, database, site: FolderSite, now):
    publishing.publish(database, site, now)

    tree = demand_inert(site.live().read(PAGE).decode(), at_least=len(attacked))

    items = [e.get("id") for e in tree.iter("li") if e.get("data-comment")]
    assert sorted(items) == sorted(f"comment-{number}" for number in attacked)
    assert not publishing.verify(database, site.live())
    forms = [e for e in tree.iter("form") if "/comments" in e.get("action", "")]
    assert [form.get("action") for form in forms] == [f"{API}/comments?lang=en"]


def test_names_are_shown_as_they_were_typed(attacked, bob):
    tree = parse(bob.get(API, headers={"Accept": "text/html"}).text)

    shown = {words(e) for e in tree.iter("bdi")}

    assert set(hostile.NAMES) <= shown


def test_websites_become_links_to_themselves(attacked, bob):
    tree = parse(bob.get(API, headers={"Accept": "text/html"}).text)

    links = {e.get("href"): e.get("rel") for e in tree.iter("a")}

    for url in hostile.WEBSITES:
        assert "nofollow" in links[url]


def test_json_gives_the_same_safe_html(attacked, bob):
    answer = bob.get(API)

    assert answer.mimetype == "application/json"
    for found in answer.json["comments"]:
        tree = parse(f"<div>{found['content']['rendered']}</div>")
        hostile.demand_inert_body(tree.find(".//div"))


@pytest.mark.parametrize(
    "path", ["feeds/comments.atom.xml", "feeds/threads/post-the-vote.atom.xml"]
)
def test_feeds_stay_well_formed_and_inert(attacked, database, site, now, path):
    publishing.publish(database, site, now)

    feed = feedparser.parse(site.live().read(path), sanitize_html=False)

    assert not feed.bozo
    assert len(feed.entries) == len(attacked)
    for entry in feed.entries:
        hostile.demand_inert_body(parse(f"<div>{entry.content[0].value}</div>").find(".//div"))
        assert entry.link.startswith("http://127.0.0.1:8000/2026/11/the-vote/#comment-")


@pytest.mark.parametrize("tab", ["pending", "record"])
def test_the_moderators_pages_stay_as_they_were_meant(alice, held, tab):
    demand_inert(alice.get(f"/moderate/{tab}").text, len(held) if tab == "pending" else 0)


def test_a_moderators_notice_is_inert(alice, held):
    for number in held[-9:]:
        answer = alice.get(alice.decide(number, "approve").headers["Location"])
        demand_inert(answer.text)


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_a_preview_and_a_refused_form_give_the_text_back_as_text(bob, text):
    preview = bob.send(do="preview", content=text)
    refused = bob.send(author_name="", author_email=text[:200], content=text)

    for answer in (preview, refused):
        tree = demand_inert(answer.text)
        area = next(e for e in tree.iter("textarea") if e.get("name") == "content")
        assert "".join(area.itertext()).strip() == text.strip()


def test_own_held_comments_are_inert(bob, watch):
    for attack in ATTACKS:
        assert bob.send(**attack).status_code == 303
        watch.forward(seconds=130)

    demand_inert(bob.get(f"{API}/thanks").text, at_least=len(ATTACKS))
    demand_inert(bob.get(f"{API}/mine", headers={"Accept": "text/html"}).text, len(ATTACKS))


def test_a_reply_form_to_a_hostile_name_is_inert(attacked, bob):
    for number in attacked:
        demand_inert(bob.get(f"{API}/form?reply={number}").text)


def test_a_rebuild_shows_the_same_bytes(attacked, database, site, now, tmp_path):
    publishing.publish(database, site, now)
    shown = site.live().read(PAGE)

    publishing.publish_all(database, site.live())

    assert site.live().read(PAGE) == shown
