"""Reading a thread of 100 comments from the API, with few and with many comments elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask

from benchmarks import measuring, wsgi
from benchmarks.isso import Isso
from benchmarks.report import Row, counted, timed
from benchmarks.sites import Site
from comments_api.threads import Threads

MOST = 0.6  # milliseconds
MOST_FRESH = 0.3
FLAT = 1.25  # times as long with a thousand times the comments
BARE = "bare"
FORMS = {"JSON": "application/json", "HTML": "text/html"}


def rows(small: Site, crowded: Site, isso: Isso | None) -> Iterator[Row]:
    """Measure the same requests at a database of 100 and at one of 100,000 comments."""
    calls = {f"{name}, 100": call for name, call in _calls(small).items()}
    calls |= {f"{name}, 100,000": call for name, call in _calls(crowded).items()}
    calls[BARE] = _bare()
    samples = measuring.side_by_side(calls, repeats=60, batch=25)
    yield timed("for comparison: an empty Flask answer", samples.pop(BARE))
    peers = {"JSON, 100": "read", "JSON, 100,000": "read_of_100000"} if isso else {}
    for name, sample in samples.items():
        most = MOST_FRESH if "304" in name else MOST
        peer = isso.peer(peers[name]) if isso and name in peers else None
        yield timed(f"GET {name} comments stored", sample, most=most, peer=peer)
    yield _flatness(samples)
    yield from _after_a_change(small)
    yield _statements(small)


def _calls(site: Site) -> dict[str, measuring.Call]:
    path = f"/api/threads/{site.key}"
    calls: dict[str, measuring.Call] = {}
    for name, accept in FORMS.items():
        whole = wsgi.get(path, accept=accept)
        etag = site.call(whole, 200).headers["ETag"]
        known = wsgi.get(path, accept=accept, if_none_match=etag)
        calls[name] = _call(site, whole, 200)
        calls[f"304 for {name}"] = _call(site, known, 304)
    return calls


def _call(site: Site, environ: wsgi.Environ, status: int) -> measuring.Call:
    return lambda: site.call(environ, status)


def _bare() -> measuring.Call:
    """Return a call of a Flask application that does nothing: the scale of this machine."""
    app = Flask("bare")
    app.add_url_rule("/<name>", view_func=lambda name: name)
    environ = wsgi.get("/thread")
    return lambda: wsgi.expect(app.wsgi_app, environ, 200)


def _flatness(samples: dict[str, measuring.Sample]) -> Row:
    names = [name.removesuffix(", 100") for name in samples if name.endswith(", 100")]
    ratios = [samples[f"{n}, 100,000"].median / samples[f"{n}, 100"].median for n in names]
    return counted(
        "100,000 comments stored against 100",
        f"{max(ratios):.2f} times as long (the worst of {len(ratios)})",
        f"flat: ≤ {FLAT} times",
        met=max(ratios) <= FLAT,
    )


def _after_a_change(site: Site) -> Iterator[Row]:
    """Measure the first reader after a decision, for whom the thread is drawn anew."""
    for name, accept in FORMS.items():
        environ = wsgi.get(f"/api/threads/{site.key}", accept=accept)
        sample = measuring.alternating(_call(site, environ, 200), lambda: _forget(site), repeats=60)
        yield timed(f"GET {name}, first time after a decision", sample)


def _forget(site: Site) -> None:
    site.shared.threads = Threads(site.shared.database)


def _statements(site: Site) -> Row:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement.split()[0])

    environ = wsgi.get(f"/api/threads/{site.key}", accept="text/html")
    site.call(environ, 200)
    engine = site.shared.database.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        site.call(environ, 200)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return Row("SQL statements of such a request", f"{len(said)} ({', '.join(said)})")
