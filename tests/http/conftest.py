"""The application on a live small site, and browsers that talk to it as its own pages would."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_api import manifest, moderators, pages, publishing
from comments_api.application import frame, shared
from comments_api.db import Database
from comments_api.manifest import NAME, Region, by_id
from comments_api.models import Comment, Model, Status
from comments_api.settings import Settings
from comments_api.sites import Build, FolderSite
from tests.factories import ANSWER, THREAD, make_comment, make_letter, make_moderator
from tests.factories import LETTER as MAYOR

SECRET = "3fa1c07be2d94658a0b1c2d3e4f56789"
API = f"/api/threads/{THREAD}"
PAGE = "2026/11/the-vote/index.html"
LETTER_API = f"/api/letters/{MAYOR}"
LETTER_PAGE = f"letters/{MAYOR}/index.html"
LETTER_FEED = f"feeds/letters/{MAYOR}.atom.xml"
FORM = {"content_type": "application/x-www-form-urlencoded"}
LETTER = {"author_name": "Bob", "content": "I wrote to them."}


class Browser(FlaskClient):
    """A client that sends what a page of the site itself sends."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request and read the whole answer, so that no file stays open."""
        return super().open(*args, **{"buffered": True, **kwargs})

    def post(self, *args: Any, headers: Any = None, **kwargs: Any) -> TestResponse:
        """Post from the site's own page."""
        headers = {"Sec-Fetch-Site": "same-origin", **(headers or {})}
        return super().post(*args, headers=headers, **kwargs)

    def send(self, thread: str = THREAD, headers: Any = None, **fields: Any) -> TestResponse:
        """Send the comment form; what is not given is what Bob writes."""
        address = f"/api/threads/{thread}/comments"
        return self.post(address, headers=headers, data={**LETTER, "do": "send", **fields})

    def send_json(self, thread: str = THREAD, headers: Any = None, **fields: Any) -> TestResponse:
        """Send a comment as a program does."""
        address = f"/api/threads/{thread}/comments"
        return self.post(address, headers=headers, json={**LETTER, **fields})

    def send_raw(self, body: bytes, kind: str = "application/json", **headers: str) -> TestResponse:
        """Send exactly these bytes as a comment."""
        return self.post(f"{API}/comments", data=body, content_type=kind, headers=headers)

    def report(self, letter: str = MAYOR, headers: Any = None, **more: Any) -> TestResponse:
        """Say by the form of a letter that one sent it."""
        return self.post(f"/api/letters/{letter}/sent", headers=headers, data={}, **FORM, **more)

    def report_json(self, letter: str = MAYOR, headers: Any = None, **fields: Any) -> TestResponse:
        """Say as a program does that one sent a letter."""
        return self.post(f"/api/letters/{letter}/sent", headers=headers, json=fields)

    def mark(self, comment: int, version: int = 1, **fields: Any) -> TestResponse:
        """Send the form that marks a comment as the mayor's answer."""
        return self.decide(comment, "mark-reply", version, **{**ANSWER, **fields})

    def decide(self, comment: int, action: str, version: int = 1, **fields: Any) -> TestResponse:
        """Send a moderator's decision on a comment as she saw it."""
        address = f"/moderate/comments/{comment}/{action}"
        return self.post(address, data={"version": version, **fields})


class Watch:
    """The time that the application is told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def forward(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def watch(now: datetime) -> Watch:
    """The pinned time, which a test can move."""
    return Watch(now)


@pytest.fixture
def new_app(
    database: Database, site: FolderSite, watch: Watch, frames: list[Flask]
) -> Iterator[Callable[..., Flask]]:
    """Makes applications on the database and the site, with parts added and settings changed."""
    made: list[Flask] = []
    usable: list[Flask] = []
    url = database.url.render_as_string(hide_password=False)
    usual = Settings(
        database_url=url,
        secret_key=SECRET,
        site=site.root,
        words=site.root / "words",  # none: the sample's are no test's business
        flood_seconds=0,  # in a test, one comment comes right after the other
    )

    def make(*parts: Blueprint, **changes: Any) -> Flask:
        app = frame() if parts or not frames else frames.pop()
        for part in parts:
            app.register_blueprint(part)
        app.extensions["handbill"] = shared(replace(usual, **changes))
        app.extensions["handbill"].now = lambda: watch.now
        app.test_client_class = Browser
        made.append(app)
        if not parts:
            usable.append(app)
        return app

    yield make
    for app in made:
        app.extensions.pop("handbill").database.close()
    frames.extend(usable)


@pytest.fixture
def app(new_app: Callable[..., Flask]) -> Flask:
    """The application with the settings of a fresh checkout."""
    return new_app()


@pytest.fixture
def bob(app: Flask) -> Browser:
    """Bob's browser."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def alice(app: Flask, database: Database, now: datetime) -> Browser:
    """Alice's browser, in which she is signed in."""
    return signed_in(app, database, now)


def signed_in(app: Flask, database: Database, now: datetime, name: str = "Alice") -> Browser:
    """Return the browser of a moderator who came by her one-time link."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    with database.session() as session:
        token = moderators.new_link(session, make_moderator(session, now, name), now)
    assert browser.post(f"/moderate/enter/{token}").status_code == 303
    return browser


@pytest.fixture
def comment(database: Database, now: datetime) -> Callable[..., int]:
    """Stores a comment and returns its id; it is pending unless a status is given."""

    def make(status: Status = Status.PENDING, **fields: Any) -> int:
        with database.session() as session:
            return make_comment(session, now, status, **fields).id

    return make


@pytest.fixture
def stored(database: Database) -> Callable[[], list[Comment]]:
    """Reads all comments that the database holds, oldest first."""

    def read() -> list[Comment]:
        with database.session() as session:
            return list(session.scalars(sa.select(Comment).order_by(Comment.id)))

    return read


@pytest.fixture
def rows(database: Database) -> Callable[[type[Model]], list[Any]]:
    """Reads all rows of a table."""

    def read(model: type[Model]) -> list[Any]:
        with database.session() as session:
            return list(session.scalars(sa.select(model)))

    return read


@pytest.fixture
def declare(site: FolderSite) -> Callable[..., None]:
    """Changes what the live build says of a thread, as front matter would; before any request."""

    def change(key: str = THREAD, **context: Any) -> None:
        path = site.live().folder / NAME
        manifest = orjson.loads(path.read_bytes())
        threads = [region for region in manifest["regions"] if region["key"] == key]
        for part in [manifest["threads"][key], *threads]:
            part["context"].update(context)
        path.write_bytes(orjson.dumps(manifest))

    return change


@pytest.fixture
def put_letter(database: Database, site: FolderSite) -> Callable[..., None]:
    """Makes a build live that has a letter to the mayor too, in two languages."""

    def put(key: str = MAYOR, **context: Any) -> None:
        context = {"site_url": "http://127.0.0.1:8000", **context}
        build = Build(site.builds / f"{time.time_ns()}")
        shutil.copytree(site.live().folder, build.folder)
        declared = manifest.read(build.folder / NAME)
        regions = [
            make_letter(kind, key, lang, **context)
            for lang in ("en", "fr")
            for kind in ("ledger", "send", "letter-feed")
        ]
        files = {**declared.files}
        for region in regions:
            _write(build, region, files)
        whole = replace(declared, regions={**declared.regions, **by_id(regions)}, files=files)
        (build.folder / NAME).write_bytes(whole.to_json())
        publishing.publish_all(database, build)
        site.swap(build)

    return put


def _write(build: Build, region: Region, files: dict[str, list[str]]) -> None:
    """Add a region to the file that holds it, still empty, as a template would."""
    path = region.context["feed" if region.kind == "letter-feed" else "url"].removeprefix("/")
    if region.kind != "letter-feed":
        path += "index.html"
    file = build.web / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as page:
        if region.kind != "letter-feed":
            page.write(f"<main>{pages.mark(region.id, '')}</main>\n")
    files[path] = [*files.get(path, []), region.id]


@pytest.fixture
def letter(put_letter: Callable[..., None]) -> None:
    """An open letter to the mayor, whose thread is that of the post."""
    put_letter()
