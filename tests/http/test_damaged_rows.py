"""A row that was damaged in the database (security.md F29): everything else goes on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comments_api import publishing
from comments_api.models import Status
from tests.conftest import ON_SQLITE
from tests.http.conftest import API, PAGE

pytestmark = ON_SQLITE  # PostgreSQL refuses most of these by itself

DAMAGE = {
    "bad UTF-8": "author_name = CAST(x'ff41' AS TEXT)",
    "a NUL": "rendered = 'a' || char(0) || 'b'",
    "a megabyte": "rendered = '<p>' || hex(zeroblob(500000)) || '</p>'",
    "an unknown status": "status = 'lost'",
    "an unknown kind": "kind = 'shout'",
    "a day that is none": "created = 'yesterday'",
    "a time cut short": "changed = '2026-11-'",
    "reasons that are no JSON": "reasons = '[\"links'",
    "reasons of another kind": "reasons = '7'",
    "a reason that is none": "reasons = '[null, {}, \"no-such-rule:x\"]'",
    "itself as parent": "parent_id = id",
}


@pytest.fixture
def damage(database):
    """Spoil a row as no program of ours would."""

    def spoil(comment_id: int, what: str) -> None:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            connection.exec_driver_sql(
                f"UPDATE comments SET {DAMAGE[what]} WHERE id = {comment_id}"
            )
            connection.commit()
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
            connection.commit()

    return spoil


@pytest.mark.parametrize("what", DAMAGE)
def test_readers_still_get_the_others(bob, comment, damage, database, site, now, what):
    broken, whole = comment(Status.APPROVED), comment(Status.APPROVED, content="Still here.")
    damage(broken, what)

    report = publishing.publish_all(database, site.live())
    in_json, in_html = bob.get(API), bob.get(API, headers={"Accept": "text/html"})

    assert report.failed == {}
    assert b"Still here." in site.live().read(PAGE)
    assert whole in [one["id"] for one in in_json.json["comments"]]
    assert b"Still here." in in_html.data


@pytest.mark.parametrize("what", DAMAGE)
def test_moderators_still_get_the_others(alice, comment, damage, what):
    broken, whole = comment(), comment(content="Still here.")
    damage(broken, what)

    page = alice.get("/moderate/pending")

    assert (page.status_code, alice.get("/moderate/record").status_code) == (200, 200)
    assert "Still here." in page.text
    assert f"comment-{whole}" in page.text


def test_a_damaged_row_is_shown_as_damaged(alice, comment, damage):
    damage(comment(), "reasons that are no JSON")

    assert "This row of the database is damaged." in alice.get("/moderate/pending").text


def test_two_that_answer_each_other_are_both_shown(bob, comment, database):
    first = comment(Status.APPROVED)
    second = comment(Status.APPROVED, parent=first)
    with database.session() as session:
        loop = sa.text("UPDATE comments SET parent_id = :second WHERE id = :first")
        session.execute(loop, {"first": first, "second": second})

    assert {one["id"] for one in bob.get(API).json["comments"]} == {first, second}
