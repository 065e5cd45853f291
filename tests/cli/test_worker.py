"""The worker: what it does at a step, and how its process ends."""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from comments_api import confirmations, identities, moderators, reports, sign_ins
from comments_api.errors import SiteTrouble
from comments_api.limits import Limit, take
from comments_api.models import (
    Bucket,
    Comment,
    Confirmation,
    DirtyRegion,
    IdempotencyKey,
    Identity,
    KnownBrowser,
    ProviderSignIn,
    Salt,
    SignInLink,
    Status,
)
from comments_api.settings import ROOT
from comments_api.worker import Worker
from tests.cli.conftest import environment, flask
from tests.cli.serving import alive, wait_for
from tests.conftest import ON_SQLITE
from tests.factories import make_letter, make_moderator
from tests.http.conftest import PAGE

LETTER_PAGE = "letters/write-to-the-chair/index.html"
AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def worker(database, site):
    """A worker on the test's database and site."""
    return Worker(database, site)


@pytest.fixture
def page(site):
    """The file of the post."""
    return site.live().web / PAGE


def rows(database, model):
    """Return how many rows a table holds."""
    with database.session() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_step_writes_what_waits(worker, comment, database, page, now):
    number = comment(Status.APPROVED)

    worker.step(now)

    assert f'id="comment-{number}"'.encode() in page.read_bytes()
    assert rows(database, DirtyRegion) == 0


def test_a_page_that_fails_is_tried_again_later_and_later(worker, comment, database, page, now):
    whole = page.read_bytes()
    page.write_bytes(b"<p>Cut.</p>")
    shown = f'id="comment-{comment(Status.APPROVED)}"'.encode()
    waits = []

    for _ in range(6):
        worker.step(now)
        with database.session() as session:
            left = session.scalars(sa.select(DirtyRegion)).one()
            waits.append(int((left.due - now).total_seconds()))
            now = left.due
    page.write_bytes(whole)
    worker.step(now)

    assert waits == [5, 15, 60, 300, 300, 300]
    assert shown in page.read_bytes()
    assert rows(database, DirtyRegion) == 0


def test_a_step_before_its_time_leaves_the_page_alone(worker, comment, page, now):
    whole = page.read_bytes()
    page.write_bytes(b"<p>Cut.</p>")
    comment(Status.APPROVED)
    worker.step(now)
    page.write_bytes(whole)

    worker.step(now + timedelta(seconds=4))

    assert page.read_bytes() == whole


def test_the_clock_closes_what_falls_due(worker, site, now):
    before = site.live().read(LETTER_PAGE)

    worker.step(now + timedelta(days=30))

    after = site.live().read(LETTER_PAGE)
    assert b"comment-form" not in site.live().read(PAGE)
    assert after != before
    assert b"losed" in after


def test_nothing_is_written_when_nothing_is_due(worker, site, now):
    worker.step(now)
    before = {path: path.stat().st_mtime_ns for path in site.live().web.rglob("*")}

    worker.step(now + timedelta(hours=5))

    assert {path: path.stat().st_mtime_ns for path in site.live().web.rglob("*")} == before


def test_addresses_are_forgotten_after_thirty_days(worker, database, comment, now):
    number = comment()
    with database.session() as session:
        session.execute(sa.update(Comment).values(address_block="192.0.2.0/24"))

    worker.step(now + timedelta(days=29))
    early = _block(database, number)
    worker.step(now + timedelta(days=30, minutes=1))

    assert (early, _block(database, number)) == ("192.0.2.0/24", None)


def _block(database, number):
    with database.session() as session:
        return session.get_one(Comment, number).address_block


@ON_SQLITE
def test_links_keys_and_buckets_that_are_over_go(worker, database, comment, now):
    number = comment()
    with database.session() as session:
        moderators.new_link(session, make_moderator(session, now), now)
        session.add(IdempotencyKey(key_hash="x", comment_id=number, created=now))
        take(session, [Limit("a", 5, 60)], now)

    worker.step(now)
    kept = [rows(database, model) for model in (SignInLink, IdempotencyKey, Bucket)]
    worker.step(now + timedelta(days=3))

    assert kept == [1, 1, 1]
    assert [rows(database, model) for model in (SignInLink, IdempotencyKey, Bucket)] == [0, 0, 0]


@ON_SQLITE
def test_ways_to_become_known_that_nobody_can_go_any_more_are_forgotten(worker, database, now):
    models = (Confirmation, ProviderSignIn, KnownBrowser)
    with database.session() as session:
        confirmations.ask(session, "bob@example.org", "en", now, network="net")
        sign_ins.begin(session, "club", "https://x", "reader", "/", now, network="net")
        identities.introduce(session, "reader", "email", "b@x.org", "b@x.org", "Bob", now)

    worker.step(now)
    kept = [rows(database, model) for model in models]
    worker.step(now + timedelta(minutes=61))
    later = [rows(database, model) for model in models]
    worker.step(now + timedelta(days=181))

    assert kept == [1, 1, 1]
    assert later == [1, 0, 1]
    assert [rows(database, model) for model in (*models, Identity)] == [0, 0, 0, 1]


@ON_SQLITE
def test_yesterdays_salt_goes_with_the_first_step_of_the_day(worker, database, now):
    late = now.replace(hour=23, minute=59, second=30)
    worker.step(late)
    with database.session() as session:
        reports.report(session, make_letter(), "192.0.2.0/24", "a secret", late)

    worker.step(late + timedelta(seconds=20))
    kept = [rows(database, model) for model in (Salt, Bucket)]
    worker.step(late + timedelta(seconds=40))

    assert kept == [1, 2]
    assert [rows(database, model) for model in (Salt, Bucket)] == [0, 0]


@ON_SQLITE
def test_a_step_without_a_site_says_so(worker, site, now):
    site.current.unlink()

    with pytest.raises(SiteTrouble):
        worker.step(now)


@ON_SQLITE
def test_the_loop_outlives_trouble_and_ends_when_told(worker, site, comment, now):
    site.current.unlink()
    seen = []

    def tell():
        seen.append(now)
        worker.stop()
        return now

    worker.run(tell)

    assert seen == [now]


@pytest.fixture
def process(database, site, tmp_path):
    """The worker in a process of its own, on the test's database and site."""
    url = database.url.render_as_string(hide_password=False)
    env = environment(tmp_path, database_url=url, site=site.root)
    running = subprocess.Popen(flask("worker"), cwd=ROOT, env=env, stderr=subprocess.PIPE)
    yield running
    if running.poll() is None:
        running.kill()
    running.wait()
    running.stderr.close()


@ON_SQLITE
def test_its_process_publishes_and_ends_in_order_when_told(process, comment, page):
    shown = f'id="comment-{comment(Status.APPROVED)}"'.encode()
    wait_for(lambda: shown in page.read_bytes())

    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert process.stderr.read() == b""


@ON_SQLITE
def test_its_process_ends_with_the_one_that_started_it(database, site, tmp_path):
    url = database.url.render_as_string(hide_password=False)
    env = environment(tmp_path, database_url=url, site=site.root)
    script = (
        "import subprocess, sys; "
        "print(subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL).pid, flush=True); "
        "sys.stdin.read()"
    )
    command = [flask()[0], "-c", script, *flask("worker", "--with-parent")]
    parent = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    pid = int(parent.stdout.readline())
    with parent:
        with database.session() as session:
            session.add(DirtyRegion(kind="x", key="", since=AGO, due=AGO))
        wait_for(lambda: rows(database, DirtyRegion) == 0)

    wait_for(lambda: not alive(pid), 20)
