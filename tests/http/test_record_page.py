"""/moderate/record: who sees it, what it can be asked for, what it gives out as a file."""

from __future__ import annotations

import csv
import io

import orjson
import pytest

from comments_api.models import Role
from comments_api.record import Line
from comments_api.record_page import ACTIONS, as_csv
from tests.conftest import ON_SQLITE
from tests.http.reading import beside, parse, said
from tests.http.staff import working

RECORD = "/moderate/record"


@pytest.fixture
def owner(app, database, now):
    """Olga's browser: she is an owner, and just showed that it is she."""
    return working(app, database, now, "Olga", Role.OWNER)


def rows(answer):
    """Return the lines of the table, without its head."""
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row.findall("td")]
        for row in parse(answer.text).find(".//table/tbody").iter("tr")
    ]


@pytest.mark.parametrize("path", [RECORD, f"{RECORD}.csv", f"{RECORD}.jsonl"])
def test_nobody_else_sees_it(bob, path):
    assert bob.get(path).headers["Location"].startswith("/moderate/sign-in")


def test_it_lists_decisions_and_settings(alice, comment, watch):
    number = comment()
    alice.decide(number, "approve")
    watch.forward(seconds=1)
    alice.post("/moderate/rules/switches", data={"hold_all": "on"})

    setting, decision, arrival = rows(alice.get(RECORD))

    assert setting[1:] == ["Alice", "Hold everything: on"]
    assert decision[1:5] == ["Alice", "Approved", f"#{number}", "Pending → Approved"]
    assert arrival[1:5] == ["a rule", "Arrived", f"#{number}", "Pending"]
    assert "Every comment on this page is held." in arrival[5]


@ON_SQLITE
def test_its_form_filters_and_keeps_what_was_chosen(alice, comment):
    for _ in range(2):
        alice.decide(comment(), "approve")

    answer = alice.get(f"{RECORD}?action=approve&comment=2")

    assert [row[2:4] for row in rows(answer)] == [["Approved", "#2"]]
    chosen = [e.get("value") for e in parse(answer.text).iter("option") if "selected" in e.attrib]
    assert chosen == ["approve"]
    assert 'value="2"' in answer.text


@ON_SQLITE
def test_a_field_that_makes_no_sense_is_told_beside_it(alice, comment):
    comment()

    answer = alice.get(f"{RECORD}?since=tomorrow&comment=1")

    assert answer.status_code == 422
    assert beside(answer, "since") == "This is no day, like 2026-12-31."
    assert 'value="tomorrow"' in answer.text


@ON_SQLITE
def test_a_filter_that_finds_nothing_says_so(alice, comment):
    comment()

    assert "There is nothing like this in the record." in said(alice.get(f"{RECORD}?comment=99"))


@ON_SQLITE
def test_the_way_to_older_lines_keeps_the_filter(alice, database, now):
    from tests.factories import make_comment

    with database.session() as session:
        for _ in range(60):
            make_comment(session, now)

    first = alice.get(f"{RECORD}?action=approve")
    onward = next(a.get("href") for a in parse(first.text).iter("a") if "cursor=" in a.get("href"))
    second = alice.get(onward)

    assert (len(rows(first)), len(rows(second))) == (50, 10)
    assert {row[2] for row in rows(first) + rows(second)} == {"Approved"}


@ON_SQLITE
def test_the_last_decision_can_be_undone_from_it(alice, comment, stored):
    alice.decide(comment(), "spam")
    page = parse(alice.get(RECORD).text)
    [form] = [form for form in page.iter("form") if "/undo/" in form.get("action", "")]

    answer = alice.post(form.get("action"), data={"tab": "record"})

    assert answer.status_code == 303
    assert stored()[0].status == "pending"
    again = alice.get(answer.headers["Location"])
    assert "It is undone." in said(again)
    assert (rows(again)[0][2], rows(again)[0][-1]) == ("Undone", "Undo")


@ON_SQLITE
def test_what_was_decided_since_has_no_button(alice, comment):
    number = comment()
    alice.decide(number, "spam")
    alice.decide(number, "approve", version=2)

    assert [row[2] for row in rows(alice.get(RECORD)) if row[-1] == "Undo"] == ["Approved"]


@ON_SQLITE
def test_every_action_it_can_be_asked_for_has_a_name(alice):
    options = parse(alice.get(RECORD).text).iter("option")
    named = {e.get("value"): "".join(e.itertext()).strip() for e in options}

    assert {action for action in ACTIONS if named[action] == action} == set()


# -- as a file --------------------------------------------------------------------------------


def test_owners_take_it_as_a_table(owner, alice, comment):
    number = comment()
    alice.decide(number, "approve")

    answer = owner.get(f"{RECORD}.csv?action=approve")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="record.csv"'
    [line] = csv.DictReader(io.StringIO(answer.text))
    assert (line["when"], line["who"], line["action"]) == (
        "2026-11-21T12:00:00Z",
        "Alice",
        "approve",
    )
    assert (line["comment"], line["from"], line["to"]) == (str(number), "pending", "approved")


def test_and_as_lines_of_json(owner, alice, comment, watch):
    number = comment()
    watch.forward(seconds=1)
    alice.post("/moderate/rules/switches", data={"hold_all": "on"})

    answer = owner.get(f"{RECORD}.jsonl")

    setting, arrival = (orjson.loads(line) for line in answer.data.splitlines())
    assert (setting["action"], setting["setting"], setting["comment"]) == (
        "settings",
        "hold-all:on",
        None,
    )
    assert (arrival["comment"], arrival["action"]) == (number, "arrive")
    assert "thread-is-held" in arrival["reasons"]


@ON_SQLITE
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_moderators_cannot(alice, comment, form):
    comment()

    assert alice.get(f"{RECORD}.{form}").status_code == 403
    assert f"record.{form}" not in alice.get(RECORD).text


@ON_SQLITE
def test_owners_are_asked_for_their_password_if_they_left_the_desk(owner, database, watch):
    watch.forward(minutes=16)

    answer = owner.get(f"{RECORD}.csv")

    assert answer.mimetype == "text/html"


@ON_SQLITE
def test_a_file_of_nonsense_is_refused(owner):
    assert owner.get(f"{RECORD}.csv?since=x").status_code == 422


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_of_the_table_is_a_formula(now, name):
    line = Line(1, now, name, "settings", setting="hold-all:on")

    [_head, row] = csv.reader(io.StringIO("".join(as_csv(iter([line]))), newline=""))

    assert row[1] == f"'{name}"


@ON_SQLITE
def test_no_word_of_a_reader_leaves(owner, alice, comment):
    number = comment(content="Private words.", author_name="Zebedee", author_email="z@example.org")
    alice.decide(number, "trash")

    for form in ("csv", "jsonl"):
        file = owner.get(f"{RECORD}.{form}").text
        assert not any(word in file for word in ("Private", "Zebedee", "z@example.org"))
