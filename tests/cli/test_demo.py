"""The demonstration: what `make serve` shows, from the form to the static page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Comment, Status
from comments_api.settings import ROOT
from tests.cli.conftest import environment, flask
from tests.cli.serving import Served, Visitor, demo, wait_for
from tests.http.reading import parse
from tests.site.building import web_root


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The demonstration, running; its folder's name has a space in it."""
    with demo(tmp_path_factory.mktemp("a demo")) as running:
        yield running


@pytest.fixture
def stored(served):
    """Reads the comments of the demonstration."""
    database = served.database()

    def read() -> list[Comment]:
        with database.session() as session:
            statement = sa.select(Comment).options(orm.joinedload(Comment.thread))
            return list(session.scalars(statement.order_by(Comment.id)))

    yield read
    database.close()


def page_of(served: Served, key: str) -> Path:
    """Return the file of the page of a thread."""
    info = served.live.manifest.threads[key]
    return served.live.web / info.page(info.lang)[0].strip("/") / "index.html"


def ids_on(page: Path) -> set[int]:
    """Return the comments that stand in a file."""
    return {int(number) for number in re.findall(r'id="comment-(\d+)"', page.read_text())}


def test_the_static_pages_hold_each_approved_comment_and_no_held_one(served, stored):
    by_thread: dict[str, set[int]] = {}
    for comment in stored():
        found = by_thread.setdefault(comment.thread.key, set())
        if comment.status in {Status.APPROVED, Status.WITHDRAWN}:
            found.add(comment.id)

    assert {Status.PENDING, Status.SPAM, Status.APPROVED} <= {one.status for one in stored()}
    for key, approved in by_thread.items():
        assert ids_on(page_of(served, key)) == approved


def test_the_words_of_a_held_comment_stand_nowhere(served, stored):
    hidden = [one for one in stored() if one.status not in {"approved", "withdrawn"}]

    everything = b"".join(web_root(served.live).values()).decode(errors="replace")

    for comment in hidden:
        assert comment.rendered not in everything


def test_every_page_is_served_with_its_policy(served):
    visitor = Visitor(served.url)

    for path in ("/", "/comments/", "/letters/", "/moderate/sign-in", "/feeds/comments.atom.xml"):
        assert visitor.get(path)[0] == 200
    status, text = visitor.get("/nothing/")
    assert status == 404
    assert parse(text).find(".//main") is not None


def test_from_the_form_to_the_static_page_and_a_rebuild_changes_nothing(served, stored):
    key = stored()[0].thread.key
    bob, alice = Visitor(served.url), Visitor(served.url)
    path = f"/api/threads/{key}/comments"
    bob.post(path, author_name="Bob", content="I wrote on **Monday**.", do="send")
    number = stored()[-1].id
    assert number not in ids_on(page_of(served, key))

    assert alice.post(served.link.removeprefix(served.url))[0] == 200
    answer = f"/moderate/comments/{number}/reply"
    assert alice.post(answer, version=1, content="Thank you, Bob.")[0] == 200

    assert {number, stored()[-1].id} <= ids_on(page_of(served, key))
    assert "Thank you, Bob." in page_of(served, key).read_text()
    before, folder = web_root(served.live), served.live.folder
    rebuild = subprocess.run(
        flask("publish", "--conf", "pelicanconf.py"),
        cwd=ROOT,
        env=environment(served.folder, site_url=served.url),
        capture_output=True,
        text=True,
    )
    assert rebuild.returncode == 0, rebuild.stderr
    assert served.live.folder != folder
    after = web_root(served.live)
    assert [path for path in before if before[path] != after.get(path)] == []
    assert set(after) == set(before)


def test_a_decision_reaches_readers_of_the_new_build_too(served, stored):
    pending = next(one for one in stored() if one.status == "pending")
    alice = Visitor(served.url)
    link = subprocess.run(
        flask("moderators", "reset", "moderator@example.org"),
        cwd=ROOT,
        env=environment(served.folder, site_url=served.url),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    alice.post(link.removeprefix(served.url))

    alice.post(f"/moderate/comments/{pending.id}/approve", version=pending.version)

    assert pending.id in ids_on(page_of(served, pending.thread.key))
    url = served.live.manifest.threads[pending.thread.key].page("en")[0]
    assert f'id="comment-{pending.id}"' in alice.get(url)[1]


def test_it_starts_again_on_another_port_with_what_was_there(tmp_path_factory):
    folder = tmp_path_factory.mktemp("again")
    with demo(folder) as first:
        number = first.database()
        with number.session() as session:
            before = session.scalar(sa.select(sa.func.count()).select_from(Comment))
        number.close()
        assert first.stop() == 0

    with demo(folder) as second:
        assert second.url != first.url
        wait_for(lambda: Visitor(second.url).get("/api/health/ready")[0] == 200)
        database = second.database()
        with database.session() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Comment)) == before
        database.close()
        assert second.url in Visitor(second.url).get("/")[1]
