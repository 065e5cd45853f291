"""Looking at the moderators' queue while 100,000 comments are stored: lists, filters, search."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from benchmarks import measuring, wsgi
from benchmarks.report import Row, timed
from benchmarks.sites import Site
from comments_api import moderators
from comments_api.models import Role

MOST = 100.0  # milliseconds
LISTS = {
    "what waits": "/moderate/pending",
    "what is approved": "/moderate/approved",
    "spam": "/moderate/spam",
    "what I wrote": "/moderate/mine",
    "of one thread": "/moderate/approved?thread={thread}",
    "of one name": "/moderate/approved?author=Reader%203",
    "held for one reason": "/moderate/pending?reason=links",
    "of one day": "/moderate/approved?since=2020-01-02&until=2020-01-02",
    "searched, one in five has it": "/moderate/approved?q=constable",
    "searched, nothing has it": "/moderate/approved?q=nowhere",
    "the counts alone": "/moderate/counts?tab=pending",
}
# What a site of some years has: many authors, some of them held, some of them spam.
_YEARS = """
    UPDATE comments SET
        author_email = 'reader-' || (id % 5000) || '@example.org',
        moderator_id = CASE WHEN id % 200 = 0 THEN 1 END,
        reasons = CASE WHEN id % 100 < 30 THEN '["links:3", "new-commenter"]' ELSE '[]' END,
        status = CASE
            WHEN id % 100 < 10 THEN 'pending'
            WHEN id % 100 < 30 THEN 'spam'
            WHEN id % 100 < 35 THEN 'trash'
            ELSE 'approved'
        END
"""


def rows(site: Site) -> Iterator[Row]:
    """Measure whole pages of 50 cards, and what the script asks for while one is looked at."""
    cookie = _sign_in(site)
    with site.shared.database.session() as session:
        for statement in (_YEARS, "ANALYZE"):
            session.execute(sa.text(statement))
    calls = {name: _call(site, path, cookie) for name, path in LISTS.items()}
    for name, sample in measuring.side_by_side(calls, repeats=20).items():
        yield timed(f"GET {name}", sample, most=MOST)


def _sign_in(site: Site) -> str:
    """Return the cookie of a moderator, who came by a one-time link."""
    shared = site.shared
    with shared.database.session() as session:
        alice = moderators.add(session, "Alice", "alice@example.org", Role.OWNER, shared.now())
        token = moderators.new_link(session, alice, shared.now())
    browser = site.app.test_client()
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.post(f"/moderate/enter/{token}", headers=own, base_url=f"http://{wsgi.HOST}")
    cookies = answer.headers.getlist("Set-Cookie")
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)


def _call(site: Site, path: str, cookie: str) -> measuring.Call:
    environ = wsgi.get(path.format(thread=site.key), cookie=cookie, accept="text/html")
    return lambda: site.call(environ, 200)
