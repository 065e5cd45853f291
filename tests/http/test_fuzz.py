"""Mutated requests: whatever comes in, no answer is a fault of ours and nothing half is stored."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments_api import complaints, confirmations
from comments_api.models import Outbox, Status
from comments_api.oidc_settings import Provider
from comments_api.senders import reader_hash
from tests.conftest import ON_SQLITE
from tests.factories import ANSWER
from tests.http.conftest import API, LETTER_API, SECRET
from tests.http.test_openapi import UNLIMITED

QUIET = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FORM = "application/x-www-form-urlencoded"
NAMES = ["author_name", "author_email", "author_url", "content", "parent", "do", "x", ""]
NASTY = st.sampled_from(
    [
        "", "\x00", "\ud800", "\uffff", "\u202e", "1", "-1", "9" * 400, "9" * 5000, "٣", "null",
        "preview", "a@b.c", "https://[", "https://a:b@c", "http://\x00", "//", "javascript:1",
        "[a](https://[)", "[a]: <\\", "`" * 300, "*" * 900, "[" * 900, "> " * 300, "&#0;",
        "<" * 900, "![a](b)", "http://" + "a" * 300, "%", "{{ 7 }}", "\\1", "<!--", "]]>",
    ]
)  # fmt: skip
TEXTS = NASTY | st.text(max_size=60)
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
DRAFTS = st.fixed_dictionaries(
    {"author_name": st.just("Bob") | VALUES, "content": st.just("Hello") | VALUES},
    optional={
        **dict.fromkeys(("author_email", "author_url", "do", "x", ""), VALUES),
        "parent": VALUES | st.integers(-1, 3),
    },
)
ACCEPTS = st.sampled_from(
    ["application/json", "text/html", "*/*", "", "image/png", "text/html;q=x"]
)


@st.composite
def mutated(draw, bodies):
    """Draw a body with some of its bytes changed, lost or repeated."""
    body = bytearray(draw(bodies))
    for _ in range(draw(st.integers(0, 3))):
        at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 8))
        body[at : at + length] = draw(st.binary(max_size=8))
    return bytes(body)


JSON_BODIES = DRAFTS.map(lambda draft: json.dumps(draft).encode())
FORM_BODIES = st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=6).map(
    lambda fields: urlencode(fields, errors="surrogatepass").encode()
)


@pytest.fixture
def browser(new_app):
    """A browser that may send as much as it likes."""
    return new_app(**UNLIMITED).test_client()


def demand_sane(answer):
    """Demand an answer that is no fault of ours and has a sentence if it is an error."""
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.mimetype in {"application/problem+json", "text/html"}
        assert answer.data


@pytest.mark.parametrize(
    ("kind", "bodies"),
    [("application/json", JSON_BODIES), (FORM, FORM_BODIES)],
    ids=["json", "form"],
)
def test_no_comment_whatever_is_in_it_is_our_fault(browser, kind, bodies):
    @QUIET
    @given(body=mutated(bodies), accept=ACCEPTS)
    def every(body, accept):
        demand_sane(browser.send_raw(body, kind, Accept=accept))

    every()


EDITS = st.fixed_dictionaries({}, optional=dict.fromkeys(("content", "as_it_is", "do"), VALUES))
COMPLAINTS = st.fixed_dictionaries(
    {"reason": st.sampled_from(complaints.REASONS) | VALUES},
    optional={"words": VALUES, "email": VALUES | st.just("a@b.example")},
)


@ON_SQLITE
@pytest.mark.parametrize(("act", "fields"), [("edit", EDITS), ("report", COMPLAINTS)])
def test_nothing_that_is_said_of_a_comment_is_our_fault(browser, comment, act, fields):
    number = comment(Status.APPROVED, reader=reader_hash(SECRET, "Bob"))
    browser.set_cookie("reader", "Bob")
    json_bodies = fields.map(lambda values: json.dumps(values).encode())
    form_bodies = st.dictionaries(
        st.sampled_from(["content", "as_it_is", "do", "reason", "words", "email"]), TEXTS
    ).map(lambda values: urlencode(values, errors="surrogatepass").encode())

    @QUIET
    @given(
        body=mutated(json_bodies).map(lambda body: ("application/json", body))
        | mutated(form_bodies).map(lambda body: (FORM, body)),
        accept=ACCEPTS,
    )
    def every(body, accept):
        answer = browser.post(
            f"/api/comments/{number}/{act}",
            data=body[1],
            content_type=body[0],
            headers={"Accept": accept},
        )
        demand_sane(answer)

    every()


@ON_SQLITE
@pytest.mark.parametrize("kind", ["application/json", FORM])
def test_no_report_whatever_is_in_it_is_our_fault(browser, letter, kind):
    bodies = st.binary(max_size=30) | st.sampled_from([b"", b"{}", b'{"x": 1}'])

    @QUIET
    @given(body=bodies, accept=ACCEPTS, network=st.integers(0, 255))
    def every(body, accept, network):
        answer = browser.post(
            f"{LETTER_API}/sent",
            data=body,
            content_type=kind,
            headers={"Accept": accept},
            environ_base={"REMOTE_ADDR": f"198.51.{network}.7"},
        )
        demand_sane(answer)

    every()


@ON_SQLITE
def test_no_address_or_header_is_our_fault(browser, letter, comment):
    number = comment(Status.APPROVED, reader=reader_hash(SECRET, "Bob"))
    browser.set_cookie("reader", "Bob")
    paths = [API, f"{API}/mine", f"{API}/form", f"{API}/thanks", "/moderate/", LETTER_API]
    paths += [f"/api/comments/{number}{act}" for act in ("", "/edit", "/withdraw", "/report")]
    header = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
    names = ["If-None-Match", "Accept-Language", "Cookie", "Idempotency-Key", "X-Forwarded-For"]

    @QUIET
    @given(
        path=st.sampled_from(paths),
        query=st.dictionaries(st.sampled_from(["lang", "reply", "from", "did", "comment"]), TEXTS),
        headers=st.dictionaries(st.sampled_from(names), header),
        accept=ACCEPTS,
    )
    def every(path, query, headers, accept):
        query_string = urlencode(query, errors="surrogatepass")
        answer = browser.get(path, query_string=query_string, headers={**headers, "Accept": accept})
        demand_sane(answer)

    every()


def test_no_moderators_form_is_our_fault(alice, comment, letter):
    number = comment()
    names = ["version", "content", "tab", "password", "seen", *ANSWER]
    fields = st.dictionaries(st.sampled_from(names), TEXTS)
    described = st.fixed_dictionaries({name: TEXTS | st.just(ANSWER[name]) for name in ANSWER})
    actions = ["approve", "hold", "spam", "trash", "restore", "reply", "mark-reply", "unmark-reply"]
    actions += ["accept-edit", "reject-edit", "settle"]
    paths = [f"/moderate/comments/{number}/{action}" for action in actions]
    paths += ["/moderate/comments/999/reply", "/moderate/password"]

    @settings(QUIET, max_examples=60)
    @given(path=st.sampled_from(paths), fields=fields | described, version=st.integers(0, 30))
    def every(path, fields, version):
        body = urlencode({"version": version, **fields}, errors="surrogatepass")
        demand_sane(alice.post(path, data=body.encode(), content_type=FORM))

    every()


@ON_SQLITE
def test_nothing_sent_to_a_persons_own_pages_is_our_fault(new_app, database, now):
    nobody = Provider("club", "The club", "http://127.0.0.1:1", "handbill", "secret")
    browser = new_app(**UNLIMITED, oidc_providers=(nobody,)).test_client()
    with database.session() as session:
        confirmations.ask(session, "bob@example.org", "en", now, network="net")
        session.flush()
        link = f"/api/confirm/{session.scalars(sa.select(Outbox.payload)).one()['token']}"
    names = ["do", "stay", "back", "email", "with_text", "mine-1", "shown-1", "mine-x"]
    paths = [link, "/api/confirm/x", "/api/me/confirm", "/api/me/erase", "/api/me/forget"]
    paths += ["/api/me/comments/1/erase", "/api/me/subscriptions/1/end", "/api/sign-in/club"]

    @settings(QUIET, max_examples=60)
    @given(
        path=st.sampled_from(paths),
        fields=st.dictionaries(st.sampled_from(names), TEXTS),
        query=st.dictionaries(st.sampled_from(["state", "code", "iss", "did", "thread"]), TEXTS),
        cookies=st.dictionaries(st.sampled_from(["reader", "reader-once"]), TEXTS),
    )
    def every(path, fields, query, cookies):
        for name, value in cookies.items():
            browser.set_cookie(name, value.encode("utf-8", "replace")[:900].decode("latin-1"))
        body = urlencode(fields, errors="surrogatepass").encode()
        demand_sane(browser.post(path, data=body, content_type=FORM))
        query_string = urlencode(query, errors="surrogatepass")
        for page in ("/api/me", "/api/sign-in/club/back", link):
            demand_sane(browser.get(page, query_string=query_string))

    every()
