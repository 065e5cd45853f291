"""Signing in with a real provider, and what Mallory makes of it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Response
from flask.testing import FlaskClient

from comments_api import identities, senders
from comments_api.models import Identity, KnownBrowser, ProviderSignIn
from tests.conftest import ON_SQLITE
from tests.factories import THREAD
from tests.http.conftest import FORM, SECRET
from tests.http.reading import filled, parse, said
from tests.http.tables import everything
from tests.provider import OF_THE_PROVIDER

pytestmark = [ON_SQLITE, OF_THE_PROVIDER]
PAGE = "/2026/11/the-vote/#comment-form"
FAILED = "Signing in did not work, and we know no more about you than before."
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def now():
    """The time by which the provider signs."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def ordinary(declare):
    """The page is an ordinary one."""
    declare(sensitive=False)


@pytest.fixture
def app(new_app, club):
    """The application, where one can sign in with the club."""
    return new_app(oidc_providers=(club.declared(),))


def begin(browser, back=PAGE, stay="1", headers=None):
    """Press the button; return the page that leads to the provider."""
    data = {"back": back, **({"stay": stay} if stay else {})}
    return browser.post("/api/sign-in/club", data=data, headers=headers)


def way(page):
    """Return where the page leads to."""
    (link,) = [e for e in parse(page.text).iter("a") if "oauth2" in e.get("href", "")]
    return link.get("href")


def returned(club, page, subject="bob"):
    """Sign somebody in at the provider, and return the address that she is sent back to."""
    location = urlsplit(club.sign_in(way(page), subject))
    return f"{location.path}?{location.query}"


def come_back(browser, address):
    """Follow the provider's redirect, as a browser does that comes from another site."""
    return browser.get(address, headers={"Accept": "text/html", "Sec-Fetch-Site": "cross-site"})


def known(database, browser, cookie="reader"):
    """Return whose browser it is."""
    value = browser.get_cookie(cookie)
    with database.session() as session:
        reader = senders.reader_hash(SECRET, value.value) if value else None
        found = identities.known(session, reader)
        return (found.issuer, found.subject, found.email, found.name) if found else None


def count(database, model):
    with database.session() as session:
        return session.scalars(sa.select(sa.func.count()).select_from(model)).one()


# -- there and back -----------------------------------------------------------------------------


def test_somebody_signs_in_and_is_back_where_she_was(bob, club, database):
    page = begin(bob)
    answer = come_back(bob, returned(club, page))

    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert known(database, bob) == ("club", "bob", "bob@example.org", "Bob")
    assert count(database, ProviderSignIn) == 0


def test_the_page_in_between_says_that_one_leaves(bob):
    page = begin(bob)

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Sign in with The club You leave this site now." in said(page)
    # A form that led there would be refused by our own policy.
    assert "oauth2" not in str([form.get("action") for form in parse(page.text).iter("form")])


def test_the_first_step_sets_the_cookie_and_the_last_one_another(bob, club):
    begun = begin(bob)
    before = bob.get_cookie("reader").value
    answer = come_back(bob, returned(club, begun))

    assert "reader=" in begun.headers["Set-Cookie"]
    for wanted in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=15552000"):
        assert wanted in answer.headers["Set-Cookie"]
    assert bob.get_cookie("reader").value != before


def test_a_cookie_that_somebody_read_before_leads_nowhere_after(app, bob, club, database):
    page = begin(bob)
    mallory = app.test_client()
    mallory.set_cookie("reader", bob.get_cookie("reader").value)

    come_back(bob, returned(club, page))

    assert known(database, mallory) is None


def test_without_the_box_she_is_known_until_the_browser_is_closed(bob, club, database):
    answer = come_back(bob, returned(club, begin(bob, stay="")))

    assert "reader-once=" in answer.headers["Set-Cookie"]
    assert "Max-Age" not in answer.headers["Set-Cookie"]
    assert known(database, bob) is None
    assert known(database, bob, "reader-once")[1] == "bob"


def test_her_own_page_says_who_she_is(bob, club):
    come_back(bob, returned(club, begin(bob)))

    assert "You have signed in with The club, as bob@example.org." in said(bob.get("/api/me"))


def test_the_comment_form_knows_her_name(bob, club):
    come_back(bob, returned(club, begin(bob)))

    form = bob.get(f"/api/threads/{THREAD}/form")

    assert filled(form)["author_name"] == "Bob"
    assert "You are known here as bob@example.org." in said(form)


def test_her_comments_are_hers_from_then_on(bob, club, stored, watch):
    bob.send(content="Before.")
    come_back(bob, returned(club, begin(bob)))
    watch.forward(minutes=1)
    bob.send(content="After.")

    assert [comment.identity_id is not None for comment in stored()] == [False, True]
    assert "Before." in said(bob.get("/api/me"))


def test_moderators_see_by_whom_she_is_known_and_readers_do_not(bob, alice, club, site):
    come_back(bob, returned(club, begin(bob)))
    bob.send()
    alice.decide(1, "approve")

    card = alice.get("/moderate/approved")

    assert "Verified: signed in with The club, as bob@example.org" in said(card)
    assert "Verified" not in site.live().read("2026/11/the-vote/index.html").decode()
    assert "bob@example.org" not in bob.get(f"/api/threads/{THREAD}").text


def test_she_may_sign_in_twice(bob, club, database):
    come_back(bob, returned(club, begin(bob)))
    come_back(bob, returned(club, begin(bob)))

    assert count(database, Identity) == count(database, KnownBrowser) == 1


def test_an_address_that_the_provider_did_not_verify_is_not_hers(bob, club, database):
    club.knows("mallory", email="alice@example.org", email_verified=False)

    come_back(bob, returned(club, begin(bob), "mallory"))

    assert known(database, bob) == ("club", "mallory", "", "")


def test_looking_at_the_way_back_uses_nothing_up(bob, club, database):
    address = returned(club, begin(bob))
    before = everything(database)

    assert bob.head(address).status_code == 200
    assert everything(database) == before
    assert come_back(bob, address).status_code == 303


# -- what Mallory tries ---------------------------------------------------------------------------


def refused(answer, database):
    """Say whether somebody was told, kindly, that it did not work, and nobody is known by it."""
    return (
        answer.status_code == 400
        and FAILED in said(answer)
        and count(database, Identity) == count(database, KnownBrowser) == 0
    )


def changed(address, **changes):
    """Return an address with some of its query changed, or left out if None."""
    path, _, query = address.partition("?")
    fields = {**dict(parse_qsl(query)), **changes}
    return f"{path}?{urlencode({k: v for k, v in fields.items() if v is not None})}"


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "made up"},
        {"state": None},
        {"state": ""},
        {"state": "x" * 5000},
        {"code": "made up"},
        {"code": None},
        {"code": None, "error": "access_denied"},
        {"iss": "https://mallory.example"},
    ],
    ids=str,
)
def test_what_does_not_belong_together_signs_nobody_in(bob, club, database, changes):
    address = changed(returned(club, begin(bob)), **changes)

    assert refused(come_back(bob, address), database)


def test_a_provider_may_say_its_right_name(bob, club):
    address = changed(returned(club, begin(bob)), iss=club.url)

    assert come_back(bob, address).status_code == 303


def test_the_state_of_another_browser_signs_nobody_in(app, bob, club, database):
    # Mallory wants Bob to write as Mallory, or to come in as Bob.
    mallory = app.test_client()
    mallorys = returned(club, begin(mallory), "mallory")
    bobs = returned(club, begin(bob))

    assert refused(come_back(bob, mallorys), database)
    assert refused(come_back(mallory, bobs), database)
    assert refused(come_back(app.test_client(), bobs), database)


def test_a_code_of_another_sign_in_signs_nobody_in(app, bob, club, database):
    mallory = app.test_client()
    code = parse_qs(returned(club, begin(mallory), "mallory").partition("?")[2])["code"][0]

    assert refused(come_back(bob, changed(returned(club, begin(bob)), code=code)), database)


def test_the_same_way_back_works_once(bob, club, database):
    address = returned(club, begin(bob))
    come_back(bob, address)
    bob.post("/api/me/forget")

    again = come_back(bob, address)

    assert (again.status_code, FAILED in said(again)) == (400, True)
    assert count(database, KnownBrowser) == 0


def test_a_way_back_that_failed_works_no_more(bob, club, database):
    address = returned(club, begin(bob))
    come_back(bob, changed(address, code="made up"))

    assert refused(come_back(bob, address), database)


def test_after_ten_minutes_it_is_too_late(bob, club, database, watch):
    address = returned(club, begin(bob))
    watch.forward(minutes=11)

    assert refused(come_back(bob, address), database)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"aud": "another-site"},
        {"iss": "https://mallory.example"},
        {"exp": 1_000_000_000},
    ],
    ids=str,
)
def test_a_token_that_is_not_meant_for_this_browser_signs_nobody_in(bob, club, database, wrong):
    club.forge_claims(lambda claims: {**claims, **wrong})

    assert refused(come_back(bob, returned(club, begin(bob))), database)


@pytest.mark.parametrize("path", [DISCOVERY, "/oauth2/token", "/jwks"])
@pytest.mark.parametrize(
    "answer", [Response("<h1>Welcome</h1>", mimetype="text/html"), Response("", 500)], ids=str
)
def test_a_provider_that_is_not_well_is_no_fault_of_ours(bob, club, database, path, answer):
    address = ""
    if path != DISCOVERY:
        begun = begin(bob) if path == "/oauth2/token" else None
        address = returned(club, begun) if begun else ""
    club.forge[path] = lambda _: answer

    last = come_back(bob, address) if address else begin(bob)

    assert refused(last, database)


def test_a_provider_that_is_down_is_no_fault_of_ours(new_app, club, database):
    nobody = new_app(oidc_providers=(club.declared(issuer="http://127.0.0.1:1"),)).test_client()

    assert refused(begin(nobody), database)


def test_the_log_says_why_and_no_secret(bob, club, caplog):
    address = returned(club, begin(bob))
    fields = parse_qs(address.partition("?")[2])

    with caplog.at_level(logging.WARNING):
        come_back(bob, changed(address, code=None, error="the_club_is_on_holiday"))

    assert "club: 'the_club_is_on_holiday'" in caplog.text
    assert fields["code"][0] not in caplog.text
    assert fields["state"][0] not in caplog.text


@pytest.mark.parametrize(
    "back",
    ["https://mallory.example", "//mallory.example", "/\\mallory.example", "javascript:alert(1)"],
)
def test_nobody_is_sent_to_another_site_afterwards(bob, club, back):
    page = begin(bob, back=back)
    answer = come_back(bob, returned(club, page))

    assert "mallory" not in page.text
    assert answer.headers["Location"] == "/"


def test_whoever_failed_can_go_back_to_the_page(bob, club):
    answer = come_back(bob, changed(returned(club, begin(bob)), code="made up"))

    assert PAGE in [link.get("href") for link in parse(answer.text).iter("a")]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/sign-in/other"), ("GET", "/api/sign-in/other/back?state=x")]
)
def test_an_unknown_provider_is_none(bob, database, method, path):
    before = everything(database)
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}

    answer = bob.open(path, method=method, headers=headers, **FORM)

    assert answer.status_code == 404
    assert "One cannot sign in here with this provider" in said(answer)
    assert everything(database) == before


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}])
def test_no_other_site_begins_it(bob, club, database, headers):
    before = everything(database)

    answer = FlaskClient.post(bob, "/api/sign-in/club", data={"back": "/"}, headers=headers)

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert everything(database) == before
    assert DISCOVERY not in club.asked


def test_one_network_begins_so_many(bob, database):
    for _ in range(30):
        begin(bob)

    assert begin(bob, headers={"Accept": "text/html"}).status_code == 429


# -- where it is offered --------------------------------------------------------------------------


def buttons(answer):
    """Return the words of the buttons of a page that lead to a provider."""
    found = parse(answer.text).iter("button")
    return ["".join(e.itertext()) for e in found if "sign-in" in e.get("formaction", "")]


def test_it_is_offered_on_the_form_if_the_build_knows_it_and_on_her_page(bob, declare):
    declare(sign_in=[["club", "The club"]])

    assert buttons(bob.get(f"/api/threads/{THREAD}/form")) == ["Sign in with The club"]
    assert buttons(bob.get("/api/me")) == ["Sign in with The club"]


def test_it_is_not_offered_where_people_may_be_in_danger(bob, declare):
    declare(sign_in=[["club", "The club"]], sensitive=True)

    assert buttons(bob.get(f"/api/threads/{THREAD}/form")) == []


def test_without_providers_nothing_is_offered(new_app):
    nobody = new_app().test_client()

    assert (
        buttons(nobody.get("/api/me")) == buttons(nobody.get(f"/api/threads/{THREAD}/form")) == []
    )


def test_the_form_sends_her_back_to_the_page_it_belongs_to(bob, declare, club):
    declare(sign_in=[["club", "The club"]])
    fields = filled(bob.get(f"/api/threads/{THREAD}/form"), "/api/sign-in/")

    page = bob.post("/api/sign-in/club", data=fields)

    assert come_back(bob, returned(club, page)).headers["Location"] == PAGE
