"""Runs in Isso's environment, by `isso.py`: does there what the other modules do with Handbill."""

from __future__ import annotations

import dataclasses
import json
import logging
import sqlite3
import sys
import threading
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import isso  # type: ignore[import-not-found]  # in an environment of its own
from isso import config

from benchmarks import content, measuring, wsgi

THREAD = "/the-vote/"
NEW = "/new/"
ACCEPTED, PENDING = 1, 2


class Threaded(isso.Isso, isso.ThreadedMixin):  # type: ignore[misc]
    """Isso as `isso run` puts it together, without the files that it also serves."""


def main(folder: Path) -> dict[str, Any]:
    """Measure everything, with 100 and with 100,000 comments in the database."""
    logging.disable(logging.WARNING)
    small = _application(folder / "small.sqlite3", 1)
    samples = {
        "read": measuring.cpu(lambda: _read(small), repeats=12),
        "post": _posting(small),
        "approve": _approving(folder),
    }
    counts = _crowd(small)
    large = _application(folder / "large.sqlite3", 1000)
    samples["read_of_100000"] = measuring.cpu(lambda: _read(large), repeats=5)
    return {
        "samples": {name: dataclasses.asdict(sample) for name, sample in samples.items()},
        "counts": counts,
    }


def _application(path: Path, threads: int, *, moderated: bool = False) -> Any:
    """Return Isso as it comes, but for its limits, with so many threads of 100 comments."""
    conf = config.load(config.default_file())
    conf.set("general", "dbpath", str(path))
    conf.set("general", "host", f"http://{wsgi.HOST}")
    conf.set("moderation", "enabled", "true" if moderated else "false")
    conf.set("guard", "ratelimit", "10000000")
    conf.set("guard", "direct-reply", "10000000")
    app = Threaded(conf)
    _fill(path, threads)
    return app


def _fill(path: Path, threads: int) -> None:
    ids = count(1)
    with sqlite3.connect(path) as connection:
        for thread in range(1, threads + 1):
            uri = THREAD if thread == 1 else f"/another/{thread}/"
            connection.execute("INSERT INTO threads VALUES (?, ?, ?)", (thread, uri, "The vote"))
            rows = [_row(thread, next(ids), said) for said in content.thread(100)]
            connection.executemany(
                "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author,"
                " voters) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )


def _row(thread: int, key: int, said: content.Said) -> tuple[Any, ...]:
    parent = None if said.parent is None else key - said.number + said.parent
    address = content.address(said.number)
    moment = said.when.timestamp()
    start = (thread, key, parent, moment, ACCEPTED, address)
    return (*start, said.text, said.author, bytes(256))


def _read(app: Any) -> None:
    answer = wsgi.expect(app, wsgi.get(f"/?uri={THREAD}"), 200)
    assert len(answer.body) > 20_000


def _new(app: Any, number: int) -> wsgi.Answer:
    fields = {
        "text": content.new_comment(number),
        "author": f"Reader {number}",
        "title": "New",
    }
    environ = wsgi.post(f"/new?uri={NEW}", fields)
    return wsgi.call(app, {**environ, "REMOTE_ADDR": content.address(number)})


def _posting(app: Any) -> measuring.Sample:
    numbers = count()
    return measuring.cpu(lambda: _new(app, next(numbers)), repeats=80)


def _crowd(app: Any) -> dict[str, int]:
    """Return how many of 8 times 50 comments that were sent at once were not taken."""
    statuses: Counter[int] = Counter()

    def send(first: int) -> None:
        for number in range(first, first + 50):
            statuses[_new(app, number).status] += 1

    threads = [threading.Thread(target=send, args=(10_000 + part * 50,)) for part in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"refused": 400 - statuses[201]}


def _approving(folder: Path) -> measuring.Sample:
    """Approve the last comment of a thread, and read the thread as the next reader does."""
    path = folder / "moderated.sqlite3"
    app = _application(path, 1, moderated=True)
    approve = wsgi.post(f"/id/100/activate/{app.sign(100)}", {})

    def measured() -> None:
        wsgi.expect(app, approve, 200)
        _read(app)

    def undo() -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE comments SET mode = ? WHERE id = 100", (PENDING,))

    undo()
    return measuring.alternating(measured, undo, repeats=11)


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout)
