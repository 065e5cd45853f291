"""An import that is killed is all there or not at all; many comments take seconds, not memory."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from comments_api.models import Comment, Decision, Imported, Thread
from comments_api.settings import ROOT
from tests.cli.conftest import environment, flask
from tests.conftest import ON_SQLITE
from tests.transfer.test_horrors import BODY, TAIL, XML, comment

MEBIBYTE = 1024 * 1024
TABLES = (Comment, Decision, Imported, Thread)
SAID = (
    "<p>I wrote to them on the 4th, and <b>nobody</b> has answered.</p>\n"
    "<blockquote>We take this very seriously.</blockquote>\n"
    'See <a href="https://example.org/answer?n={n}">their answer</a>, number {n}.'
)
# From the kernel's account of this program alone: getrusage counts the one that started it, too.
MEASURED = """
import re, sys
from pathlib import Path
from flask.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) * 1024, file=sys.stderr)
"""


def blog(path, count, pages):
    """Write an export of many comments, every third of which answers the one before it."""
    each = count // pages
    with path.open("w", encoding="utf-8") as file:
        file.write(XML + BODY)
        for page in range(pages):
            file.write(
                f"<item><link>https://old.example.org/2026/11/{page}/</link>"
                f"<wp:post_id>{page + 1}</wp:post_id><wp:status>publish</wp:status>\n"
            )
            for n in range(page * each + 1, page * each + each + 1):
                parent = n - 1 if n % 3 == 0 and n % each > 1 else 0
                date = f"2026-10-{n % 28 + 1:02} 12:{n // 60 % 60:02}:{n % 60:02}"
                file.write(comment(n, parent, SAID.format(n=n), date))
            file.write("</item>")
        file.write(TAIL)
    return path


@pytest.fixture
def settings(database, site, tmp_path):
    """The environment of a command on the test's database and site."""
    url = database.url.render_as_string(hide_password=False)
    return environment(tmp_path, database_url=url, site=site.root)


def counts(database):
    with database.session() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in TABLES]


@ON_SQLITE
def test_killed_at_random_points_and_run_again_the_totals_are_the_same(
    settings, database, tmp_path
):
    file = blog(tmp_path / "blog.xml", 600, 3)
    run = {"args": flask("import-wxr", str(file)), "cwd": ROOT, "env": settings}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    nothing, everything = [0, 0, 0, 0], [600, 600, 600, 3]
    chance = random.Random(32)
    begun = time.monotonic()
    assert subprocess.run(**run, **quiet, timeout=120).returncode == 0
    whole = time.monotonic() - begun
    assert counts(database) == everything
    _empty(database)

    for point in range(10):
        with subprocess.Popen(**run, **quiet) as process:
            time.sleep(whole * (0.3 + (point + chance.random()) * 0.08))
            process.kill()
        assert counts(database) in (nothing, everything)
        if counts(database) == everything:
            _empty(database)

    for _ in range(2):  # the second one adds nothing
        assert subprocess.run(**run, **quiet, timeout=120).returncode == 0
        assert counts(database) == everything


def _empty(database):
    with database.session() as session:
        session.execute(sa.update(Comment).values(parent_id=None))
        for table in TABLES:
            session.execute(sa.delete(table))


@ON_SQLITE
def test_ten_thousand_comments_take_little_memory(settings, database, tmp_path):
    file = blog(tmp_path / "blog.xml", 10_000, 100)
    command = [sys.executable, "-c", MEASURED, "--app", "comments_api", "import-wxr", str(file)]

    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=280
    )

    assert done.returncode == 0, done.stderr
    assert "10,000 comments imported: 10000 approved." in done.stdout
    assert int(done.stderr.splitlines()[-1]) < 200 * MEBIBYTE
    assert counts(database) == [10_000, 10_000, 10_000, 100]
