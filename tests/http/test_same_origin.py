"""Only a page of the site itself may change something: by readers and by moderators alike."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.conftest import ON_SQLITE
from tests.http.conftest import API, LETTER

pytestmark = ON_SQLITE

OWN = "http://127.0.0.1:8000"
REQUESTS = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": OWN}, True),
    ({"Origin": OWN}, True),
    ({"Origin": "http://localhost:8000"}, True),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "same-site", "Origin": OWN}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "same-origin, cross-site"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "https://mallory.example"}, False),
    ({"Origin": f"{OWN}.mallory.example"}, False),
    ({"Origin": "http://127.0.0.1:9000"}, False),
    ({"Origin": "https://127.0.0.1:8000"}, False),
    ({"Origin": f"{OWN}/"}, False),
    ({"Referer": f"{OWN}/2026/11/the-vote/"}, False),
    ({}, False),
]
TABLE = pytest.mark.parametrize(
    ("headers", "allowed"), REQUESTS, ids=[str(headers) for headers, _ in REQUESTS]
)


@TABLE
def test_a_comment_is_taken_from_the_sites_own_pages_only(bob, stored, headers, allowed):
    answer = FlaskClient.post(bob, f"{API}/comments", json=LETTER, headers=headers)

    assert answer.status_code == (201 if allowed else 403)
    assert len(stored()) == allowed


@TABLE
def test_a_decision_is_taken_from_the_sites_own_pages_only(
    alice, comment, stored, headers, allowed
):
    address = f"/moderate/comments/{comment()}/approve"

    answer = FlaskClient.post(alice, address, data={"version": 1}, headers=headers)

    assert answer.status_code == (303 if allowed else 403)
    assert stored()[0].status == ("approved" if allowed else "pending")


@pytest.mark.parametrize("address", ["sign-in", "sign-out", "password", "enter/x"])
def test_signing_in_and_out_is_no_business_of_other_sites(alice, address):
    headers = {"Sec-Fetch-Site": "cross-site"}

    answer = alice.post(f"/moderate/{address}", data={"email": "x"}, headers=headers)

    assert answer.status_code == 403
    assert alice.get("/moderate/").status_code == 200


def test_reading_is_open_to_all(bob):
    assert bob.get(API, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_there_is_no_permission_for_other_origins(bob):
    answer = bob.options(f"{API}/comments", headers={"Origin": "https://mallory.example"})

    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://example.org", 201), ("http://example.org", 403), ("http://localhost", 403)],
)
def test_a_public_site_has_one_origin(new_app, stored, origin, status):
    browser = new_app(site_url="https://example.org").test_client()

    answer = FlaskClient.post(browser, f"{API}/comments", json=LETTER, headers={"Origin": origin})

    assert answer.status_code == status
