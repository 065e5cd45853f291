"""/api/openapi.json: valid, and true enough that requests made from it never surprise."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

from comments_api.models import Status
from comments_api.openapi import document
from comments_api.senders import reader_hash
from tests.conftest import ON_SQLITE
from tests.http.conftest import SECRET
from tests.http.mailing import MAIL

pytestmark = ON_SQLITE

PROMISES = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
UNLIMITED = {f"post_limit_{name}": 1_000_000 for name in ("block", "block_hour", "thread", "site")}
UNLIMITED |= {"complaint_limit_block_hour": 1_000_000, "flood_seconds": 0, **MAIL}
KNOWN = {"thread": "post-the-vote", "slug": "write-to-the-mayor", "comment": 1}
FROM_THE_SITE = {"Sec-Fetch-Site": "same-origin"}
BOB = {"reader": "Bob"}
load_all_checks()


@pytest.fixture
def described(new_app, letter, comment):
    """The application's own description of itself, with a public comment of Bob's browser."""
    comment(Status.APPROVED, reader=reader_hash(SECRET, "Bob"))
    app = new_app(**UNLIMITED)
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


def test_the_description_is_valid(bob):
    found = bob.get("/api/openapi.json")

    assert found.mimetype == "application/json"
    assert found.json == document()
    validate(found.json)


def test_every_readers_route_is_described_or_a_page_for_people(app):
    described_paths = {re.sub("{(.+?)}", r"<\1>", path) for path in document()["paths"]}
    pages = {"/api/threads/<thread>/form", "/api/threads/<thread>/thanks", "/api/openapi.json"}
    about_her = ("/api/me", "/api/confirm/", "/api/sign-in/")

    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    pages |= {rule for rule in routes - described_paths if rule.startswith(about_her)}

    assert routes == described_paths | pages


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=str)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/threads/{thread}"),
        ("GET", "/api/threads/{thread}/mine"),
        ("POST", "/api/threads/{thread}/comments"),
        ("GET", "/api/comments/{comment}"),
        ("GET", "/api/comments/{comment}/edit"),
        ("POST", "/api/comments/{comment}/edit"),
        ("GET", "/api/comments/{comment}/withdraw"),
        ("POST", "/api/comments/{comment}/withdraw"),
        ("GET", "/api/comments/{comment}/report"),
        ("POST", "/api/comments/{comment}/report"),
        ("GET", "/api/follow"),
        ("POST", "/api/follow"),
        ("GET", "/api/follow/end/{token}"),
        ("POST", "/api/follow/end/{token}"),
        ("GET", "/api/letters/{slug}"),
        ("POST", "/api/letters/{slug}/sent"),
    ],
)
def test_requests_made_from_the_description_are_answered_as_it_says(described, method, path, mode):
    strategy = described[path][method].as_strategy(generation_mode=mode)

    @settings(
        max_examples=60,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, known=st.booleans())
    def every(case, known):
        if known:
            case.path_parameters.update({n: KNOWN[n] for n in KNOWN if n in case.path_parameters})
        answer = case.call(headers=FROM_THE_SITE, cookies=BOB)
        assert answer.status_code < 500
        case.validate_response(answer, checks=PROMISES)

    every()
