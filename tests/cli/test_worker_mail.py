"""The worker sends mail: beside the pages, and so that killing it loses nothing."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from comments_api.mail import outbox
from comments_api.mail.headers import Mailbox
from comments_api.mail.office import Office
from comments_api.mail.outbox import Kind
from comments_api.mail.sending import LEASE, Postman
from comments_api.models import Outbox, Status, Subscription
from comments_api.settings import ROOT
from comments_api.worker import Worker, forget
from tests.cli.conftest import environment, flask
from tests.cli.serving import wait_for
from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE, SECRET
from tests.mail.smtp import Postbox, running

pytestmark = ON_SQLITE
AGO = datetime(2026, 1, 1, tzinfo=UTC)
SITE = "https://example.org"


@pytest.fixture
def box():
    """What the mail server does."""
    return Postbox()


@pytest.fixture
def server(box):
    """A mail server of this machine."""
    with running(box) as found:
        yield found


@pytest.fixture
def postman(database, server):
    """Somebody who delivers in this process."""
    office = Office(server.known_as(), Mailbox("", "news@example.org"), SITE, SECRET, 8)
    return Postman(database, office)


@pytest.fixture
def start(database, site, server, tmp_path):
    """Starts workers in processes of their own."""

    @contextmanager
    def run():
        env = environment(
            tmp_path,
            database_url=database.url.render_as_string(hide_password=False),
            site=site.root,
            smtp_url=f"smtp://127.0.0.1:{server.port}",
            mail_from="The campaign <news@example.org>",
        )
        process = subprocess.Popen(flask("worker"), cwd=ROOT, env=env, stderr=subprocess.PIPE)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stderr.close()

    return run


@pytest.fixture
def mails(database, comment):
    """Notes so many mails, which are due, and returns to whom."""

    def note(number):
        about = comment(Status.APPROVED)
        people = [f"bob{one}@example.org" for one in range(number)]
        with database.session() as session:
            session.execute(sa.delete(Outbox))
            for one in people:
                outbox.put(
                    session, Kind.PUBLISHED, AGO, comment_id=about, recipient=one, lang="en",
                    payload={"why": "author"},
                )  # fmt: skip
        return people

    return note


def unsent(database):
    with database.session() as session:
        return session.scalars(sa.select(Outbox).where(Outbox.sent.is_(None))).all()


def test_killed_in_the_middle_it_loses_nothing(start, mails, box, database, site, postman):
    people = mails(100)
    box.slow = 0.02
    with start() as first:
        wait_for(lambda: len(box.mails) >= 30)
        first.kill()
        first.wait()
    before = len(box.mails)
    with start() as second:
        wait_for(lambda: all(row.leased for row in unsent(database)))
        second.send_signal(signal.SIGTERM)
        second.wait(20)

    under_way = unsent(database)
    later = datetime.now(UTC) + LEASE
    postman.round(site.live().manifest, lambda: later)

    assert 30 <= before < 100
    assert len(under_way) <= 1
    assert set(box.recipients()) == set(people)
    assert unsent(database) == []
    twice = [one for one, times in Counter(box.recipients()).items() if times > 1]
    assert len(twice) <= 1
    for one in twice:
        assert len({mail.number for mail in box.mails if mail.recipient == one}) == 1


def test_told_to_end_it_ends_after_the_mail_that_is_under_way(start, mails, box, database):
    mails(100)
    box.slow = 0.02
    with start() as process:
        wait_for(lambda: len(box.mails) >= 5)
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
        assert process.stderr.read() == b""

    assert len(unsent(database)) == 100 - len(box.mails)
    assert all(row.leased is None for row in unsent(database))


def test_a_slow_server_keeps_no_page_waiting(database, site, postman, mails, box, comment, now):
    mails(1)
    box.slow = 3600.0
    worker = Worker(database, site, postman=postman)
    running_worker = threading.Thread(target=worker.run, args=[lambda: now], daemon=True)
    running_worker.start()
    wait_for(lambda: [row for row in unsent(database) if row.leased])

    number = comment(Status.APPROVED)

    shown = f'id="comment-{number}"'.encode()
    wait_for(lambda: shown in site.live().read(PAGE))
    assert box.mails == []
    worker.stop()
    running_worker.join(30)
    assert not running_worker.is_alive()


def test_where_no_mail_is_sent_nothing_piles_up_and_it_is_said_once(
    database, site, mails, now, caplog
):
    caplog.set_level("INFO")
    worker = Worker(database, site)
    for _ in range(2):
        mails(3)
        worker.step(now)

    assert unsent(database) == []
    said = [line for line in caplog.messages if "COMMENTS_SMTP_URL is empty" in line]
    assert len(said) == 1


def test_what_is_over_goes_with_everything_else(database, site, now):
    with database.session() as session:
        for moment in (now - timedelta(days=3), now):
            session.add(
                Subscription(email="x@example.org", scope="posts", lang="en", created=moment)
            )
            outbox.put(session, Kind.CONFIRM, moment)
        session.execute(sa.update(Outbox).values(sent=now - timedelta(days=8)))

    forget(database, now)

    with database.session() as session:
        assert session.scalars(sa.select(Subscription.created)).all() == [now]
        assert session.scalars(sa.select(Outbox.id)).all() == []


def test_its_settings_are_checked_at_the_start(database, tmp_path):
    env = environment(
        tmp_path, database_url=database.url, smtp_url="smtp://bob:s3cret@mail.example.org"
    )

    run = subprocess.run(
        flask("worker"), cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )

    assert run.returncode != 0
    assert "COMMENTS_MAIL_FROM is missing" in run.stderr
    assert "s3cret" not in run.stderr
