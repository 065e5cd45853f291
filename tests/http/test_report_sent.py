"""POST /api/letters/{slug}/sent: one more is counted, nothing is kept, and the page says so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from comments_api import publishing, reports
from tests.conftest import ON_SQLITE
from tests.http.conftest import LETTER_API, LETTER_FEED, LETTER_PAGE
from tests.http.reading import said

DONE = "/letters/write-to-the-mayor/done/"
pytestmark = pytest.mark.usefixtures("letter")


@pytest.fixture
def sent(bob):
    """Asks how many were counted."""
    return lambda: bob.get(LETTER_API).json["sent"]


def from_network(number):
    """Return where a request seems to come from."""
    return {"environ_base": {"REMOTE_ADDR": f"198.51.{number}.7"}}


def test_a_form_leads_to_the_done_page(bob, sent):
    answer = bob.report()

    assert (answer.status_code, answer.headers["Location"]) == (303, DONE)
    assert sent() == 1


def test_a_program_gets_the_number(bob):
    bob.report_json()

    answer = bob.report_json()

    assert answer.status_code == 201
    assert answer.json == {
        "letter": "write-to-the-mayor",
        "sent": 2,
        "message": "Thank you. 2 people told us that they sent this letter.",
    }


def test_the_page_says_it_at_once(bob, database, site):
    before = site.live().read(LETTER_PAGE)

    bob.report()

    page = site.live().read(LETTER_PAGE)
    assert page != before
    assert bob.get(LETTER_API, headers={"Accept": "text/html"}).data in page
    assert publishing.verify(database, site.live()) == {}


def test_all_languages_of_a_letter_share_the_number(bob, site):
    bob.report_json(headers={"Accept-Language": "fr"})

    answer = bob.report(headers={"Accept-Language": "fr"})

    assert answer.headers["Location"] == "/fr/letters/write-to-the-mayor/done/"
    assert bob.get(f"{LETTER_API}?lang=fr").json["sent"] == 2
    assert bob.get(f"{LETTER_API}?lang=en").json["sent"] == 2


def test_a_form_that_has_fields_nevertheless_is_taken(bob, sent):
    bob.post(f"{LETTER_API}/sent", data={"my_name": "Bob Reader", "x": ""})

    assert sent() == 1


@ON_SQLITE
def test_it_neither_reads_nor_sets_a_cookie(bob, alice, comment, sent):
    bob.send()
    answers = [bob.report(), alice.report(), bob.report_json(), bob.report_json("nothing")]

    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert not any("Cookie" in answer.headers.get("Vary", "") for answer in answers)


@ON_SQLITE
def test_nothing_of_the_sender_is_stored(bob, database):
    headers = {"User-Agent": "Bob's own browser", "Cookie": "reader=bobs-cookie"}

    bob.report(headers=headers, **from_network(100))

    database.close()
    stored = b"".join(path.read_bytes() for path in database.file.parent.glob("*.sqlite3*"))
    assert b"198.51" not in stored
    assert b"Bob's own browser" not in stored
    assert b"bobs-cookie" not in stored


def test_eight_at_once_are_eight(app, sent, database, site):
    def tell(number):
        return app.test_client().report(**from_network(number)).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tell, range(8))) == [303] * 8

    assert sent() == 8
    publishing.publish(database, site, app.extensions["handbill"].now())
    assert publishing.verify(database, site.live()) == {}


# -- refused ----------------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize("path", ["nothing", "post-the-vote", "x" * 300])
def test_an_unknown_letter_is_unknown(bob, path):
    form, program = bob.report(path), bob.report_json(path)

    assert (form.status_code, program.status_code) == (404, 404)
    assert "There is no such letter on this site." in said(form)
    assert program.json["type"] == "/api/problems/unknown-letter"


def test_a_deadline_that_passes_closes_it_at_once_and_keeps_the_number(bob, watch, sent):
    for _ in range(3):
        bob.report()
    watch.forward(days=30)

    form, program = bob.report(), bob.report_json()

    assert (form.status_code, program.status_code) == (403, 403)
    assert "3 people told us that they sent it, and so it stays." in said(form)
    assert program.json["type"] == "/api/problems/letter-closed"
    assert sent() == 3


@ON_SQLITE
@pytest.mark.parametrize("state", ["closed", "won", "superseded"])
def test_a_letter_that_is_over_counts_no_more(bob, put_letter, state):
    put_letter(key="over", state=state)

    answer = bob.report("over")

    assert answer.status_code == 403
    assert "This letter is closed" in said(answer)
    assert 'href="/letters/over/"' in answer.text


@ON_SQLITE
def test_a_letter_that_does_not_count_says_so(bob, put_letter):
    put_letter(key="quiet", counter=False)

    answer = bob.report_json("quiet")

    assert (answer.status_code, answer.json["type"]) == (403, "/api/problems/nothing-counted")
    assert bob.get("/api/letters/quiet").json["sent"] is None


@ON_SQLITE
def test_a_busy_network_is_told_that_its_letters_count(bob, sent):
    for _ in range(reports.AN_HOUR):
        bob.report()

    form, program = bob.report(), bob.report_json()

    assert (form.status_code, program.status_code) == (429, 429)
    assert "Your letter counts, whatever our counter says" in said(form)
    assert "It can count one more in 5 minutes." in said(form)
    assert form.headers["Retry-After"] == program.headers["Retry-After"] == "300"
    assert bob.report(**from_network(200)).status_code == 303
    assert sent() == reports.AN_HOUR + 1


@ON_SQLITE
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://mallory.example"},
        {},
    ],
    ids=str,
)
def test_another_site_cannot_count(bob, sent, headers):
    for data in ({"data": {}}, {"json": {}}):
        answer = FlaskClient.post(bob, f"{LETTER_API}/sent", headers=headers, **data)
        assert answer.status_code == 403

    assert sent() == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 201),
        (b"", "application/x-www-form-urlencoded", 303),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"my_name": "Bob"}', "application/json", 422),
        (b"%ff", "application/x-www-form-urlencoded", 400),
        (b"{}", "text/plain", 415),
        (b"", "", 415),
        (b"x" * 200_000, "application/json", 413),
    ],
)
def test_only_an_empty_form_or_object_is_meant(bob, sent, body, kind, status):
    answer = bob.post(f"{LETTER_API}/sent", data=body, content_type=kind)

    assert answer.status_code == status
    assert sent() == (status < 400)


@ON_SQLITE
def test_reading_is_no_report(bob, sent):
    assert bob.get(f"{LETTER_API}/sent").status_code == 405
    assert sent() == 0


@ON_SQLITE
def test_a_report_is_counted_although_the_page_cannot_be_written(bob, site, sent, database, watch):
    page = site.live().web / LETTER_PAGE
    whole = page.read_bytes()
    page.write_bytes(b"<p>Cut.</p>")

    answer = bob.report()

    assert (answer.status_code, sent()) == (303, 1)
    page.write_bytes(whole)
    publishing.publish(database, site, watch.forward(minutes=1))
    assert publishing.verify(database, site.live()) == {}


@ON_SQLITE
def test_the_feed_is_dated_by_what_happened_and_not_by_reports(bob, site):
    before = site.live().read(LETTER_FEED)

    bob.report()

    assert site.live().read(LETTER_FEED) == before
