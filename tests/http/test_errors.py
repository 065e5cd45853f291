"""Whatever fails: a problem for programs, a page of the site for people."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Blueprint

from comments_api.settings import ROOT
from tests.conftest import ON_POSTGRESQL, ON_SQLITE
from tests.http.conftest import API, LETTER
from tests.http.reading import parse, said

SENT = f"{API}/comments"
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}
NO_FORM = {"data": b"x", "content_type": "text/plain"}
FAILING = [
    ("no address", "GET", "/api/nothing", {}, 404),
    ("no thread", "GET", "/api/threads/nothing", {}, 404),
    ("no thread to send to", "POST", "/api/threads/nothing/comments", {"json": LETTER}, 404),
    ("no form there", "GET", "/api/threads/nothing/form", {}, 404),
    ("wrong method", "DELETE", API, {}, 405),
    ("unheard method", "PROPFIND", API, {}, 405),
    ("wrong method below", "PUT", SENT, {"json": LETTER}, 405),
    ("invalid", "POST", SENT, {"json": {"author_name": "Bob"}}, 422),
    ("unknown field", "POST", SENT, {"json": {**LETTER, "x": 1}}, 422),
    ("unknown parent", "POST", SENT, {"json": {**LETTER, "parent": 99}}, 422),
    ("no JSON", "POST", SENT, {"data": b"{", "content_type": "application/json"}, 400),
    ("no form", "POST", SENT, NO_FORM, 415),
    ("too large", "POST", SENT, {"data": b"x" * 200_000, "content_type": "application/json"}, 413),
    ("cross-site", "POST", SENT, {"json": LETTER, "headers": ELSEWHERE}, 403),
    ("wrong link", "POST", "/moderate/enter/wrong", {}, 410),
    ("no moderation there", "GET", "/moderate/nothing", {}, 404),
]
TABLE = pytest.mark.parametrize(
    ("method", "path", "request_", "status"),
    [row[1:] for row in FAILING],
    ids=[row[0] for row in FAILING],
)
TOO_MUCH = re.compile(
    rf"Traceback|File \"|{re.escape(str(ROOT))}|site-packages|\.py\b|Werkzeug|Flask|Python"
    r"|sqlalchemy|psycopg|sqlite|SELECT|postgres|0x[0-9a-f]{6}|/tmp/",
    re.IGNORECASE,
)


def ask(browser, method, path, accept, headers=None, **request):
    """Send a request from the site's own page, unless its headers say otherwise."""
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": accept, **(headers or {})}
    return browser.open(path, method=method, headers=headers, **request)


def demand_problem(answer, status):
    """Demand that an answer is a problem as RFC 9457 writes it."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert set(answer.json) == {"type", "title", "status", "errors"}
    assert answer.json["status"] == status
    assert answer.json["type"].startswith("/api/problems/")
    demand_sentence(answer.json["title"])


def demand_page(answer, status):
    """Demand that an answer is a whole page in the site's look."""
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert "%%" not in answer.text
    assert "<!--hole-->" not in answer.text
    page = parse(answer.text)
    assert page.find("head/title").text.strip()
    assert page.find("head/link[@rel='stylesheet']").get("href").startswith("/theme/css/site.")
    assert page.find(".//footer") is not None
    assert page.find(".//main//h1") is not None
    assert list(page.find(".//main").iter("a"))
    demand_sentence(said(answer))


def demand_sentence(text):
    """Demand words for a person, and nothing about the machine."""
    assert text.strip()
    assert not TOO_MUCH.search(text)


def demand_headers(answer):
    """Demand that nothing tells how the program is made."""
    assert not TOO_MUCH.search(str(answer.headers))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@ON_SQLITE
@TABLE
def test_a_program_gets_a_problem(bob, method, path, request_, status):
    answer = ask(bob, method, path, "application/json", **request_)

    demand_problem(answer, status)
    demand_headers(answer)


@ON_SQLITE
@TABLE
def test_a_person_gets_a_page_of_the_site(bob, method, path, request_, status):
    answer = ask(bob, method, path, "text/html,*/*;q=0.8", **request_)

    demand_page(answer, status)
    demand_headers(answer)
    assert not TOO_MUCH.search(answer.text.replace("/source/", ""))


@ON_SQLITE
@pytest.mark.parametrize(
    ("accept", "demand"), [("*/*", demand_problem), ("text/html", demand_page)]
)
def test_a_fault_of_our_own_is_an_apology(new_app, accept, demand):
    faulty = Blueprint("faulty", __name__)
    faulty.add_url_rule("/api/fault", view_func=lambda: 1 / 0)

    answer = new_app(faulty).test_client().get("/api/fault", headers={"Accept": accept})

    demand(answer, 500)
    demand_headers(answer)
    assert "Something went wrong on our side." in answer.text


@ON_SQLITE
def test_a_wrong_method_names_the_right_ones(bob):
    allowed = bob.delete(API).headers["Allow"]

    assert set(allowed.split(", ")) == {"GET", "HEAD", "OPTIONS"}


@ON_SQLITE
def test_without_a_site_the_sentence_stands_alone(app, site):
    site.current.unlink()
    browser = app.test_client()

    program = browser.get(API)
    person = browser.get(API, headers={"Accept": "text/html"})

    demand_problem(program, 503)
    assert (person.status_code, person.mimetype) == (503, "text/plain")
    assert person.text == "The site is being changed. Please try again in a minute.\n"
    demand_headers(person)


@ON_SQLITE
def test_moderators_can_work_before_there_is_a_site(alice, site):
    site.current.unlink()

    assert alice.get("/moderate/").status_code == 200
    assert alice.get("/moderate/record").status_code == 200


@ON_SQLITE
@pytest.mark.parametrize(
    ("accept", "demand"), [("*/*", demand_problem), ("text/html", demand_page)]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("kind", ["a folder", "no server"])
def test_a_database_that_cannot_be_reached_is_said_so(
    new_app, tmp_path, kind, method, accept, demand
):
    urls = {
        "a folder": f"sqlite:///{tmp_path}",
        "no server": f"postgresql://nobody@/none?host={tmp_path}",
    }
    browser = new_app(database_url=urls[kind]).test_client()
    path, request = (API, {}) if method == "GET" else (SENT, {"json": LETTER})

    answer = ask(browser, method, path, accept, **request)

    demand(answer, 503)
    demand_headers(answer)
    assert answer.headers["Retry-After"] == "10"
    assert "The comments are not reachable right now." in answer.text


@ON_SQLITE
def test_a_database_that_was_never_upgraded_is_said_so(new_app, tmp_path):
    browser = new_app(database_url=f"sqlite:///{tmp_path}/new.sqlite3").test_client()

    demand_problem(browser.get(API), 503)


@ON_POSTGRESQL
def test_a_server_that_went_away_is_asked_again(app, bob, database):
    assert bob.get(API).status_code == 200
    with database.engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    assert bob.get(API).status_code == 200


@ON_SQLITE
@pytest.mark.parametrize("path", ["/api/threads/%ff%fe", "/api/threads/%00", "/api//threads"])
def test_strange_addresses_do_no_harm(bob, path):
    assert bob.get(path).status_code in {308, 404}


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    [
        "/moderate/pending?from=99999999999999999999",
        "/moderate/approved?from=-99999999999999999999",
        "/moderate/record?from=99999999999999999999",
        "/moderate/?did=approve&comment=99999999999999999999",
    ],
)
def test_an_absurd_number_in_a_moderators_address_does_no_harm(alice, path):
    assert alice.get(path).status_code in {200, 400, 404}


@pytest.mark.parametrize("action", ["approve", "reply"])
def test_a_decision_on_an_absurd_number_is_refused(alice, action):
    answer = alice.decide(99_999_999_999_999_999_999, action, content="x")

    assert answer.status_code == 404
