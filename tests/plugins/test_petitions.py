import shutil
import socket
import threading
import time
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from plugins.letters import petitions
from plugins.letters.letter import PetitionLink
from plugins.letters.petitions import Desk, Petition
from tests.site.building import CONTENT, build

LINK = PetitionLink("Sign it", "https://petition.parliament.uk/petitions/123456")
OTHER = PetitionLink("Sign that", "https://petition.parliament.uk/petitions/654321")
TODAY, YESTERDAY = date(2026, 11, 21), date(2026, 11, 20)
PLAIN = Petition(LINK.label, LINK.url)


def answer(**attributes):
    """Return what Parliament's site says of a petition."""
    attributes = {
        "state": "open",
        "signature_count": 1234,
        "opened_at": "2026-08-31T10:00:00.000Z",
        "closed_at": None,
        **attributes,
    }
    return orjson.dumps({"data": {"type": "petition", "attributes": attributes}})


KNOWN = Petition(LINK.label, LINK.url, "open", 1234, date(2027, 2, 28), TODAY)


@contextmanager
def serving(respond):
    """Run a site that answers as `respond` does, and yield its address and what was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            respond(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def says(content, status=200):
    def respond(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return respond


@pytest.fixture
def desk(tmp_path):
    def made(asked_at="", today=TODAY):
        return Desk(tmp_path / "petitions", asked_at, today)

    return made


@pytest.fixture
def kept(desk):
    """Figures of yesterday."""
    with serving(says(answer(signature_count=1000))) as (site, _):
        desk(site, YESTERDAY).one(LINK)
    return Petition(LINK.label, LINK.url, "open", 1000, date(2027, 2, 28), YESTERDAY)


def test_a_petition_is_shown_with_what_parliament_says(desk):
    with serving(says(answer())) as (site, asked):
        counter = desk(site)
        found = counter.one(LINK)

    assert found == KNOWN
    assert asked == ["/petitions/123456.json"]
    assert counter.trouble == []


@pytest.mark.parametrize(
    ("attributes", "closes"),
    [
        ({"closed_at": "2026-10-01T10:00:00.000Z", "state": "closed"}, date(2026, 10, 1)),
        ({"opened_at": "2026-05-15T10:00:00.000Z"}, date(2026, 11, 15)),
        ({"opened_at": "2027-08-31T10:00:00.000Z"}, date(2028, 2, 29)),
        ({"opened_at": None, "state": "rejected"}, None),
    ],
    ids=["closed", "open", "leap year", "never opened"],
)
def test_a_petition_closes_when_it_did_or_six_months_after_it_opened(desk, attributes, closes):
    with serving(says(answer(**attributes))) as (site, _):
        assert desk(site).one(LINK).closes == closes


@pytest.mark.parametrize(
    "url",
    [
        "https://www.change.org/p/vote-yes",
        "https://petition.parliament.uk/petitions/check",
        "https://petition.parliament.uk.example.org/petitions/123456",
        "https://petition.parliament.uk/petitions/123456/signatures/new",
    ],
)
def test_any_other_petition_is_a_plain_link(desk, url):
    with serving(says(answer())) as (site, asked):
        assert desk(site).one(PetitionLink("Sign", url)) == Petition("Sign", url)

    assert asked == []


def test_nobody_is_asked_if_nobody_shall_be(desk, kept):
    counter = desk("")

    assert counter.one(LINK) == kept
    assert counter.trouble == []


NONSENSE = {
    "empty": b"",
    "HTML": b"<!doctype html>",
    "a list": b"[1, 2]",
    "a number": b"7",
    "null": b"null",
    "no data": b"{}",
    "no attributes": b'{"data": {}}',
    "attributes of text": b'{"data": {"attributes": "x"}}',
    "no state": b'{"data": {"attributes": {"signature_count": 1}}}',
    "cut off": answer()[:-20],
    "not UTF-8": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "state of another kind": answer(state=["open"]),
    "count of text": answer(signature_count="many"),
    "count of nothing": answer(signature_count=None),
    "count below zero": answer(signature_count=-5),
    "day of text": answer(opened_at="yesterday"),
    "day of a number": answer(opened_at=20261121),
    "last day of all": answer(opened_at="9999-09-30T00:00:00Z"),
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_leaves_what_is_kept_and_is_said(desk, kept, content):
    with serving(says(content)) as (site, _):
        counter = desk(site)
        found = counter.one(LINK)

    assert found == kept
    assert len(counter.trouble) == 1
    assert LINK.url in counter.trouble[0]


@pytest.mark.parametrize("status", [404, 403, 429, 500, 503, 204])
def test_a_refusal_leaves_what_is_kept_and_is_said(desk, kept, status):
    with serving(says(b"", status)) as (site, _):
        counter = desk(site)
        found = counter.one(LINK)

    assert found == kept
    assert len(counter.trouble) == 1


def test_an_answer_that_is_too_large_is_none(desk, kept, monkeypatch):
    monkeypatch.setattr(petitions, "LARGEST", 1000)
    with serving(says(answer(background="x" * 1000))) as (site, _):
        counter = desk(site)

        assert counter.one(LINK) == kept

    assert "1000 bytes" in counter.trouble[0]


def hang(handler):
    handler.connection.recv(1)  # until the other side has had enough


def test_a_site_that_does_not_answer_is_asked_once(desk, kept, monkeypatch):
    monkeypatch.setattr(petitions, "TIMEOUT", 0.1)
    with serving(hang) as (site, asked):
        counter = desk(site)

        assert counter.all([LINK, OTHER]) == [kept, Petition(OTHER.label, OTHER.url)]

    assert asked == ["/petitions/123456.json"]
    assert len(counter.trouble) == 1


def test_a_site_that_answers_drop_by_drop_is_given_up(desk, kept, monkeypatch):
    monkeypatch.setattr(petitions, "TIMEOUT", 0.2)

    def drip(handler):
        content = b" " * 30 + answer()
        handler.send_response(200)
        handler.end_headers()
        for at in range(30):
            handler.wfile.write(content[at : at + 1])
            time.sleep(0.05)
        handler.wfile.write(content[30:])

    with serving(drip) as (site, _):
        assert desk(site).one(LINK) == kept


@pytest.mark.parametrize(
    "respond",
    [
        lambda handler: handler.connection.close(),
        lambda handler: handler.wfile.write(b"\0\1\2\r\n\r\n"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"),
        lambda handler: handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        ),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1000),
        lambda handler: handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: file:///etc\r\n\r\n"),
    ],
    ids=["closed", "no HTTP", "cut off", "chunks", "headers", "loop", "elsewhere"],
)
def test_no_broken_answer_stops_a_build(desk, kept, respond):
    with serving(respond) as (site, _):
        counter = desk(site)

        assert counter.one(LINK) == kept

    assert counter.trouble


def test_a_site_that_is_not_there_stops_no_build_and_is_asked_once(desk, kept):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        site = f"http://127.0.0.1:{free.getsockname()[1]}"
    counter = desk(site)

    assert counter.all([LINK, OTHER, LINK])[0] == kept
    assert len(counter.trouble) == 1


def test_a_petition_never_heard_of_is_a_plain_link(desk):
    with serving(says(b"", 404)) as (site, _):
        assert desk(site).one(LINK) == PLAIN


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"state": "open"}'], ids=ascii)
def test_what_was_kept_and_is_broken_stops_no_build(desk, tmp_path, kept, content):
    (tmp_path / "petitions" / "123456.json").write_bytes(content)

    counter = desk("")

    assert counter.one(LINK) == PLAIN
    assert len(counter.trouble) == 1


def test_a_folder_that_cannot_be_written_stops_no_build(tmp_path):
    (tmp_path / "petitions").write_text("a file")
    with serving(says(answer())) as (site, _):
        found = Desk(tmp_path / "petitions", site, TODAY).one(LINK)

    assert found.url == LINK.url


def test_newer_figures_replace_older_ones(desk, kept):
    with serving(says(answer())) as (site, _):
        assert desk(site).one(LINK) == KNOWN
    assert desk("").one(LINK) == KNOWN


def test_a_build_asks_and_shows_what_it_heard(tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    letter = content / "letters" / "ask-the-paper.md"
    header = f"Petition: {LINK.label} | {LINK.url}\nSlug:"
    letter.write_text(letter.read_text().replace("Slug:", header, 1))
    cache = {"LETTERS_CACHE": str(tmp_path / "cache")}

    with serving(says(answer())) as (site, asked):
        heard = build(tmp_path / "one", content=content, PETITIONS_FROM=site, **cache)
    silent = build(tmp_path / "two", content=content, PETITIONS_FROM=site, **cache)

    assert asked == ["/petitions/123456.json"]
    for made in (heard, silent):
        page = made.read("letters/ask-the-paper/index.html").decode()
        assert "1,234" in page
        assert "28 February 2027" in page or "28 Feb 2027" in page
