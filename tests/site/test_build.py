"""The sample site, built by real Pelican: whole, linked, valid and the same every time."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import html5lib
import pytest
import time_machine
from markupsafe import escape

from comments_api import retention, settings
from comments_api.errors import SiteTrouble
from comments_api.settings import ROOT
from comments_api.sites import Build
from plugins.letters.problems import BadContent
from tests.site.building import CONTENT, build, web_root

SITE = "http://127.0.0.1:8000"
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src"}
OF_THE_API = re.compile(r"/(api|moderate)(/|$)")


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Build:
    """The project's own content."""
    with time_machine.travel(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), tick=False):
        return build(tmp_path_factory.mktemp("sample"), content=ROOT / "content")


def test_the_sample_builds_five_years_from_now(tmp_path, capsys):
    later = datetime(2031, 11, 21, 12, 0, tzinfo=UTC)

    made = build(tmp_path, content=ROOT / "content", AS_OF=later)

    letter = made.read("letters/fund-the-specialist-teams/index.html").decode()
    assert "This letter has ended" in letter
    assert "mailto:" not in letter.partition("<main")[2]
    warned = capsys.readouterr().err
    assert 'WARNING data/helplines.toml:3: verified: "uk-police" was checked' in warned
    assert "home-secretary" not in warned  # nobody is asked to write there any more


def test_what_is_out_of_date_is_not_published(tmp_path):
    later = datetime(2031, 11, 21, 12, 0, tzinfo=UTC)
    letters = tmp_path / "content"
    shutil.copytree(ROOT / "content", letters)
    path = letters / "letters" / "fund-the-specialist-teams.md"
    path.write_text(path.read_text().replace("Deadline: 2026-12-12", "Deadline: 2031-12-12"))

    with pytest.raises(BadContent, match="verified"):
        build(tmp_path / "one", content=letters, AS_OF=later, LETTERS_PUBLISHING=True)

    accepted = build(
        tmp_path / "two",
        content=letters,
        AS_OF=later,
        LETTERS_PUBLISHING=True,
        LETTERS_ACCEPT_STALE=True,
    )
    assert ["verified" in line for line in accepted.manifest.site["accepted_stale"]] == [True]


@pytest.fixture(params=["sample", "built"])
def web(request) -> Build:
    """The project's own content, then the small one, which has two languages."""
    made: Build = request.getfixturevalue(request.param)
    return made


def pages(web: Build) -> Iterator[tuple[str, ET.Element]]:
    for path in sorted(web.web.rglob("*.html")):
        tree = html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)
        yield "/" + path.relative_to(web.web).as_posix(), tree


def targets(web: Build) -> Iterator[tuple[str, str]]:
    """Return page and absolute address of everything that pages of the site link to on the site."""
    for page, tree in pages(web):
        for element in tree.iter():
            link = element.attrib.get(LINKS.get(str(element.tag), ""), None)
            if link is not None:
                address = urljoin(SITE + page.removesuffix("index.html"), link)
                if address.startswith(SITE + "/") and not OF_THE_API.match(urlsplit(address).path):
                    yield page, address


def file_of(web: Build, address: str) -> Path:
    path = unquote(urlsplit(address).path)
    return web.web / (path + "index.html" if path.endswith("/") else path).lstrip("/")


def test_every_link_within_the_site_leads_to_a_file(sample):
    missing = {
        (p, address) for p, address in targets(sample) if not file_of(sample, address).is_file()
    }

    assert missing == set()


def test_every_link_in_a_head_leads_to_a_file(web):
    for page, tree in pages(web):
        for link in tree.findall("head/link"):
            address = urljoin(SITE + page, link.attrib["href"])
            assert file_of(web, address).is_file(), f"{page}: {address}"


def test_every_fragment_within_the_site_leads_to_an_element(sample):
    ids = {
        page: {e.attrib["id"] for e in tree.iter() if "id" in e.attrib}
        for page, tree in pages(sample)
    }

    missing = set()
    for page, address in targets(sample):
        file, fragment = file_of(sample, address), urlsplit(address).fragment
        name = "/" + file.relative_to(sample.web).as_posix()
        if fragment and name in ids and unquote(fragment) not in ids[name]:
            missing.add((page, address))
    assert missing == set()


def test_no_id_stands_twice_on_a_page(web):
    for page, tree in pages(web):
        found = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
        assert len(found) == len(set(found)), page


def test_every_page_has_a_title_a_language_and_its_own_address(web):
    for page, tree in pages(web):
        assert tree.findtext("head/title", "").strip(), page
        assert tree.attrib["lang"] == ("fr" if "/fr/" in page else "en"), page
        canonical = tree.find("head/link[@rel='canonical']")
        robots = tree.find("head/meta[@name='robots']")
        assert (canonical is None) == (robots is not None), page
        if canonical is not None:
            assert canonical.attrib["href"] == SITE + page.removesuffix("index.html"), page


def test_every_page_has_one_heading_of_the_first_level(web):
    for page, tree in pages(web):
        if not page.startswith("/_shell/"):
            assert len(list(tree.iter("h1"))) == 1, page


def test_titles_differ(sample):
    titles = [tree.findtext("head/title") for page, tree in pages(sample)]

    assert sorted(titles) == sorted(set(titles))


def test_no_page_needs_an_inline_style_or_script(web):
    for page, tree in pages(web):
        for element in tree.iter():
            assert not any(a == "style" or a.startswith("on") for a in element.attrib), page
            assert element.tag != "style", page
            if element.tag == "script" and element.attrib.get("type") != "application/ld+json":
                assert element.attrib.get("src"), page


def test_no_page_loads_anything_from_elsewhere(web):
    for page, tree in pages(web):
        for element in tree.iter():
            for name in ("src", "srcset", "data", "poster"):
                assert "//" not in element.attrib.get(name, ""), page
            if element.tag == "link" and element.attrib["rel"] in {"stylesheet", "icon", "preload"}:
                assert element.attrib["href"].startswith("/"), page


def test_no_file_holds_the_e_mail_of_a_reader_or_moderator(sample):
    own = re.compile(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
    known = (ROOT / "content" / "data" / "targets.toml").read_bytes()
    known += b"".join(path.read_bytes() for path in (ROOT / "content").rglob("*.md"))

    for path, content in web_root(sample).items():
        if path.endswith((".html", ".xml", ".txt")):
            strange = {m for m in own.findall(content) if m not in known}
            assert strange == set(), path


def test_every_feed_can_be_read(web):
    feeds = [path for path in web_root(web) if path.endswith(".atom.xml")]

    assert len(feeds) > 4
    for path in feeds:
        feed = feedparser.parse((web.web / path).read_bytes())
        assert not feed.bozo, path
        assert feed.feed.title
        assert feed.feed.updated


def listed(web: Build) -> list[str]:
    return [str(loc.text) for loc in ET.parse(web.web / "sitemap.xml").findall(".//{*}loc")]


def test_the_sitemap_lists_what_there_is(web):
    addresses = listed(web)

    assert len(addresses) == len(set(addresses)) > 5
    assert [a for a in addresses if not file_of(web, a).is_file()] == []


def test_every_post_letter_and_page_is_in_the_sitemap(sample):
    content = [
        re.search(r"^Slug: (\S+)", p.read_text(), re.M) for p in (ROOT / "content").rglob("*.md")
    ]
    slugs = [address.rstrip("/").rsplit("/", 1)[-1] for address in listed(sample)]

    assert {match[1] for match in content if match} <= set(slugs)


@pytest.mark.parametrize("content", [ROOT / "content", CONTENT], ids=["sample", "small"])
def test_two_builds_are_the_same_however_late_in_the_minute(tmp_path, content):
    made = []
    for second in (0, 59):
        with time_machine.travel(datetime(2026, 11, 21, 12, 0, second, tzinfo=UTC), tick=False):
            made.append(build(tmp_path / f"{second}", content=content))

    assert web_root(made[0]) == web_root(made[1])
    assert made[0].manifest.to_json() == made[1].manifest.to_json()


def test_no_file_shows_when_it_was_built(tmp_path, sample):
    with time_machine.travel(datetime(2027, 11, 3, 4, 5, tzinfo=UTC), tick=False):
        later = build(tmp_path / "later", content=ROOT / "content")

    before = web_root(sample)
    changed = {path for path, content in web_root(later).items() if content != before.get(path)}
    assert changed <= set(sample.manifest.files)  # only live regions know what time it is
    assert not any(b"2027-11-03" in content for content in web_root(later).values())


def test_the_sample_builds_five_years_ahead(tmp_path, sample):
    with time_machine.travel(datetime(2031, 11, 21, tzinfo=UTC), tick=False):
        later = build(tmp_path / "later", content=ROOT / "content")

    assert web_root(later).keys() == web_root(sample).keys()


def test_the_manifest_names_every_region_and_every_file_that_holds_one(web):
    known = web.manifest

    assert set(known.files) <= set(web_root(web))
    assert {key for ids in known.files.values() for key in ids} == set(known.regions)
    assert all((web.web / address.lstrip("/")).is_file() for address in known.assets.values())


def test_hostile_titles_are_read_as_they_were_typed(built):
    heading = {page: tree.findtext(".//h1") for page, tree in pages(built)}

    assert heading["/2026/11/the-vote/index.html"] == 'The vote: "yes" & <b>no</b>'
    assert heading["/2026/11/the-answer/index.html"] == r"The answer \1 $& {{ 7 * 7 }} {% raw %} %s"


def test_the_privacy_page_says_what_the_settings_do(sample, tmp_path):
    changed = replace(settings.load(), address_days=7)
    other = build(tmp_path, content=ROOT / "content", RUN_BY=changed)

    says = [made.read("privacy/index.html").decode() for made in (sample, other)]

    assert [("<td>7 days</td>" in page, "[[retention]]" in page) for page in says] == [
        (False, False),
        (True, False),
    ]
    assert all(escape(row.what) in says[0] for row in retention.table(settings.load(), "en"))
    retention.refuse_false(sample.manifest.site["keeps"], settings.load())
    with pytest.raises(SiteTrouble, match="says 7 days where COMMENTS_ADDRESS_DAYS is 30"):
        retention.refuse_false(other.manifest.site["keeps"], settings.load())
