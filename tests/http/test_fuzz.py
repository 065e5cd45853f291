"""Mutated requests: whatever comes in, no answer is a fault of ours and nothing half is stored."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ON_SQLITE
from tests.factories import ANSWER
from tests.http.conftest import API, LETTER_API
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
def test_no_address_or_header_is_our_fault(browser, letter):
    header = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
    names = ["If-None-Match", "Accept-Language", "Cookie", "Idempotency-Key", "X-Forwarded-For"]

    @QUIET
    @given(
        path=st.sampled_from(
            [API, f"{API}/mine", f"{API}/form", f"{API}/thanks", "/moderate/", LETTER_API]
        ),
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
    names = ["version", "content", "tab", "password", *ANSWER]
    fields = st.dictionaries(st.sampled_from(names), TEXTS)
    described = st.fixed_dictionaries({name: TEXTS | st.just(ANSWER[name]) for name in ANSWER})
    actions = ["approve", "hold", "spam", "trash", "restore", "reply", "mark-reply", "unmark-reply"]
    paths = [f"/moderate/comments/{number}/{action}" for action in actions]
    paths += ["/moderate/comments/999/reply", "/moderate/password"]

    @settings(QUIET, max_examples=60)
    @given(path=st.sampled_from(paths), fields=fields | described, version=st.integers(0, 30))
    def every(path, fields, version):
        body = urlencode({"version": version, **fields}, errors="surrogatepass")
        demand_sane(alice.post(path, data=body.encode(), content_type=FORM))

    every()
