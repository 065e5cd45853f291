"""One person's data, at the command line."""

from __future__ import annotations

import json

from comments_api import publishing
from comments_api.models import Note, Status
from tests.http.conftest import PAGE

EMAIL = "bob@example.org"


def page(site):
    return (site.live().web / PAGE).read_text(encoding="utf-8")


def test_export_person_prints_json(run, comment, database, site, now):
    number = comment(Status.APPROVED, author_email=EMAIL)
    with database.session() as session:
        session.add(Note(comment_id=number, text="She is a troll.", created=now))

    result = run("export-person", EMAIL)

    assert result.exit_code == 0
    [found] = json.loads(result.output)["comments"]
    assert found["author_email"] == EMAIL
    assert [one["text"] for one in found["notes"]] == ["She is a troll."]


def test_erase_person_takes_the_name_off_the_page(run, comment, database, site, now):
    comment(Status.APPROVED, author_email=EMAIL, author_name="Bob Marley", content="My words.")
    publishing.publish(database, site, now)
    assert "Bob Marley" in page(site)

    result = run("erase-person", EMAIL, "--yes")

    assert (result.exit_code, "Bob Marley" in page(site)) == (0, False)
    assert "My words." in page(site)
    assert "Erased: 1 comments" in result.output


def test_erase_person_can_take_the_text_too(run, comment, database, site, now):
    comment(Status.APPROVED, author_email=EMAIL, content="My words.")
    publishing.publish(database, site, now)

    run("erase-person", EMAIL, "--with-text", "--yes")

    assert "My words." not in page(site)


def test_erase_person_asks_twice(app, comment, stored):
    comment(Status.APPROVED, author_email=EMAIL)
    asked = app.test_cli_runner()

    for answers in ("n\n", "y\nn\n"):
        result = asked.invoke(args=["erase-person", EMAIL], input=answers)
        assert (result.exit_code, stored()[0].author_email) == (1, EMAIL)

    assert asked.invoke(args=["erase-person", EMAIL], input="y\ny\n").exit_code == 0
    assert stored()[0].author_email == ""
