import shutil

import pytest

from comments_api.errors import DatabaseTrouble, PageDamaged
from comments_api.models import Status
from plugins.threads import BadThread
from tests.conftest import ON_SQLITE
from tests.factories import make_comment
from tests.site.building import CONTENT, build

POST = """Title: A post
Date: 2026-11-02 09:00
Slug: a-post
Lang: en
{header}
{text}
"""


@pytest.fixture
def content(tmp_path):
    """A folder for content with one post, which a test may write."""
    folder = tmp_path / "content"
    (folder / "posts").mkdir(parents=True)
    shutil.copytree(CONTENT / "data", folder / "data")

    def write(header="", text="Text.", name="a-post"):
        post = POST.format(header=header and header + "\n", text=text)
        (folder / "posts" / f"{name}.md").write_text(post, encoding="utf-8")
        return folder

    return write


@ON_SQLITE
def test_a_build_shows_the_approved_comments_and_no_others(database, tmp_path, now):
    with database.session() as session:
        shown = make_comment(session, now)
        for status in set(Status) - {Status.APPROVED}:
            make_comment(session, now, status, content=f"unseen {status}")

    made = build(tmp_path / "made", str(database.url))

    page = made.read("2026/11/the-vote/index.html").decode()
    assert f'id="comment-{shown.id}"' in page
    assert "unseen" not in page


def test_translations_share_a_thread(built):
    thread = built.manifest.threads["post-the-vote"]

    assert {lang: url for lang, (url, _) in thread.pages.items()} == {
        "en": "/2026/11/the-vote/",
        "fr": "/fr/2026/11/the-vote/",
    }


def test_a_draft_has_no_thread(content, tmp_path):
    made = build(tmp_path / "made", content=content("Status: draft"))

    assert made.manifest.threads == {}


def test_a_post_says_how_its_comments_are_kept(content, tmp_path):
    header = "Comments: closed\nComments_close: 2026-12-05\nThread: old-name\n"
    header += "Sensitive: yes\nHelplines: listeners"

    made = build(tmp_path / "made", content=content(header))

    context = made.manifest.threads["old-name"].context
    assert (context["mode"], context["sensitive"]) == ("closed", True)
    assert context["closes"] == "2026-12-05T23:59:59Z"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Comments: maybe", 'comments: "maybe" is not open, held, closed'),
        ("Comments_close: soon", 'comments_close: "soon" is no date'),
        ("Thread: An Address", 'thread: "An Address" may hold only'),
        ("Thread: ../x", 'thread: "../x" may hold only'),
    ],
)
def test_a_header_that_makes_no_sense_stops_the_build(content, tmp_path, header, said):
    with pytest.raises(BadThread, match="a-post") as caught:
        build(tmp_path / "made", content=content(header))

    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "<!--live thread:post-other:en--><!--/live-->",
        "<!--live x:y:z--><!--/live-->",
        "<!--/live-->",
    ],
)
def test_markers_that_an_author_typed_stop_the_build(content, tmp_path, text):
    with pytest.raises(PageDamaged, match="a-post"):
        build(tmp_path / "made", content=content(text=text))


def test_a_database_that_cannot_be_read_stops_the_build_and_is_named(tmp_path):
    (tmp_path / "x.sqlite3").write_bytes(b"this is no database" * 999)

    with pytest.raises(DatabaseTrouble, match=r"x\.sqlite3"):
        build(tmp_path / "made", f"sqlite:///{tmp_path}/x.sqlite3")


def test_a_database_that_is_missing_stops_the_build_and_is_not_made(tmp_path):
    with pytest.raises(DatabaseTrouble, match="db upgrade"):
        build(tmp_path / "made", f"sqlite:///{tmp_path}/x.sqlite3")

    assert not (tmp_path / "x.sqlite3").exists()


def test_the_password_of_the_database_is_not_shown(tmp_path):
    with pytest.raises(DatabaseTrouble) as caught:
        build(tmp_path / "made", "postgresql://user:geheim@127.0.0.1:9/x")

    assert "geheim" not in str(caught.value)
