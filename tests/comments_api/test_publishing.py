import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from comments_api import decisions, publishing
from comments_api.errors import SiteTrouble
from comments_api.models import DirtyRegion, Status
from comments_api.sites import Build, FolderSite
from tests.conftest import ON_SQLITE
from tests.factories import approve, make_comment, make_moderator
from tests.site.building import web_root

VOTE, FRENCH = "2026/11/the-vote/index.html", "fr/2026/11/the-vote/index.html"
FILES = {  # whatever shows a comment on the vote: its thread, its count, the newest, the feeds
    VOTE, FRENCH, "index.html", "page/2/index.html", "comments/index.html",
    "category/news/index.html", "tag/vote/index.html", "tag/council/page/2/index.html",
    "author/the-campaign-team/page/2/index.html",
    "feeds/comments.atom.xml", "fr/feeds/comments.atom.xml",
    "feeds/threads/post-the-vote.atom.xml", "fr/feeds/threads/post-the-vote.atom.xml",
    "letters/remind-the-chair/index.html",  # it shares the thread of its post
}  # fmt: skip


def held(database, now, **fields):
    with database.session() as session:
        return make_comment(session, now, Status.PENDING, **fields).id


def shows(site, comment_id, path=VOTE):
    return f'id="comment-{comment_id}"' in site.live().read(path).decode()


def dirty(database):
    with database.session() as session:
        return session.scalars(sa.select(DirtyRegion)).all()


def times(site):
    return {path: path.stat().st_mtime_ns for path in site.live().web.rglob("*") if path.is_file()}


@ON_SQLITE
def test_an_approved_comment_is_on_every_page_that_shows_it(database, site, now):
    comment = held(database, now)
    assert not publishing.publish(database, site, now).written

    approve(database, comment, now)
    report = publishing.publish(database, site, now)

    assert set(report.written) <= FILES
    assert all(shows(site, comment, path) for path in (VOTE, FRENCH))
    assert (report.failed, dirty(database)) == ({}, [])


@ON_SQLITE
def test_a_comment_that_is_taken_back_leaves_the_pages_as_they_were(database, site, now):
    before = web_root(site.live())
    comment = held(database, now)
    approve(database, comment, now)
    publishing.publish(database, site, now)
    assert web_root(site.live()) != before

    with database.session() as session:
        alice = make_moderator(session, now)
        decisions.decide(session, comment, "spam", 2, alice.id, now)
    publishing.publish(database, site, now)

    assert web_root(site.live()) == before


@ON_SQLITE
def test_publishing_again_touches_no_file(database, site, now):
    approve(database, held(database, now), now)
    publishing.publish(database, site, now)
    before = times(site)

    publishing.publish(database, site, now)
    publishing.publish_all(database, site.live())

    assert times(site) == before


@ON_SQLITE
def test_a_decision_touches_only_the_files_that_show_it(database, site, now):
    before = times(site)
    approve(database, held(database, now), now)

    report = publishing.publish(database, site, now)

    after = times(site)
    changed = {
        p.relative_to(site.live().web).as_posix() for p in after if after[p] != before.get(p)
    }
    assert changed == set(report.written)


def test_eight_approvals_at_once_are_all_on_the_page(database, site, now):
    ids = [held(database, now) for _ in range(8)]
    with database.session() as session:
        make_moderator(session, now)

    def decide(comment_id):
        approve(database, comment_id, now)
        # Each request has its own store, as each process has.
        publishing.publish(database, FolderSite(site.root), now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, ids))

    assert all(shows(site, comment_id) for comment_id in ids)
    assert publishing.verify(database, site.live()) == {}
    assert dirty(database) == []


@ON_SQLITE
def test_a_page_changed_by_hand_is_named_and_left_alone_and_the_others_are_published(
    database, site, now
):
    path = site.live().web / VOTE
    path.write_bytes(path.read_bytes().replace(b"<!--/live-->", b""))
    by_hand = path.read_bytes()
    comment = held(database, now)
    approve(database, comment, now)

    report = publishing.publish(database, site, now)

    assert set(report.failed) == {VOTE}
    assert path.read_bytes() == by_hand
    assert shows(site, comment, FRENCH)
    assert set(publishing.verify(database, site.live())) == {VOTE}


@ON_SQLITE
def test_a_page_that_is_gone_is_named_and_the_others_are_published(database, site, now):
    (site.live().web / VOTE).unlink()
    comment = held(database, now)
    approve(database, comment, now)

    assert set(publishing.publish(database, site, now).failed) == {VOTE}
    assert shows(site, comment, FRENCH)


@ON_SQLITE
def test_a_failure_is_kept_with_its_reason_and_tried_again_later_each_time(database, site, now):
    whole = (site.live().web / VOTE).read_bytes()
    (site.live().web / VOTE).write_bytes(b"by hand")
    comment = held(database, now)
    approve(database, comment, now)

    for attempt, wait in enumerate((5, 15, 60, 300, 300), start=1):
        assert VOTE in publishing.publish(database, site, now).failed
        row = next(row for row in dirty(database) if row.kind == "thread")
        assert (row.attempts, row.due) == (attempt, now + timedelta(seconds=wait))
        assert row.error.startswith(f"{VOTE}: ")
        assert not publishing.publish(database, site, row.due - timedelta(seconds=1)).failed
        now = row.due

    (site.live().web / VOTE).write_bytes(whole)
    assert not publishing.publish(database, site, now).failed
    assert shows(site, comment)
    assert dirty(database) == []


@ON_SQLITE
def test_only_what_stands_on_the_failed_page_is_tried_again(database, site, now):
    (site.live().web / VOTE).write_bytes(b"by hand")
    approve(database, held(database, now), now)

    publishing.publish(database, site, now)

    assert {row.kind for row in dirty(database)} == {"thread"}


@ON_SQLITE
def test_without_a_live_site_nothing_is_forgotten(database, tmp_path, now):
    approve(database, held(database, now), now)
    before = len(dirty(database))

    with pytest.raises(SiteTrouble):
        publishing.publish(database, FolderSite(tmp_path / "none"), now)

    assert len(dirty(database)) == before > 0


@ON_SQLITE
def test_a_new_site_goes_live_with_every_comment(database, site, built, now):
    comment = held(database, now)
    approve(database, comment, now)
    before = site.live().folder

    publishing.go_live(database, site, built.folder, now)

    assert site.live().folder != before
    assert shows(site, comment)
    assert publishing.verify(database, site.live()) == {}


class Interrupted(FolderSite):
    """A site store in which something happens between publish_all and the swap."""

    def __init__(self, root, meanwhile):
        super().__init__(root)
        self.meanwhile = meanwhile

    def swap(self, build: Build) -> None:
        self.meanwhile()
        super().swap(build)


@ON_SQLITE
def test_an_approval_between_publish_all_and_the_swap_is_on_the_page(database, site, built, now):
    comment = held(database, now)
    with ThreadPoolExecutor(1) as pool:
        later = []

        def meanwhile():
            approve(database, comment, now)
            # Its request waits for the lock, as in another process.
            later.append(pool.submit(publishing.publish, database, FolderSite(site.root), now))

        publishing.go_live(database, Interrupted(site.root, meanwhile), built.folder, now)
        later[0].result()

    assert shows(site, comment)
    assert publishing.verify(database, site.live()) == {}


@ON_SQLITE
def test_going_live_moves_the_clock_past_what_fell_due(database, site, built, now):
    publishing.go_live(database, site, built.folder, now + timedelta(days=15))

    assert "Comments closed on 5 December 2026" in site.live().read(VOTE).decode()


@ON_SQLITE
@pytest.mark.parametrize("damage", ["web", "manifest.json", f"web/{VOTE}"])
def test_what_is_no_whole_build_does_not_go_live(database, site, built, tmp_path, now, damage):
    folder = Path(shutil.copytree(built.folder, tmp_path / "copy"))
    (folder / damage).rename(tmp_path / "away")
    before, pages = site.live().folder, web_root(site.live())

    with pytest.raises(SiteTrouble):
        publishing.go_live(database, site, folder, now)

    assert site.live().folder == before
    assert web_root(site.live()) == pages


@ON_SQLITE
def test_a_build_that_did_not_go_live_leaves_nothing_behind(database, site, built, tmp_path, now):
    shutil.copytree(built.folder, tmp_path / "copy")
    (tmp_path / "copy" / "web" / VOTE).unlink()
    before = set(site.builds.iterdir())

    with pytest.raises(SiteTrouble):
        publishing.go_live(database, site, tmp_path / "copy", now)

    assert set(site.builds.iterdir()) == before


@ON_SQLITE
def test_verify_finds_every_page_that_does_not_say_what_the_database_says(database, site, now):
    comment = held(database, now)
    assert publishing.verify(database, site.live()) == {}
    before = times(site)

    approve(database, comment, now)

    assert VOTE in publishing.verify(database, site.live())
    assert times(site) == before


@ON_SQLITE
def test_publish_all_heals_a_crash_between_the_decision_and_the_pages(database, site, now):
    comment = held(database, now)
    approve(database, comment, now)

    publishing.publish_all(database, site.live())

    assert shows(site, comment)
    assert publishing.verify(database, site.live()) == {}


@ON_SQLITE
def test_a_change_made_after_the_pages_were_read_is_not_forgotten(database, site, now):
    first, second = held(database, now), held(database, now)
    approve(database, first, now)

    class Meanwhile(FolderSite):
        def live(self) -> Build:
            build = super().live()
            if not self.__dict__.setdefault("asked", False):
                self.asked = True
                approve(database, second, now)
            return build

    publishing.publish(database, Meanwhile(site.root), now)
    publishing.publish(database, site, now)

    assert shows(site, first)
    assert shows(site, second)


@ON_SQLITE
@pytest.mark.parametrize("path", ["comments/index.html", "feeds/comments.atom.xml"])
def test_a_list_of_the_whole_site_that_failed_is_tried_again_too(database, site, now, path):
    comment = held(database, now)
    page = site.live().web / path
    page.rename(page.with_name("away"))
    approve(database, comment, now)
    publishing.publish(database, site, now)
    page.with_name("away").rename(page)

    publishing.publish(database, site, now + timedelta(minutes=1))

    assert f"comment-{comment}" in page.read_text()
    assert dirty(database) == []


@ON_SQLITE
def test_a_build_of_the_site_itself_that_cannot_go_live_stays(database, site, now):
    (site.live().web / VOTE).write_text("damaged")

    with pytest.raises(SiteTrouble, match="did not go live"):
        publishing.go_live(database, site, site.live().folder, now)

    assert (site.live().web / "index.html").is_file()


@ON_SQLITE
def test_a_damaged_row_does_not_keep_others_from_their_pages(database, site, now):
    broken, whole = held(database, now), held(database, now, content="Another one.")
    approve(database, broken, now)
    approve(database, whole, now)
    with database.session() as session:
        damage = "UPDATE comments SET author_name = CAST(x'ff41' AS TEXT) WHERE id = :id"
        session.execute(sa.text(damage), {"id": broken})

    publishing.publish(database, site, now)

    assert shows(site, whole)
