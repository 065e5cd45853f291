import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from markupsafe import Markup

from comments_api import markup, regions
from tests.comments_api.test_regions import HOSTILE, NOW, region, row

ATOM, THR = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/thread/1.0}"
PAGE = "https://example.org/2026/11/the-vote/"


def drawn(kind, *rows, **changes):
    return regions.render(region(kind, **changes), rows, NOW)


def entries(xml):
    return ET.fromstring(xml.encode()).findall(f"{ATOM}entry")


def updated(element):
    return datetime.fromisoformat(element.findtext(f"{ATOM}updated"))


@pytest.fixture(params=["thread-feed", "comments-feed"])
def kind(request):
    return request.param


@pytest.mark.parametrize(
    "words", [HOSTILE, "]]> &amp; &#0; \x85\u2028", "𝒽𝒾 👩‍👩‍👧 مرحبا"], ids=ascii
)
def test_it_is_well_formed_whatever_is_in_it(kind, words):
    comment = row(author_name=words, thread_title=words, html=markup.render(words))

    feed = feedparser.parse(drawn(kind, comment, title=words).encode())

    assert not feed.bozo
    assert ET.fromstring(drawn(kind, comment).encode()).findtext(f".//{ATOM}name") == words


def test_it_names_its_entries_for_ever_and_links_them(kind):
    entry = entries(drawn(kind, row(7)))[0]

    assert entry.findtext(f"{ATOM}id") == "https://example.org/comments/#comment-7"
    assert entry.find(f"{ATOM}link").get("href") == f"{PAGE}#comment-7"
    assert entry.findtext(f"{ATOM}title") == "Bob on The vote"
    assert entry.findtext(f"{ATOM}content") == "<p>I wrote.</p>"


def test_a_top_level_comment_replies_to_the_page(kind):
    to = entries(drawn(kind, row()))[0].find(f"{THR}in-reply-to")

    assert to.attrib == {"ref": PAGE, "href": PAGE, "type": "text/html"}


def test_a_reply_refers_to_the_comment_above_it(kind):
    to = entries(drawn(kind, row(2, 1)))[0].find(f"{THR}in-reply-to")

    assert to.attrib == {
        "ref": "https://example.org/comments/#comment-1",
        "href": f"{PAGE}#comment-1",
        "type": "text/html",
    }


def test_an_empty_feed_is_dated_by_its_post(kind):
    root = ET.fromstring(drawn(kind).encode())

    assert updated(root) == datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def test_a_feed_is_dated_by_its_newest_change(kind):
    changed = row(1, changed=NOW + timedelta(hours=1))

    root = ET.fromstring(drawn(kind, row(2), changed).encode())

    assert updated(root) == NOW + timedelta(hours=1)


def test_it_says_where_it_is(kind):
    root = ET.fromstring(drawn(kind).encode())

    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "https://example.org/feeds/threads/post-the-vote.atom.xml"
    assert links["alternate"] == PAGE


def test_it_holds_no_address_of_a_reader(kind):
    assert "@" not in drawn(kind, row(html=Markup("<p>x</p>")))
