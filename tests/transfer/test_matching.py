"""Old addresses are found again, however they are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from comments_api.errors import UnreadableExport
from comments_api.transfer.foreign import Export, Page
from comments_api.transfer.matching import Places, lost_key, names, read_map
from tests.factories import make_manifest, make_thread

DAY = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
FORMER = (
    *("/2009/05/07/the-vote/", "/?p=12", "/blog/index.php?p=13", "/паром/"),
    *("/old.php?id=7&x=1", "https://elsewhere.example.org/vote/", "/campaign/"),
)


@pytest.fixture
def places():
    """The site has two posts; one of them was elsewhere before."""
    vote = replace(make_thread(), pages={"en": ("/2026/11/the-vote/", "x")}, formerly=FORMER)
    ferry = replace(
        make_thread("post-ferry", dated="2012-05-01T23:30:00Z"),
        pages={"en": ("/2012/05/ferry/", "x"), "fr": ("/fr/2012/05/bac/", "x")},
    )
    manifest = replace(make_manifest(), threads={one.key: one for one in (vote, ferry)})
    return Places(manifest)


@pytest.mark.parametrize(
    "address",
    [
        "/2026/11/the-vote/",
        "https://old.example.org/2026/11/the-vote",
        "http://www.old.example.org/2026/11/the-vote/?utm_source=feed&utm_medium=x#comment-7",
        "/index.php/2026/11/the-vote/",
        "/2026/11/the-vote/index.html",
        "/2026/11/the%2Dvote/?replytocom=12",
        "/2009/05/07/the-vote",
        "https://old.example.org/?p=12",
        "/index.php?p=12",
        "https://old.example.org/blog/?p=13",
        "/%D0%BF%D0%B0%D1%80%D0%BE%D0%BC/",
        "/%d0%bf%d0%b0%d1%80%d0%be%d0%bc",
        "/old.php?x=1&id=7",
        "https://elsewhere.example.org/vote",
        "/2009/05/07/the-vote/?replytocom=3",
        "https://old.example.org/campaign/?share=facebook&nb=1",
    ],
)
def test_an_address_of_today_or_before_is_found(places, address):
    assert places.find(Page("99", addresses=(address,))) == "post-the-vote"


@pytest.mark.parametrize(
    "address",
    [
        "/?p=99",
        "/?page_id=12",
        "/",
        "",
        "/2026/11/the-vote/more/",
        "/vote/",
        "/old.php?id=8&x=1",
        "https://third.example.org/vote/",
        "https://[broken",
        "/2026/12/the-vote/",
        # Other pages of a blog that lived in a folder, which is itself a page.
        "https://old.example.org/campaign/?p=12",
        "https://old.example.org/campaign/?page_id=12",
        "https://old.example.org/campaign/index.php?p=12",
        "/campaign/?attachment_id=3&replytocom=4",
        "/campaign/?story=the-other",
        "/2026/11/the-vote/?p=99",
    ],
)
def test_any_other_is_not(places, address):
    assert places.find(Page("99", addresses=(address,))) is None


def test_each_translation_leads_to_the_thread_that_they_share(places):
    assert places.find(Page("1", addresses=("/fr/2012/05/bac/",))) == "post-ferry"


def test_a_post_of_the_same_slug_and_day_is_the_same(places):
    page = Page(
        "1", addresses=("/ferry.html",), slug="ferry", date=datetime(2012, 5, 2, tzinfo=UTC)
    )

    assert places.find(page) == "post-ferry"
    assert places.find(replace(page, date=page.date + timedelta(days=3))) is None
    assert places.find(replace(page, date=None)) is None
    assert places.find(replace(page, slug="bus")) is None


def test_a_page_that_is_gone_has_a_thread_of_its_own():
    export = Export("wordpress", site="old.example.org/blog")

    assert lost_key(export, Page("15")) == "wordpress-old-example-org-blog-15"
    assert lost_key(Export("isso"), Page("2")) == "isso-2"
    assert len(lost_key(Export("x", site="y" * 500), Page("1"))) == 190


@pytest.mark.parametrize(
    "address", ["/a/", "/a", "http://x/a/index.php", "/a/?utm_campaign=b", "a"]
)
def test_names_of_one_address_are_one(address):
    assert list(names(address))[-1].strip("/") == "a"


# -- the map file ---------------------------------------------------------------------------------


@pytest.fixture
def given(tmp_path, places):
    """Reads what is written into a map file."""

    def read(text):
        path = tmp_path / "map.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_map(path, places)

    return read


def test_the_map_counts_before_all_else(places, given):
    places.given = given(
        "# What went where\n"
        "\n"
        "15\tpost-ferry\r\n"
        "https://old.example.org/gone/\t/2012/05/ferry/\n"
        "/2026/11/the-vote/\thttp://127.0.0.1:8000/fr/2012/05/bac/\n"
    )

    assert places.find(Page("15")) == "post-ferry"
    assert places.find(Page("1", addresses=("https://old.example.org/gone",))) == "post-ferry"
    assert places.find(Page("2", addresses=("/2026/11/the-vote/",))) == "post-ferry"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("15 post-ferry\n", "line 1: write the old address, a tab, and the new one"),
        ("# x\n15\t\n", "line 2: write the old address"),
        ("\tpost-ferry\n", "line 1: write the old address"),
        ("15\tpost-bus\n", 'line 1: no page or thread of the site is "post-bus"'),
        ("15\t/bus/\n", 'line 1: no page or thread of the site is "/bus/"'),
        ("15\tpost-ferry\n15\tpost-the-vote\n", 'line 2: "15" has another target already'),
        ("/a/\tpost-ferry\n/a\tpost-the-vote\n", 'line 2: "/a" has another target already'),
        (b"\xff\tpost-ferry\n", "is not UTF-8"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(given, text, said):
    with pytest.raises(UnreadableExport) as caught:
        given(text)

    assert said in str(caught.value)


def test_a_map_that_is_not_there_is_named(tmp_path, places):
    with pytest.raises(UnreadableExport, match="cannot be read: No such file"):
        read_map(tmp_path / "none", places)
