"""What every answer carries, on every route that there is."""

from __future__ import annotations

import pytest

from comments_api import devsite, masking
from tests.conftest import ON_SQLITE
from tests.http.conftest import signed_in

pytestmark = ON_SQLITE

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
PARTS = {
    "thread": "post-the-vote",
    "slug": "write-to-the-mayor",
    "token": "wrong",
    "status": "approved",
    "action": "approve",
    "provider": "club",
    "path": "2026/11/the-vote/",
}
STATIC = ["/", "/404-nothing", "/about", "/feeds/comments.atom.xml", "/robots.txt", "/moderate"]


def part_of(rule, name):
    """Return what stands for a part of an address; one of the words that it may be."""
    usual = PARTS.get(name, 1)
    words = getattr(rule._converters[name], "items", None) or {usual}
    return usual if usual in words else min(words)


def addresses(app):
    """Return method and address of every route of an application."""
    found = [("GET", path) for path in STATIC]
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            path = rule.build({name: part_of(rule, name) for name in rule.arguments})[1]
        found += [(method, path) for method in sorted(rule.methods)]
    return found


def every_answer(app, browser, accept):
    """Ask every route for a kind of answer."""
    for method, path in addresses(app):
        headers = {"Accept": accept, "Sec-Fetch-Site": "same-origin"}
        answer = browser.open(path, method=method, headers=headers)
        yield f"{method} {path} ({answer.status_code})", path, answer


@pytest.fixture(params=["http://127.0.0.1:8000", "https://example.org"], ids=["http", "https"])
def whole(request, new_app, letter):
    """The application with the site in front of it, as it is served."""
    return new_app(devsite.bp, site_url=request.param)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("who", ["reader", "moderator"])
def test_every_route_answers_with_the_policy_and_its_companions(whole, database, now, accept, who):
    https = whole.extensions["handbill"].settings.https
    more = "; upgrade-insecure-requests" if https else ""
    browser = signed_in(whole, database, now) if who == "moderator" else whole.test_client()

    for name, path, answer in every_answer(whole, browser, accept):
        page = answer.mimetype == "text/html" or not path.startswith("/api/")
        assert answer.status_code < 500, name
        policy = answer.headers["Content-Security-Policy"]
        assert policy in ({PAGE_POLICY + more} if page else {API_POLICY, PAGE_POLICY + more}), name
        assert EVERYWHERE.items() <= dict(answer.headers).items(), name
        referrer = "strict-origin" if masking.is_secret(path) else "same-origin"
        assert answer.headers["Referrer-Policy"] == referrer, name
        assert answer.headers.get("Strict-Transport-Security", "") == (
            "max-age=31536000; includeSubDomains" if https else ""
        ), name
        assert not {"Server", "X-Powered-By"} & set(answer.headers.keys()), name


def test_nothing_of_moderation_stays_in_a_cache(whole, database, now):
    browser = signed_in(whole, database, now)

    for name, path, answer in every_answer(whole, browser, "text/html"):
        if path.startswith("/moderate"):
            assert answer.headers["Cache-Control"] == "no-store", name


def test_every_answer_says_how_long_it_may_be_kept(whole):
    for name, _, answer in every_answer(whole, whole.test_client(), "*/*"):
        assert answer.headers.get("Cache-Control") in {"no-store", "no-cache"}, name


def test_data_is_no_page_for_a_browser(whole):
    browser = whole.test_client()

    paths = ("/api/threads/post-the-vote", "/api/letters/write-to-the-mayor")
    for path in (*paths, "/api/openapi.json", "/api/health/alive"):
        assert browser.get(path).headers["Content-Security-Policy"] == API_POLICY


def test_only_hashed_files_are_kept_for_ever(whole, built):
    browser = whole.test_client()

    for address in built.manifest.assets.values():
        answer = browser.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in str(browser.get("/theme/nothing.css").headers)


@pytest.mark.parametrize(
    ("path", "mimetype"),
    [
        ("/", "text/html"),
        ("/feeds/comments.atom.xml", "application/atom+xml"),
        ("/sitemap.xml", "application/xml"),
        ("/robots.txt", "text/plain"),
    ],
)
def test_files_of_the_site_are_served_as_what_they_are(whole, path, mimetype):
    assert whole.test_client().get(path).mimetype == mimetype


@pytest.mark.parametrize(
    "path", ["/manifest.json", "/../manifest.json", "/%2e%2e/manifest.json", "/.hidden", "/..%2f"]
)
def test_only_the_web_root_is_served(whole, path):
    answer = whole.test_client().get(path)

    assert answer.status_code == 404
    assert "<main" in answer.text


@pytest.mark.parametrize(
    "path", ["/" + "a" * 5000, "/%00", "/%ff", "/a/" * 500], ids=["long", "nul", "ff", "deep"]
)
def test_an_address_that_no_disk_knows_is_not_found(whole, path):
    assert whole.test_client().get(path).status_code in {308, 404}


def test_a_folder_without_its_slash_is_sent_to_the_page(whole):
    answer = whole.test_client().get("/2026/11/the-vote")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/2026/11/the-vote/")
