"""Sending a comment: what one costs, and whether many at once are all taken."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import sqlalchemy as sa

from benchmarks import content, measuring, wsgi
from benchmarks.isso import NAME, Isso
from benchmarks.report import Row, timed
from benchmarks.sites import Site

MOST = 1.5  # milliseconds
THREADS, EACH = 8, 50


def rows(site: Site, isso: Isso | None) -> Iterator[Row]:
    """Measure a program's POST, a plain form's, and 8 senders at once."""
    numbers = count()
    calls = {"JSON": lambda: _send(site, next(numbers)), "form": lambda: _form(site, next(numbers))}
    samples = measuring.side_by_side(calls, repeats=200)
    peer = isso.peer("post") if isso else None
    yield timed("POST a comment as JSON", samples["JSON"], most=MOST, peer=peer)
    yield timed("POST a comment by the plain form", samples["form"], most=MOST)
    yield _crowd(site, isso)


def _send(site: Site, number: int) -> wsgi.Answer:
    environ = wsgi.post(_path(site), _fields(number), accept="application/json")
    return site.call({**environ, "REMOTE_ADDR": content.address(number)}, 201)


def _form(site: Site, number: int) -> wsgi.Answer:
    fields = {**_fields(number), "do": "send"}
    environ = wsgi.post(_path(site), fields, form=True, accept="text/html")
    return site.call({**environ, "REMOTE_ADDR": content.address(number)}, 303)


def _path(site: Site) -> str:
    return f"/api/threads/{site.key}/comments"


def _fields(number: int) -> dict[str, Any]:
    return {"author_name": f"Reader {number}", "content": content.new_comment(number)}


def _crowd(site: Site, isso: Isso | None) -> Row:
    """Send 400 comments from 8 threads, and count what was refused and what was locked."""
    outcomes: Counter[str] = Counter()

    def locked(context: sa.engine.ExceptionContext) -> None:
        outcomes["locked"] += "locked" in str(context.original_exception)

    def send(first: int) -> None:
        for number in range(first, first + EACH):
            outcomes[_outcome(site, number)] += 1

    sa.event.listen(site.shared.database.engine, "handle_error", locked)
    threads = [threading.Thread(target=send, args=(10_000 + n * EACH,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sa.event.remove(site.shared.database.engine, "handle_error", locked)
    refused = THREADS * EACH - outcomes["taken"]
    return Row(
        f"{THREADS} threads send {EACH} comments each",
        f"{refused} refused, {outcomes['locked']} times “locked”",
        f"{NAME}: {isso.counts['refused']} refused" if isso else "",
        bar="0 and 0",
        met="no" if refused or outcomes["locked"] else "yes",
    )


def _outcome(site: Site, number: int) -> str:
    try:
        _send(site, number)
    except RuntimeError:
        return "refused"
    return "taken"
