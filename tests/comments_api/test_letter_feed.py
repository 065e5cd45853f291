"""The feed of what happened with a letter."""

from __future__ import annotations

from datetime import UTC, date, datetime

import feedparser
import pytest
from markupsafe import Markup

from comments_api import regions
from comments_api.ledger import Marked, Noted
from tests.factories import make_letter

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAST = datetime(2027, 1, 1, tzinfo=UTC)
BY_AUTHOR = {
    "day": "2026-11-20", "target": "mayor", "outcome": "acknowledged", "permission": "summary",
    "text": "It is in the post.",
}  # fmt: skip
CHANGE = {"day": "2026-11-15", "kind": "text", "what": "The date of the vote is right now."}
MARKED = Marked(
    7, "clerk", date(2026, 11, 18), "refused", "extract", Markup("<p>No &amp; no.</p>"), NOW
)


def drawn(noted=None, as_of=NOW, lang="en", **context):
    return regions.render(make_letter("letter-feed", lang=lang, **context), noted or Noted(), as_of)


def read(*args, **context):
    found = feedparser.parse(drawn(*args, **context))
    assert not found.bozo
    return found


def test_a_new_letter_is_its_only_news():
    found = read()

    assert found.feed.updated == "2026-11-11T09:00:00Z"
    assert found.feed.id == "https://example.org/feeds/letters/write-to-the-mayor.atom.xml"
    assert [entry.title for entry in found.entries] == ["Write to the mayor"]
    assert found.entries[0].link == "https://example.org/letters/write-to-the-mayor/"
    assert found.entries[0].published == "2026-11-11T09:00:00Z"


def test_all_that_happened_stands_in_it_newest_first():
    deadline = {"day": "2026-11-16", "kind": "deadline", "what": "Moved to 12 December."}

    found = read(
        Noted(312, [MARKED]),
        PAST,
        replies=[BY_AUTHOR],
        changes=[CHANGE, deadline],
        outcome="They voted yes.",
        outcome_date="2026-12-20",
    )

    assert [entry.title for entry in found.entries] == [
        "How it ended",
        "The letter is closed",
        "The mayor confirmed that the letter arrived",
        "Kim Clerk refused",
        "The deadline was moved",
        "The text was changed",
        "Write to the mayor",
    ]
    assert found.feed.updated == found.entries[0].updated == "2026-12-20T00:00:00Z"


def test_the_texts_go_no_further_than_they_may():
    summary, answer, change, _ = read(Noted(0, [MARKED]), replies=[BY_AUTHOR], changes=[CHANGE])[
        "entries"
    ]

    assert summary.content[0].value == "<p>It is in the post.</p>\n<p>This is a summary.</p>"
    assert answer.content[0].value == "<p>No &amp; no.</p><p>This is an extract.</p>"
    assert change.content[0].value == "<p>The date of the vote is right now.</p>"


def test_a_marked_answer_is_news_of_the_day_on_which_it_was_marked():
    found = read(Noted(0, [MARKED]))

    assert found.entries[0].published == "2026-11-18T00:00:00Z"
    assert found.entries[0].updated == found.feed.updated == "2026-11-21T12:00:00Z"


def test_ids_are_unique_and_stay_when_others_are_added():
    few = read(Noted(0, [MARKED]), replies=[BY_AUTHOR], changes=[CHANGE])
    many = read(
        Noted(0, [MARKED, MARKED._replace(comment_id=8)]),
        PAST,
        replies=[BY_AUTHOR, BY_AUTHOR, {**BY_AUTHOR, "target": "clerk"}],
        changes=[{**CHANGE, "what": "Mended."}, CHANGE, {**CHANGE, "day": "2026-11-12"}],
    )

    ids = [entry.id for entry in many.entries]
    assert len(set(ids)) == len(ids) == 10
    assert {entry.id for entry in few.entries} <= set(ids)


@pytest.mark.parametrize(
    ("as_of", "state", "outcome_date", "closed"),
    [
        (NOW, "auto", None, False),
        (PAST, "auto", None, True),
        (PAST, "open", None, False),
        (PAST, "closed", None, True),
        (NOW, "closed", None, False),
        (PAST, "won", "2026-12-01", False),
        (PAST, "won", "2026-12-20", True),
        (PAST, "superseded", None, False),
    ],
)
def test_the_deadline_is_news_if_it_ended_the_letter(as_of, state, outcome_date, closed):
    found = read(as_of=as_of, state=state, outcome_date=outcome_date)

    assert ("The letter is closed" in [entry.title for entry in found.entries]) == closed


@pytest.mark.parametrize(("counter", "said"), [(True, True), (False, False)])
def test_the_frozen_number_stands_where_it_closed(counter, said):
    feed = drawn(Noted(312), PAST, counter=counter)

    assert ("312 people told us that they sent it." in feed) == said


def test_a_successor_is_linked():
    successor = {"url": "/letters/next/", "title": "The <next> one"}

    entry = read(state="superseded", outcome_date="2026-11-20", successor=successor).entries[0]

    assert entry.title == "A newer letter has taken its place"
    assert '<a href="https://example.org/letters/next/">' in entry.content[0].value


def test_hostile_words_and_impossible_characters_do_no_harm():
    hostile = "\"'><script>]]>&amp;\x00\x0b\ufffe{{ 7*7 }}"

    found = read(
        title=hostile, ask=hostile, replies=[{**BY_AUTHOR, "text": hostile}], outcome=hostile
    )

    assert len(found.entries) == 2
    assert "<script" not in found.entries[0].content[0].value


def test_it_speaks_the_language_of_its_page():
    assert 'xml:lang="fr"' in drawn(lang="fr")
    assert read(lang="fr").feed.id.endswith("/fr/feeds/letters/write-to-the-mayor.atom.xml")
