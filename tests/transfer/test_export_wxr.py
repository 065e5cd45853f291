"""WordPress can take our comments, and what it gives back is the same."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
import sqlalchemy as sa

from comments_api.models import Comment, Imported, Status
from comments_api.transfer import wxr_out
from tests.conftest import ON_SQLITE
from tests.factories import make_comment
from tests.transfer.conftest import ANSWER, VOTE, WORDPRESS

WP = "{http://wordpress.org/export/1.2/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
PAGES = {VOTE, ANSWER}
TEXTS = [
    "*a* **b** ~~c~~ `d` [e](https://example.org/?a=1&b=2)",
    "> quote\n>\n> > deeper\n\nafter\nthat",
    "1. one\n2. two\n   - three\n\n```py\nx = 1\n```",
    "]]> <b>no</b> &amp; \\*stars\\* 1\\. ***",
    "Паром 😀 שלום",
]


@pytest.fixture
def written(database, site, tmp_path, now):
    """Writes the database as WXR, and returns the file."""

    def write():
        path = tmp_path / "out.xml"
        lines = wxr_out.lines(database, site.live().manifest, now)
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return path

    return write


def picture(database):
    """Return what matters of all public and held comments, without their numbers."""
    with database.session() as session:
        options = [sa.orm.joinedload(Comment.thread), sa.orm.joinedload(Comment.parent)]
        statement = sa.select(Comment).options(*options).order_by(Comment.id)
        found = session.scalars(statement.where(Comment.status.in_(["approved", "pending"])))
        return [
            (
                *(
                    one.thread.key if one.thread.key in PAGES else "gone",
                    one.status,
                    one.author_name,
                    one.author_email,
                    one.author_url,
                ),
                *(one.kind, one.rendered, one.created.replace(microsecond=0)),
                one.parent.rendered if one.parent else None,
            )
            for one in found
        ]


def emptied(database):
    with database.session() as session:
        session.execute(sa.update(Comment).values(parent_id=None))
        session.execute(sa.delete(Comment))
        session.execute(sa.delete(Imported))


def test_out_and_in_again_is_the_same(database, take_in, written, now):
    take_in(given={"14": ANSWER, "15": ANSWER})
    with database.session() as session:
        for text in TEXTS:
            above = make_comment(session, now, content=text, author_url="https://a.example/?b&c")
            make_comment(session, now, content=f"{text}\n\nan answer", parent=above.id)
    before = picture(database)
    path = written()
    emptied(database)

    report = take_in(path)

    assert picture(database) == before
    assert report.broken == {}
    assert report.cleaned == {}


def test_what_is_neither_public_nor_waits_stays_here(database, take_in, written):
    take_in()

    text = written().read_text("utf-8")

    assert "Buy pills." not in text
    assert "Thrown away." not in text
    assert "I wrote to them." in text
    assert "This one waits." in text


def test_answers_to_what_stays_here_stand_below_the_next_one_above(database, written, now):
    with database.session() as session:
        first = make_comment(session, now, content="first")
        second = make_comment(session, now, content="second", parent=first.id)
        make_comment(session, now, content="third", parent=second.id)
        second.status = Status.SPAM.value

    comments = ET.parse(written()).findall(f".//{WP}comment")

    assert [
        (one.findtext(f"{WP}comment_content"), one.findtext(f"{WP}comment_parent"))
        for one in comments
    ] == [("<p>first</p>\n", "0"), ("<p>third</p>\n", str(first.id))]


def test_it_is_what_wordpress_reads(database, take_in, written):
    take_in(given={"14": ANSWER})

    tree = ET.parse(written())

    channel = tree.find("channel")
    assert channel.findtext(f"{WP}wxr_version") == "1.2"
    assert channel.findtext(f"{WP}base_blog_url") == "http://127.0.0.1:8000"
    posts = {item.findtext("link"): item for item in channel.findall("item")}
    vote = posts["http://127.0.0.1:8000/2026/11/the-vote/"]
    assert vote.findtext("title") == 'The vote: "yes" & <b>no</b>'
    assert vote.findtext(f"{WP}post_name") == "the-vote"
    assert vote.findtext(f"{WP}status") == "publish"
    assert vote.findtext(f"{WP}post_type") == "post"
    types = {one.findtext(f"{WP}comment_type") for one in vote.findall(f"{WP}comment")}
    assert types == {"comment", "pingback"}
    assert {item.findtext(f"{WP}status") for item in channel.findall("item")} == {
        "publish",
        "draft",  # whose page is gone
    }


@ON_SQLITE
def test_a_damaged_row_does_not_spoil_the_file(database, written, now):
    with database.session() as session:
        one = make_comment(session, now, content="first")
        one.rendered = "a\x00b\x0cc ]]> d\ufffe"
        two = make_comment(session, now, content="second", parent=one.id)
        session.flush()
        one.parent_id = two.id

    contents = [
        one.findtext(f"{WP}comment_content") for one in ET.parse(written()).iter(f"{WP}comment")
    ]

    assert contents == ["abc ]]> d", "<p>second</p>\n"]


@ON_SQLITE
def test_wordpresss_own_file_survives_the_journey(database, take_in, written, tmp_path):
    take_in(WORDPRESS)

    assert take_in(written(), dry=True).broken == {}
