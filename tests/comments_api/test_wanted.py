"""The address of a list of comments: what it asks for, and how it is changed."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest

from comments_api.errors import InvalidDraft
from comments_api.preferences import Preferences
from comments_api.wanted import FILTERS, Wanted

ALL = {
    "thread": "post-the-vote",
    "author": "Bob & Ann",
    "email": "bob@example.org",
    "block": "192.0.2.0/24",
    "kind": "reply",
    "reason": "held-words",
    "since": "2026-11-01",
    "until": "2026-11-21",
    "q": 'the "clerk"',
}


def test_by_itself_it_is_what_waits_the_oldest_first():
    wanted = Wanted.of({})

    assert (wanted.tab, wanted.order, wanted.filters) == ("pending", "oldest", {})
    assert wanted.query() == "/moderate/pending"


@pytest.mark.parametrize(
    ("tab", "order"),
    [("approved", "newest"), ("spam", "newest"), ("mine", "newest"), ("reported", "oldest")],
)
def test_every_tab_has_its_usual_order(tab, order):
    assert Wanted.of({"tab": tab}).order == order


def test_it_begins_in_the_order_that_she_likes():
    liked = Preferences(orders={"pending": "newest"})

    assert Wanted.of({}, liked).order == "newest"
    assert Wanted.of({}, liked).query() == "/moderate/pending"
    assert Wanted.of({"order": "oldest"}, liked).query() == "/moderate/pending?order=oldest"
    assert Wanted.of({}, liked).query(tab="spam") == "/moderate/spam"


def test_all_filters_are_read_and_written():
    wanted = Wanted.of(ALL)

    assert wanted.filters == ALL
    assert set(ALL) == set(FILTERS)
    assert (wanted.since, wanted.until) == (date(2026, 11, 1), date(2026, 11, 21))
    assert "author=Bob%20%26%20Ann" in wanted.query()
    assert wanted.query(**dict.fromkeys(FILTERS)) == "/moderate/pending"


def test_its_address_leads_to_it_again():
    wanted = Wanted.of({**ALL, "tab": "spam", "order": "oldest", "cursor": "12.34"})
    path, _, query = wanted.query(cursor=wanted.cursor).partition("?")
    assert Wanted.of({**dict(parse_qsl(query)), "tab": path.rpartition("/")[2]}) == wanted


def test_a_changed_list_begins_at_its_beginning():
    wanted = Wanted.of({"cursor": "12.34", "q": "clerk"})

    assert wanted.after == (12, 34)
    assert wanted.query(author="Bob") == "/moderate/pending?author=Bob&q=clerk"
    assert wanted.query(cursor="56.78") == "/moderate/pending?q=clerk&cursor=56.78"


def test_another_tab_keeps_the_filters_and_has_its_own_order():
    wanted = Wanted.of({"order": "newest", "q": "clerk"})

    assert wanted.query(tab="reported") == "/moderate/reported?q=clerk"
    assert wanted.query(tab="reported", order="newest") == (
        "/moderate/reported?order=newest&q=clerk"
    )


def test_what_was_typed_is_made_one_with_what_is_stored():
    wanted = Wanted.of({"author": "  Zoe\u0308 ", "q": " a\r\nb "})

    assert (wanted.author, wanted.q) == ("Zoë", "a\nb")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("tab", "withdrawn", "Please choose one of the list."),
        ("order", "best", "Please choose one of the list."),
        ("kind", "trackback", "Please choose one of the list."),
        ("reason", "links:3", "Please choose one of the list."),
        ("reason", '"', "Please choose one of the list."),
        ("cursor", "1", "Please choose one of the list."),
        ("cursor", "1." + "9" * 19, "Please choose one of the list."),
        ("since", "yesterday", "This is not a day like 2026-11-21."),
        ("since", "2026-02-30", "This is not a day like 2026-11-21."),
        ("until", "20261121", "This is not a day like 2026-11-21."),
        ("until", "0001-01-01", "This is not a day like 2026-11-21."),
        ("until", "９999-01-01", "This is not a day like 2026-11-21."),
        ("q", "!?", "Please give a letter or a digit at least."),
        ("q", "x" * 201, "This is 1 character too long: 200 are possible."),
        ("author", "x" * 501, "This is 1 character too long: 500 are possible."),
        ("email", "a\x00b", "This holds characters that cannot be shown."),
        ("thread", "\ud800", "This holds characters that cannot be shown."),
    ],
)
def test_nonsense_is_refused_by_its_name(field, value, sentence):
    with pytest.raises(InvalidDraft) as caught:
        Wanted.of({"q": "fine", field: value})

    assert list(caught.value.errors) == [field]
    assert caught.value.errors[field].startswith(sentence)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InvalidDraft) as caught:
        Wanted.of({"since": "x", "kind": "y", "q": "."})

    assert list(caught.value.errors) == ["kind", "since", "q"]


def test_no_day_ends_before_it_begins():
    assert Wanted.of({"since": "2026-11-21", "until": "2026-11-21"}).until
    with pytest.raises(InvalidDraft) as caught:
        Wanted.of({"since": "2026-11-21", "until": "2026-11-20"})

    assert caught.value.errors == {"until": "This day is before the first one."}
