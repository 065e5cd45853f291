"""The moderators' page of rules: what is set there counts at once, and can be tried before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from comments_api.models import Block, Change, Comment, DirtyRegion, Status, Switches, WordList
from tests.conftest import ON_SQLITE
from tests.http.conftest import signed_in
from tests.http.reading import parse, said, words

RULES = "/moderate/rules"


@pytest.mark.parametrize("path", ["", "/switches", "/words/held", "/blocks", "/blocks/1/remove"])
@ON_SQLITE
def test_only_moderators_see_and_use_it(bob, rows, path):
    answer = bob.post(RULES + path, data={"value": "casino"}) if path else bob.get(RULES)

    back = "" if path else "?next=/moderate/rules"
    assert answer.headers["Location"] == f"/moderate/sign-in{back}"
    assert rows(Change) == []


@ON_SQLITE
def test_the_navigation_leads_there(alice):
    links = {a.get("href") for a in parse(alice.get("/moderate/").text).iter("a")}

    assert RULES in links
    assert "Hold every comment" in words(parse(alice.get(RULES).text))


def test_a_switch_counts_at_once_and_marks_every_thread(alice, bob, rows):
    answer = alice.post(f"{RULES}/switches", data={"close_all": "on"})

    assert answer.headers["Location"] == f"{RULES}?did=switches"
    assert bob.send_json().status_code == 403
    assert [(d.kind, d.key) for d in rows(DirtyRegion)] == [("thread", "")]
    assert [c.what for c in rows(Change)] == ["close-all:on"]


def test_a_switch_can_be_turned_back(alice, bob, rows):
    alice.post(f"{RULES}/switches", data={"close_all": "on", "hold_all": "on"})

    shown = as_shown(alice, "/switches")
    del shown["close_all"]
    alice.post(f"{RULES}/switches", data=shown)

    assert bob.send_json().status_code == 201
    (row,) = rows(Switches)
    assert (row.hold_all, row.close_all) == (True, False)


def as_shown(browser, path):
    """Return what a form of the page would send as it is shown."""
    page = parse(browser.get(RULES).text)
    form = next(f for f in page.iter("form") if f.get("action").partition("#")[0] == RULES + path)
    boxes = {e for e in form.iter("input") if e.get("type") == "checkbox"}
    fields = {
        e.get("name"): e.get("value", "")
        for e in form.iter("input")
        if e not in boxes or e.get("checked") is not None
    }
    return fields | {e.get("name"): (e.text or "").lstrip() for e in form.iter("textarea")}


def test_a_page_that_was_opened_before_does_not_turn_a_colleagues_switch(
    app, alice, rows, database, now
):
    shown = as_shown(alice, "/switches")
    carol = signed_in(app, database, now, "Carol")
    carol.post(f"{RULES}/switches", data=as_shown(carol, "/switches") | {"hold_all": "on"})

    alice.post(f"{RULES}/switches", data=shown | {"close_at": "2026-12-02T20:00"})

    (row,) = rows(Switches)
    assert (row.hold_all, row.close_at is None) == (True, False)


def test_a_list_that_a_colleague_changed_meanwhile_is_shown_and_neither_is_lost(
    app, alice, rows, database, now
):
    shown = as_shown(alice, "/words/held")
    carol = signed_in(app, database, now, "Carol")
    carol.post(f"{RULES}/words/held", data=as_shown(carol, "/words/held") | {"text": "casino"})

    answer = alice.post(f"{RULES}/words/held", data=shown | {"text": "lottery"})

    assert answer.status_code == 422
    assert "A colleague changed this list while you did." in said(answer)
    areas = {e.get("id"): (e.text or "").strip() for e in parse(answer.text).iter("textarea")}
    assert (areas["held"], areas["held-stored"]) == ("lottery", "casino")
    assert [one.text for one in rows(WordList)] == ["casino"]
    again = as_shown(alice, "/words/held") | {"text": "casino\nlottery"}
    alice.post(f"{RULES}/words/held", data=again)
    assert [one.text for one in rows(WordList)] == ["casino\nlottery"]


def test_the_closing_time_is_by_the_clocks_of_the_site(alice, bob, rows, watch):
    watch.now = datetime(2026, 6, 1, 12, tzinfo=UTC)  # summer time in London

    alice.post(f"{RULES}/switches", data={"close_at": "2026-06-02T20:00"})

    assert rows(Switches)[0].close_at == datetime(2026, 6, 2, 19, tzinfo=UTC)
    assert 'value="2026-06-02T20:00"' in alice.get(RULES).text


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-11-21T11:59", "This time is over."),
        ("tomorrow", "This is no time"),
        ("2026-11-31T12:00", "This is no time"),
        ("2026-11-30T12:00:00Z", "This is no time"),
    ],
)
def test_a_closing_time_that_makes_no_sense_is_refused_and_kept(alice, rows, typed, sentence):
    answer = alice.post(f"{RULES}/switches", data={"close_at": typed, "hold_all": "on"})

    assert answer.status_code == 422
    assert sentence in words(parse(answer.text))
    assert f'value="{typed}"' in answer.text
    assert rows(Switches) == []


def test_a_list_counts_at_once_for_comments(alice, bob, stored, rows):
    answer = alice.post(f"{RULES}/words/spam", data={"text": "lottery\r\n# a note\r\n"})

    sent = bob.send_json(content="Win the L0ttery!")
    assert (sent.json["status"], "message" in sent.json) == ("pending", True)
    assert answer.headers["Location"] == f"{RULES}?did=spam"
    assert stored()[0].status == Status.SPAM
    assert "spam-words:lottery" in stored()[0].reasons
    assert [one.text for one in rows(WordList)] == ["lottery\n# a note"]


@ON_SQLITE
def test_an_entry_that_makes_no_sense_is_named_beside_the_list_and_the_rest_is_kept(alice, rows):
    answer = alice.post(f"{RULES}/words/held", data={"text": "lottery\n***"})

    page = parse(answer.text)
    area = next(area for area in page.iter("textarea") if area.get("id") == "held")
    assert answer.status_code == 422
    assert "Line 2: “***” would match nearly every comment." in words(page)
    assert (area.get("aria-invalid"), "lottery" in words(area)) == ("true", True)
    assert rows(WordList) == []


def test_a_list_can_be_tried_before_it_is_stored(alice, comment, rows):
    number = comment(Status.APPROVED, content="I won the lottery once.")
    comment(content="Nothing of that sort.")

    answer = alice.post(f"{RULES}/words/held", data={"text": "lottery", "do": "try"})

    page = parse(answer.text)
    assert "This would have held 1 of the last 2 comments. Of these, 1 is approved." in said(answer)
    assert f"/moderate/approved?from={number}#comment-{number}" in {
        a.get("href") for a in page.iter("a")
    }
    assert "lottery" in next(words(a) for a in page.iter("textarea") if a.get("id") == "held")
    assert rows(WordList) == rows(Change) == []


def test_somebody_can_be_blocked_and_unblocked(alice, bob, stored, rows):
    fields = {"field": "name", "value": "MALLORY", "outcome": "spam", "note": "again"}
    answer = alice.post(f"{RULES}/blocks", data=fields)
    bob.send_json(author_name="Mаllory", content="One.")  # a Cyrillic а
    (block,) = rows(Block)

    alice.post(f"{RULES}/blocks/{block.id}/remove")

    bob.send_json(author_name="Mallory", content="Two.")
    assert answer.headers["Location"] == f"{RULES}?did=block"
    assert [one.status for one in stored()] == [Status.SPAM, Status.PENDING]
    assert [c.what for c in rows(Change)] == [f"block:name:{block.id}", f"unblock:name:{block.id}"]


def test_a_block_ends_with_its_last_day(alice, bob, stored, watch):
    fields = {"field": "name", "value": "Mallory", "outcome": "spam", "until": "2026-11-22"}
    alice.post(f"{RULES}/blocks", data=fields)
    watch.now = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    bob.send_json(author_name="Mallory", content="One.")

    watch.now += timedelta(minutes=1)

    bob.send_json(author_name="Mallory", content="Two.")
    assert [one.status for one in stored()] == [Status.SPAM, Status.PENDING]


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"value": ""}, "value"),
        ({"field": "shoe size"}, "field"),
        ({"field": "email", "value": "mallory"}, "value"),
        ({"field": "address", "value": "10.0.0.0/8"}, "value"),
        ({"field": "domain", "value": "no domain"}, "value"),
        ({"field": "identity", "value": "77"}, "value"),
        ({"outcome": "gallows"}, "outcome"),
        ({"until": "2026-11-20"}, "until"),
        ({"until": "soon"}, "until"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_a_block_that_makes_no_sense_is_refused_beside_its_field(alice, rows, fields, field):
    usual = {"field": "name", "value": "Mallory", "outcome": "spam"}

    answer = alice.post(f"{RULES}/blocks", data=usual | fields)

    page = parse(answer.text)
    wrong = [e.get("id") for e in page.iter() if e.get("aria-invalid")]
    assert (answer.status_code, wrong) == (422, [field])
    assert rows(Block) == []


@ON_SQLITE
def test_the_same_block_twice_is_refused(alice, rows):
    fields = {"field": "name", "value": "Mallory", "outcome": "spam"}
    alice.post(f"{RULES}/blocks", data=fields)

    answer = alice.post(f"{RULES}/blocks", data=fields | {"value": "mallory "})

    assert answer.status_code == 422
    assert len(rows(Block)) == 1


@ON_SQLITE
def test_a_block_can_be_tried_before_it_counts(alice, comment, rows):
    comment(author_name="Mallory")
    fields = {"field": "name", "value": "Mallory", "outcome": "spam", "do": "try"}

    answer = alice.post(f"{RULES}/blocks", data=fields)

    assert "This would have held 1 of the last 1 comment. Of these, 0 are approved." in said(answer)
    assert 'value="Mallory"' in answer.text
    assert rows(Block) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value"),
    [("domain", "example.org"), ("name", "Zoe"), ("address", "192.0.2.0/24")],
)
def test_what_would_meet_readers_who_were_approved_is_asked_twice(
    alice, comment, rows, database, field, value
):
    comment(Status.APPROVED, author_name="Zoe", author_email="zoe@example.org")
    with database.session() as session:
        session.execute(sa.update(Comment).values(address_block="192.0.2.0/24"))
    fields = {"field": field, "value": value, "outcome": "spam", "list": "/moderate/spam"}

    asked = alice.post(f"{RULES}/blocks", data=fields)

    assert rows(Block) == []
    assert "So nobody is blocked yet" in said(asked)
    assert "Of these, 1 is approved." in said(asked)
    forms = parse(asked.text).iter("form")
    again = next(f for f in forms if f.get("action").endswith("#block-trial"))
    kept = {e.get("name"): e.get("value") for e in again.iter("input")}
    assert (kept["value"], kept["list"]) == (value, "/moderate/spam")
    [sure] = [b.get("value") for b in again.iter("button") if words(b) == "Block all the same"]
    answer = alice.post(f"{RULES}/blocks", data={**fields, "do": sure})
    assert answer.headers["Location"] == "/moderate/spam?did=block"
    assert len(rows(Block)) == 1


def test_another_number_of_links_can_be_tried(alice, comment):
    comment(Status.APPROVED, content="See https://example.org/")
    comment(content="No link.")

    one = alice.post(f"{RULES}/links", data={"most": "1"})
    none = alice.post(f"{RULES}/links", data={"most": "0"})

    assert "This would have held 1 of the last 2 comments." in said(one)
    assert (none.status_code, "Please give a number." in words(parse(none.text))) == (422, True)


@ON_SQLITE
def test_the_words_of_the_files_are_shown(new_app, database, now, tmp_path):
    (tmp_path / "held.txt").write_text("lottery\n", encoding="utf-8")
    app = new_app(words=tmp_path)

    page = parse(signed_in(app, database, now).get(RULES).text)

    assert "lottery" in [words(item) for item in page.iter("bdi")]


@ON_SQLITE
def test_a_file_that_was_spoilt_meanwhile_is_named_and_counts_as_before(
    new_app, database, now, tmp_path
):
    file = tmp_path / "held.txt"
    file.write_text("lottery\n", encoding="utf-8")
    alice = signed_in(new_app(words=tmp_path), database, now)

    file.write_text("lottery\n\n***\n", encoding="utf-8")

    read = words(parse(alice.get(RULES).text))
    assert f"{file}:3: “***” would match nearly every comment." in read
    assert "1 more from the file" in read


@ON_SQLITE
def test_what_was_changed_is_listed_with_its_author(alice):
    alice.post(f"{RULES}/switches", data={"hold_all": "on"})
    alice.post(f"{RULES}/words/held", data={"text": "lottery"})

    read = words(parse(alice.get(RULES).text))

    assert "Alice: Hold everything: on" in read
    assert "Alice: List changed: Words to look at" in read


@ON_SQLITE
def test_the_record_of_changes_holds_nobodys_name(alice, rows):
    alice.post(f"{RULES}/blocks", data={"field": "name", "value": "Zebedee", "outcome": "spam"})

    assert "ebedee" not in rows(Change)[0].what
