"""`formerly:` in a header: what is told when it cannot be, and what comes of it."""

from __future__ import annotations

import shutil

import html5lib
import pytest

from plugins import former
from plugins.letters.problems import BadContent
from plugins.redirects import CADDY, NGINX
from tests.plugins.broken import GOOD, LETTER, POST, changed, compiled, said, write
from tests.site.building import CONTENT, build

PAGE = "2026/11/the-vote/index.html"


# -- what is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "old-slug",
        "old_slug, другой",
        "/2009/05/the-vote/",
        "/?p=12",
        "/index.php?p=12&x=1",
        "/%d0%bf/",
        "https://old.example.org/2009/the-vote/",
        "/a/, /b/\n    /c/ old",
    ],
)
def test_what_can_be_is_good(tmp_path, value):
    for path, text in GOOD.items():
        write(tmp_path / path, text)
    for path in (LETTER, POST):
        own = value.replace("/", "/x", 1) if path == LETTER else value
        if path == POST or "example.org" not in value:
            write(tmp_path / path, changed(GOOD[path], [f"Formerly: {own}"]))

    assert [line for line in said(compiled(tmp_path)) if "claimed" not in line] == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("/", "is the first page, which stays"),
        ("/a/../b/", "leads out of the site"),
        ("/a/%2e%2e/b/", "leads out of the site"),
        ("/a\\b", "leads out of the site"),
        ("//evil.example/a", ""),
        ("ftp://example.org/a", "is no address like https://example.org/old/"),
        ("javascript:alert(1)", "is no address like https://example.org/old/"),
        ("a/b", "is no slug: an address begins with /"),
        ("?p=12", "is no slug: an address begins with /"),
        ("/a/#comments", "has a #: write the address of the page"),
        ("https://[", "is no address"),
        ("why", "is its slug now"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(tmp_path, value, why):
    for path, text in GOOD.items():
        write(tmp_path / path, text)
    write(tmp_path / POST, changed(GOOD[POST], [f"Formerly: /good/\n    {value}"]))
    why = why or "is no address like https://example.org/old/"

    assert said(compiled(tmp_path)) == [f'ERROR posts/why.md:6: formerly: "{value}" {why}']


def test_an_address_that_two_files_claim_is_told(tmp_path):
    for path, text in GOOD.items():
        write(tmp_path / path, text)
    write(tmp_path / POST, changed(GOOD[POST], ["Formerly: /old/"]))
    write(tmp_path / LETTER, changed(GOOD[LETTER], ["Formerly: /%6fld"]))

    assert said(compiled(tmp_path)) == [
        'ERROR letters/vote.md:8: formerly: "/%6fld" is claimed by posts/why.md already'
    ]


def test_values_are_parted_by_commas_spaces_and_lines():
    assert former.listed("/a/, /b/ c\n/d/") == ["/a/", "/b/", "c", "/d/"]
    assert former.listed(["/a/, /b/", "c"]) == ["/a/", "/b/", "c"]
    assert former.listed(None) == []


# -- what comes of it -----------------------------------------------------------------------------

FORMERLY = {
    "posts/the-vote.md": (
        "Formerly: old-vote, /?p=12\n"
        "    /2009/05/the-vote/ /old.html /a%20b/%D0%BF/\n"
        "    http://127.0.0.1/from/here/ https://elsewhere.example.org/vote/"
    ),
    "posts/the-vote.fr.md": "Formerly: /fr/ancien/",
    "letters/write-to-the-chair.md": "Formerly: chair",
    "pages/about.md": "Formerly: who-we-are",
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """The small site, some pages of which stood elsewhere."""
    content = tmp_path_factory.mktemp("content") / "content"
    shutil.copytree(CONTENT, content)
    for path, line in FORMERLY.items():
        text = (content / path).read_text("utf-8")
        head, empty, rest = text.partition("\n\n")
        (content / path).write_text(f"{head}\n{line}{empty}{rest}", "utf-8")
    return build(tmp_path_factory.mktemp("made"), content=content, SOURCE_URL="/source/")


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("2026/11/old-vote/index.html", "/2026/11/the-vote/"),
        ("2009/05/the-vote/index.html", "/2026/11/the-vote/"),
        ("old.html", "/2026/11/the-vote/"),
        ("a b/п/index.html", "/2026/11/the-vote/"),
        ("from/here/index.html", "/2026/11/the-vote/"),
        ("fr/ancien/index.html", "/fr/2026/11/the-vote/"),
        ("letters/chair/index.html", "/letters/write-to-the-chair/"),
        ("who-we-are/index.html", "/about/"),
    ],
)
def test_a_page_at_the_old_address_leads_to_the_new_one(moved, file, target):
    tree = html5lib.parse(moved.read(file).decode(), namespaceHTMLElements=False)

    refresh = tree.find("head/meta[@http-equiv='refresh']").attrib["content"]
    canonical = tree.find("head/link[@rel='canonical']").attrib["href"]
    links = [link.attrib["href"] for link in tree.find("body/main").iter("a")]
    assert refresh == f"0; url={target}"
    assert canonical == f"http://127.0.0.1:8000{target}"
    assert links == [target]
    assert tree.find("head/link[@rel='stylesheet']") is not None
    assert tree.attrib["lang"] == ("fr" if target.startswith("/fr/") else "en")


def test_nothing_lists_it(moved):
    for path in ("sitemap.xml", "archives/index.html", "feeds/all.atom.xml", "index.html"):
        assert b"old-vote" not in moved.read(path)


def test_the_rest_of_the_site_stays_as_it_was(moved, built):
    assert moved.read("sitemap.xml") == built.read("sitemap.xml")
    assert moved.read("about/index.html") == built.read("about/index.html")


def test_an_address_that_no_file_can_have_is_in_the_rules_only(moved):
    assert '"/?p=12" "/2026/11/the-vote/";\n' in (moved.folder / NGINX).read_text()
    assert '"/?p=12" "/2026/11/the-vote/"\n' in (moved.folder / CADDY).read_text()
    assert not [path for path in moved.web.rglob("*") if "?" in path.name]


def test_the_rules_have_each_address_as_browsers_ask_for_it(moved):
    rules = (moved.folder / NGINX).read_text()

    for old in ("/old.html", "/2009/05/the-vote/", "/2009/05/the-vote", "/a%20b/%D0%BF"):
        assert f'"{old}" "/2026/11/the-vote/";\n' in rules
    assert "elsewhere.example.org" not in rules


def test_the_manifest_tells_where_a_thread_was(moved):
    assert moved.manifest.threads["post-the-vote"].formerly == (
        *("/2026/11/old-vote/", "/?p=12", "/2009/05/the-vote/", "/old.html", "/a%20b/%D0%BF/"),
        *("/from/here/", "https://elsewhere.example.org/vote/", "/fr/ancien/"),
    )


@pytest.mark.parametrize("address", ["/about/", "/2026/11/the-answer/", "/archives", "/tag/vote/"])
def test_the_address_of_a_page_that_is_there_stops_the_build(tmp_path, address):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    post = content / "posts/the-vote.md"
    post.write_text(f"Formerly: {address}\n{post.read_text('utf-8')}", "utf-8")

    with pytest.raises(BadContent, match=r"posts/the-vote.md: formerly: .* address of a page"):
        build(tmp_path / "made", content=content, SOURCE_URL="/source/")


def test_a_build_into_the_same_folder_writes_them_again(tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    post = content / "posts/the-vote.md"
    post.write_text(f"Formerly: /old/\n{post.read_text('utf-8')}", "utf-8")

    for _ in range(2):
        made = build(tmp_path / "made", content=content, SOURCE_URL="/source/")

    assert b"/2026/11/the-vote/" in made.read("old/index.html")
