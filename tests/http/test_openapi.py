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

from comments_api.openapi import document
from tests.conftest import ON_SQLITE

pytestmark = ON_SQLITE

PROMISES = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
UNLIMITED = {f"post_limit_{name}": 1_000_000 for name in ("block", "block_hour", "thread", "site")}
KNOWN = {"thread": "post-the-vote", "slug": "write-to-the-mayor"}
FROM_THE_SITE = {"Sec-Fetch-Site": "same-origin"}
load_all_checks()


@pytest.fixture
def described(new_app, letter):
    """The application's own description of itself."""
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

    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}

    assert routes == described_paths | pages


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=str)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/threads/{thread}"),
        ("GET", "/api/threads/{thread}/mine"),
        ("POST", "/api/threads/{thread}/comments"),
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
        answer = case.call(headers=FROM_THE_SITE)
        assert answer.status_code < 500
        case.validate_response(answer, checks=PROMISES)

    every()
