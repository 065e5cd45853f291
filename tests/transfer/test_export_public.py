"""What everybody can read, as files for a public repository: that, and nothing else."""

from __future__ import annotations

import orjson
import pytest

from comments_api.models import Comment, Status
from comments_api.transfer import flat
from tests.factories import make_comment, make_moderator
from tests.transfer.conftest import VOTE

SECRETS = ["bob@example.org", "192.0.2", "cookiehash", "printhash", "identity", "private words"]


@pytest.fixture
def write(database, site, tmp_path):
    """Writes the files, and returns their contents by name."""

    def run():
        flat.write(database, site.live().manifest, tmp_path / "out")
        return {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    return run


@pytest.fixture
def ids(database, now):
    """A comment of each status, with all that must not leave."""
    with database.session() as session:
        made = {}
        for status in Status:
            said = "public words" if status == Status.APPROVED else "private words"
            one = make_comment(session, now, status, content=f"{said} {status}")
            one.author_email, one.address_block = "bob@example.org", "192.0.2.0/24"
            one.reader, one.said = f"cookiehash{one.id}", f"printhash{one.id}"
            one.reasons = ["links:private words"]
            made[status] = one.id
        answer = make_comment(session, now, content="An answer.", parent=made["approved"])
        answer.author_url = "https://bob.example.org/"
        make_comment(
            session, now, content="To a tombstone.", parent=made["approved"]
        ).parent_id = made["withdrawn"]
        make_moderator(session, now)
        return made


def test_it_holds_what_the_pages_show(write, ids):
    content = orjson.loads(write()[f"{VOTE}.json"])

    texts = [comment["content"]["rendered"] for comment in content["comments"]]
    assert texts == ["<p>public words approved</p>\n", "", "<p>An answer.</p>\n", *texts[3:]]
    assert content["link"] == "http://127.0.0.1:8000/2026/11/the-vote/"
    assert content["comments"][2]["parent"] == ids["approved"]
    assert content["comments"][2]["author_url"] == "https://bob.example.org/"


def test_it_holds_nothing_else(write, ids):
    files = write()

    assert not [word for word in SECRETS for text in files.values() if word.encode() in text]
    for text in files.values():
        content = orjson.loads(text)
        assert content.keys() == {"about", "comments", "link", "thread", "title"}
        for comment in content["comments"]:
            assert comment.keys() <= {
                *("id", "parent", "author_name", "author_url", "date_gmt", "content"),
                *("link", "status", "type", "campaign", "date_edited_gmt"),
                *("edited_by_moderator", "pinned", "highlighted"),
            }
            assert comment["status"] in {"approved", "withdrawn"}


def test_the_same_comments_make_the_same_bytes(write, ids):
    assert write() == write()


def test_what_is_taken_down_leaves_the_files_too(write, ids, database, tmp_path):
    write()
    (tmp_path / "out" / "mine.json").write_text("{}")
    with database.session() as session:
        for one in session.query(Comment):
            one.status = Status.TRASH.value

    assert write().keys() == {"mine.json"}
