"""Sites to measure: built by Pelican with the project's theme, live, and full of comments."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from benchmarks import content, wsgi
from comments_api import create_app, markup, publishing, schema, searching
from comments_api.application import Handbill
from comments_api.manifest import WEB, Region
from comments_api.models import Comment, Status, Thread
from comments_api.settings import PREFIX, ROOT, Settings

THREAD_SIZE = 100
PLENTY = 10_000_000  # as a limit: none
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Built:
    """A build that is not live anywhere yet, and the CPU that Pelican took for it."""

    folder: Path
    posts: int
    cpu: float


@dataclass(frozen=True)
class Site:
    """A live site whose newest post has a thread of 100 comments, and its application."""

    app: Flask
    posts: int

    @cached_property
    def shared(self) -> Handbill:
        """What the application's requests share."""
        shared: Handbill = self.app.extensions["handbill"]
        return shared

    @property
    def key(self) -> str:
        """The key of the full thread."""
        return f"post-{content.slug(self.posts)}"

    @property
    def region(self) -> Region:
        """The full thread's region."""
        return self.shared.site.live().manifest.named("thread", self.key)[0]

    @property
    def page(self) -> Path:
        """The file of the page that shows the full thread."""
        return self.shared.site.live().web / f"{self.region.context['url'].strip('/')}/index.html"

    def call(self, environ: wsgi.Environ, status: int) -> wsgi.Answer:
        """Send a request to the application, which must answer with this status."""
        return wsgi.expect(self.app.wsgi_app, environ, status)


def build(folder: Path, posts: int) -> Built:
    """Build a site of so many posts with Pelican, without comments.

    :raise RuntimeError: if Pelican fails; with what it said.
    """
    source, target = folder / "content", folder / "build"
    content.write_site(source, posts)
    command = [
        sys.executable, "-m", "pelican", str(source), "-s", "pelicanconf.py",
        "-o", str(target / WEB), "--fatal", "errors", "-e", 'LIVE_DATABASE="none"',
    ]  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    before = cpu_of_children()
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"The site of {posts} posts was not built:\n{run.stdout}{run.stderr}")
    return Built(target, posts, cpu_of_children() - before)


def cpu_of_children() -> float:
    """Return the CPU time of all processes that this one started, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def open_site(built: Built, folder: Path, *, elsewhere: int = 0) -> Site:
    """Make a copy of a build live, with a database of its own.

    :param elsewhere: comments of other posts in the database, besides the thread of 100.
    """
    app = create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'comments.sqlite3'}",
            secret_key="benchmarks: nobody ever meets this one",
            site=folder / "site",
            site_url=f"http://{wsgi.HOST}",
            post_limit_block=PLENTY,
            post_limit_block_hour=PLENTY,
            post_limit_thread=PLENTY,
            post_limit_site=PLENTY,
        )
    )
    site = Site(app, built.posts)
    shared = site.shared
    schema.upgrade(shared.database)
    _fill(site, {site.key: THREAD_SIZE})
    publishing.go_live(shared.database, shared.site, built.folder, shared.now())
    others = [f"post-{content.slug(number)}" for number in range(1, built.posts)]
    _fill(site, {key: elsewhere // len(others) for key in others} if elsewhere else {})
    return site


def _fill(site: Site, sizes: Mapping[str, int]) -> None:
    """Store approved comments in bulk; the verbs would take minutes for 100,000 of them."""
    with site.shared.database.session() as session:
        waiting: list[dict[str, Any]] = []
        first = (session.scalar(sa.select(sa.func.max(Comment.id))) or 0) + 1
        for key, size in sizes.items():
            thread = Thread(key=key, version=size, created=content.FIRST_DAY)
            session.add(thread)
            session.flush()
            waiting += _comments(thread.id, first, size)
            first += size
            if len(waiting) >= _ROWS_AT_ONCE:
                session.execute(sa.insert(Comment), waiting)
                waiting = []
        if waiting:
            session.execute(sa.insert(Comment), waiting)


def _comments(thread_id: int, first: int, size: int) -> Iterator[dict[str, Any]]:
    for said in content.thread(size):
        new: dict[str, Any] = {
            "id": first + said.number,
            "thread_id": thread_id,
            "parent_id": None if said.parent is None else first + said.parent,
            "kind": "comment",
            "status": Status.APPROVED.value,
            "version": 2,
            "author_name": said.author,
            "author_email": "",
            "author_url": "",
            "source": said.text,
            "rendered": _rendered(said.text),
            "renderer": markup.RENDERER,
            "reasons": [],
            "lang": "en",
            "fingerprint": f"{first + said.number:032x}",
            "created": said.when,
            "changed": said.when,
        }
        yield {**new, "folded": searching.folded(new)}


_known: dict[str, str] = {}


def _rendered(text: str) -> str:
    if text not in _known:
        _known[text] = str(markup.render(text))
    return _known[text]
