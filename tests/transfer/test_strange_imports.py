"""Ten thousand strange texts in every field of every system's file: each comment comes in.

It shows the words that it showed there; what cannot be kept is taken out, and said. A file that
cannot be what it says it is gets refused with its line, and changes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from html import unescape
from xml.sax.saxutils import escape

import pytest

from comments_api.errors import UnreadableExport
from tests.conftest import ON_SQLITE
from tests.http.hostile import demand_inert_body
from tests.http.reading import parse
from tests.strange import different, kept, some, storable
from tests.transfer.test_horrors import BODY, TAIL, XML, item
from tests.transfer.test_import_disqus import HEAD
from tests.transfer.test_import_isso import TABLES

pytestmark = ON_SQLITE

STRANGE = different(10_000)
# What XML 1.0 cannot hold, however it is written.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
IN_XML = [text for text in STRANGE if not NO_XML.search(text)]
IN_SQLITE = [text for text in STRANGE if storable(text)]

# What nobody filled in, as WordPress and browsers leave it.
NO_ADDRESS = {"", "http://", "https://", "http:", "https:"}

WORDPRESS = (
    "<wp:comment><wp:comment_id>{id}</wp:comment_id>"
    "<wp:comment_author>{text}</wp:comment_author>"
    "<wp:comment_author_email>{text}</wp:comment_author_email>"
    "<wp:comment_author_url>{text}</wp:comment_author_url>"
    "<wp:comment_author_IP>{text}</wp:comment_author_IP>"
    "<wp:comment_date_gmt>{text}</wp:comment_date_gmt>"
    "<wp:comment_content>{text}</wp:comment_content>"
    "<wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type>"
    "<wp:comment_parent>{text}</wp:comment_parent></wp:comment>\n"
)
DISQUS = (
    '<post dsq:id="{id}"><message>{text}</message><createdAt>{text}</createdAt>'
    "<isDeleted>false</isDeleted><isSpam>false</isSpam><ipAddress>{text}</ipAddress>"
    "<author><name>{text}</name><email>{text}</email><link>{text}</link></author>"
    '<thread dsq:id="1"/></post>\n'
)
THREAD = (
    '<thread dsq:id="1"><id>x</id><link>https://old.example.org/2026/11/the-vote/</link></thread>'
)


def written(template, texts):
    """Return comments in XML, numbered from 1, with a text in every field."""
    return "".join(
        template.format(id=number, text=escape(text, {"\r": "&#13;"}))
        for number, text in enumerate(texts, 1)
    )


def wordpress(path, texts):
    """Write an export of WordPress."""
    path.write_text(XML + BODY + item(written(WORDPRESS, texts)) + TAIL, "utf-8")


def disqus(path, texts):
    """Write an export of Disqus."""
    path.write_text(f"{HEAD}{THREAD}{written(DISQUS, texts)}</disqus>", "utf-8")


def isso(path, texts):
    """Write a database of Isso; what is no Unicode stands in it as such bytes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
        rows = [(number, *[text] * 5) for number, text in enumerate(texts, 1)]
        connection.executemany(
            "INSERT INTO comments (id, tid, created, mode, remote_addr, text, author, email,"
            " website, voters) VALUES (?, 1, 1793620800, 1, ?, ?, ?, ?, ?, x'')",
            rows,
        )
        connection.commit()


@pytest.fixture
def bring_in(take_in, came, tmp_path):
    """Imports texts in every field of a system's file, and returns what came and what is said."""

    def run(write, texts):
        path = tmp_path / "export"
        write(path, texts)
        report = take_in(path, write.__name__)
        assert report.added == len(texts)
        stored = came()
        return [
            (text, stored[str(n)], report.cleaned.get(str(n), ()))
            for n, text in enumerate(texts, 1)
        ]

    return run


def seen(tree):
    """Return the letters that a person sees; white space and quotation marks aside."""
    for element in tree.iter():
        if element.tag in {"script", "style"}:
            element.text = ""
    return re.sub(r"[\s\u201c\u201d]", "", "".join(tree.itertext()))


def demand_author(text, stored, notes):
    """Demand that all that is known of an author came, or that it is said what did not."""
    name = " ".join(kept(text).split())
    assert stored.author_name == name or stored.author_name == "Anonymous" or notes
    for found in (stored.author_email, stored.author_url):
        assert found == kept(text) or (found == "" and (notes or text.strip() in NO_ADDRESS))


@pytest.mark.parametrize("write", [wordpress, disqus])
def test_what_was_html_shows_the_same_words_and_nothing_else(bring_in, write, pytestconfig):
    for text, stored, notes in bring_in(write, some(IN_XML, pytestconfig)):
        body = parse(f"<div>{stored.rendered}</div>").find(".//div")
        demand_inert_body(body)
        assert seen(body) == seen(parse(f"<body><div>{text}</div>")) or notes, text
        demand_author(unescape(text) if write is wordpress else text, stored, notes)


def test_what_was_markup_stays_as_it_was_typed(bring_in, pytestconfig):
    for text, stored, notes in bring_in(isso, some(IN_SQLITE, pytestconfig)):
        assert stored.source == kept(text) or notes, text
        demand_inert_body(parse(f"<div>{stored.rendered}</div>").find(".//div"))
        demand_author(text, stored, notes)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("write", [wordpress, disqus])
def test_what_xml_cannot_hold_is_refused_with_its_line(take_in, tmp_path, write):
    for text in [text for text in STRANGE if NO_XML.search(text) and storable(text)][::20]:
        write(tmp_path / "export", ["I wrote.", text])

        with pytest.raises(UnreadableExport, match=r"line \d+"):
            take_in(tmp_path / "export", write.__name__)


def test_bytes_that_are_no_unicode_lose_no_comment(bring_in):
    broken = [text.encode("utf-8", "surrogatepass") for text in STRANGE if not storable(text)]

    for text, stored, _ in bring_in(isso, broken):
        assert stored.status == "approved"
        assert stored.source or not kept(text.decode("utf-8", "replace"))
        demand_inert_body(parse(f"<div>{stored.rendered}</div>").find(".//div"))
