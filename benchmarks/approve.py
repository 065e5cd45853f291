"""Approving a comment in a thread of 100 until the pages show it, at small and large sites."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import measuring, wsgi
from benchmarks.content import TAGS_OF_A_POST
from benchmarks.isso import Isso
from benchmarks.report import Row, counted, timed
from benchmarks.sites import THREAD_SIZE, Built, Site
from comments_api import decisions, demo, entering, moderators, publishing
from comments_api.models import Comment
from comments_api.publishing import Report

MOST = 10.0  # milliseconds
MOST_FILES = 12 + TAGS_OF_A_POST
REPEATS = 40
LAST = THREAD_SIZE  # the id of the thread's last comment


class Moderator:
    """Decides on the last comment of a site's thread, over and over."""

    def __init__(self, site: Site) -> None:
        self.site = site
        now = site.shared.now()
        with site.shared.database.session() as session:
            self.version = session.get_one(Comment, LAST).version
            person = demo.moderator(session, now)
            session.flush()
            self.id = person.id
            link = moderators.new_link(session, person, now)
            self.cookie = f"session={entering.by_link(session, link, now).token}"

    def decide(self, action: str) -> None:
        """Decide by the verb, without publishing."""
        with self.site.shared.database.session() as session:
            now = self.site.shared.now()
            decisions.decide(session, LAST, action, self.version, self.id, now)
        self.version += 1

    def publish(self) -> Report:
        """Write the pages."""
        shared = self.site.shared
        return publishing.publish(shared.database, shared.site, shared.now())

    def approve(self) -> Report:
        """Approve, and write the pages."""
        self.decide("approve")
        return self.publish()

    def approve_by_http(self) -> None:
        """Approve by the button of the moderation page."""
        path = f"/moderate/comments/{LAST}/approve"
        fields = {"version": self.version}
        self.site.call(wsgi.post(path, fields, form=True, cookie=self.cookie), 303)
        self.version += 1

    def hold(self) -> None:
        """Take the approval back, on the pages too."""
        self.decide("hold")
        self.publish()

    def ready(self) -> None:
        """Make the pages current but for one approval."""
        self.hold()
        self.decide("approve")


def rows(small: Site, large: Site, crowded: Site, built: Built, isso: Isso | None) -> Iterator[Row]:
    """Measure sites of 100 and 1,000 posts, and one whose database holds 100,000 comments."""
    peer = isso.peer("approve") if isso else None
    for site in (small, large):
        what = f"decide and publish, {site.posts:,} posts"
        yield timed(what, _approving(Moderator(site)), most=MOST, peer=peer)
    of_many = _approving(Moderator(crowded))
    yield timed("the same, 100 posts, 100,000 comments stored", of_many, most=MOST)
    yield from _details(large)
    yield from _files(small, large)
    yield _full_build(built)


def _details(site: Site) -> Iterator[Row]:
    """Measure the button that a moderator presses, and the part that is not the verb's."""
    moderator = Moderator(site)
    moderator.hold()
    by_http = measuring.alternating(moderator.approve_by_http, moderator.hold, REPEATS)
    yield timed(f"by HTTP, {site.posts:,} posts", by_http, most=MOST)
    moderator.decide("approve")
    alone = measuring.alternating(moderator.publish, moderator.ready, REPEATS)
    yield timed(f"of it, publishing, {site.posts:,} posts", alone)
    moderator.publish()


def _approving(moderator: Moderator) -> measuring.Sample:
    moderator.hold()
    sample = measuring.alternating(moderator.approve, moderator.hold, repeats=REPEATS)
    moderator.approve()
    return sample


def _files(*sites: Site) -> Iterator[Row]:
    found = [_written(site) for site in sites]
    same = len({count for count, _ in found}) == 1
    for site, (count, size) in zip(sites, found, strict=True):
        yield counted(
            f"files written, {site.posts:,} posts",
            f"{count} files, {size / 1024:,.0f} KiB",
            f"the same, ≤ {MOST_FILES}",
            met=same and count <= MOST_FILES,
        )


def _written(site: Site) -> tuple[int, int]:
    moderator = Moderator(site)
    moderator.hold()
    report = moderator.approve()
    web = site.shared.site.live().web
    return len(report.written), sum((web / path).stat().st_size for path in report.written)


def _full_build(built: Built) -> Row:
    return Row(
        f"for comparison: a full build, {built.posts:,} posts",
        "",
        f"Pelican with this theme {built.cpu:,.1f} s",
    )
