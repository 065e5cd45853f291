"""`doctor`: findings line by line, and an exit status that a watching program understands."""

from __future__ import annotations

from comments_api import signs
from comments_api.worker import Worker
from tests.conftest import ON_SQLITE


def test_a_site_without_a_worker_is_not_well(run):
    result = run("doctor")

    assert result.exit_code == 1
    assert result.output.startswith("!!  Worker: No worker ever ran with this database.")
    assert "ok  Pages: Every page shows what was decided." in result.output.splitlines()


def test_once_a_worker_worked_it_is(run, database, site, now):
    Worker(database, site).step(now)

    result = run("doctor")

    assert result.exit_code == 0, result.output
    assert "ok  Worker: The worker is at work." in result.output.splitlines()


@ON_SQLITE
def test_a_worker_says_so_once_a_minute_even_if_no_site_is_live(database, site, now, watch):
    worker = Worker(database, site)
    seen = []
    for seconds in (0, 30, 40):
        worker.step(watch.forward(seconds=seconds))
        with database.session() as session:
            seen.append(signs.seen(session, signs.WORKER))

    assert [(moment - now).total_seconds() for moment in seen] == [0, 0, 60]


def test_a_database_without_tables_is_named(start):
    result = start("doctor")

    assert result.returncode == 1
    assert "!!  Database: The database is older than this program" in result.stdout
    assert "Traceback" not in result.stderr
