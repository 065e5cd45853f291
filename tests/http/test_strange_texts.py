"""Ten thousand strange texts in every field of a new comment, and what is shown of them.

Each is refused by the name of its field or stored as it was typed; whatever is shown of it, in a
page, a feed or an answer, is text and nothing else. That nothing of it runs:
tests/browser/test_strange_in_browser.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import cycle
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from comments_api import comments, drafts, regions
from comments_api.errors import InvalidDraft
from comments_api.models import Comment
from comments_api.outline import Row
from comments_api.regions import Talk
from tests.conftest import ON_SQLITE
from tests.factories import THREAD, make_arrival, make_thread
from tests.http import hostile
from tests.http.conftest import FORM
from tests.http.reading import filled, parse, words
from tests.http.test_openapi import UNLIMITED
from tests.strange import different, kept, some, storable

STRANGE = different(10_000)
PART = STRANGE[5::19]  # of every kind
FIELDS = ("content", "author_name", "author_email", "author_url")
AT_LEAST = {"content": 5_000, "author_name": 2_500, "author_email": 20, "author_url": 20}
A_PAGE = 500
MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


OPEN = make_thread(mode="open", limit=100_000)


@pytest.fixture
def browser(new_app, declare):
    """A browser that may send as much as it likes to a thread that takes it all."""
    declare(limit=100_000)
    return new_app(**UNLIMITED).test_client()


@pytest.fixture
def columns(database):
    """Reads the fields of all comments as they are stored, oldest first."""

    def read():
        of_fields = (Comment.source, Comment.author_name, Comment.author_email, Comment.author_url)
        with database.snapshot() as connection:
            return connection.execute(sa.select(*of_fields).order_by(Comment.id)).all()

    return read


def sort_out(texts, named):
    """Return, for each field, the texts that are not refused by its name.

    :param named: says which fields are, when a text stands in all of them.
    """
    taken = {field: [] for field in FIELDS}
    for text in texts:
        wrong = named(dict.fromkeys((*FIELDS, "parent"), text))
        for field in set(FIELDS) - wrong:
            taken[field].append(text)
    return taken


@cache
def all_taken():
    """Return, for each field, those of all texts that it takes."""
    return sort_out(STRANGE, named_by_check)


def drafts_of(taken):
    """Return comments that hold, together, every text in each field that takes it."""
    names, websites = cycle(taken["author_name"]), cycle(["", *taken["author_url"]])
    emails = [*taken["author_email"], *(f"bob{n}@example.org" for n in range(len(STRANGE)))]
    return [
        dict(zip(FIELDS, fields, strict=True))
        for fields in zip(taken["content"], names, emails, websites, strict=False)
    ]


def named_by_check(fields):
    """Return the fields that are named by the check on which every edge stands."""
    with pytest.raises(InvalidDraft) as caught:
        drafts.check(fields, "en")
    assert all(caught.value.errors.values())
    return set(caught.value.errors)


def named_by(answer):
    """Return the fields that a refusal names, each with a sentence."""
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert all(answer.json["errors"].values())
    return set(answer.json["errors"])


def body_of(html):
    """Return a comment's HTML as a browser reads it."""
    return parse(f"<div>{html}</div>").find(".//div")


def bodies(tree):
    """Return the elements that hold comments' text."""
    return [e for e in tree.iter("div") if "comment__body" in e.get("class", "")]


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_takes_what_people_write(field):
    assert len(all_taken()[field]) > AT_LEAST[field]


def test_all_that_is_taken_is_stored_as_it_was_typed(database, columns, now, pytestconfig):
    every = 3 if database.url.get_backend_name() == "sqlite" else 10  # a server costs more
    sent = some(drafts_of(all_taken()), pytestconfig, every)

    with database.session() as session:
        for fields in sent:
            comments.submit(session, make_arrival(OPEN, **fields), now)

    for fields, stored in zip(sent, columns(), strict=True):
        assert tuple(map(kept, fields.values())) == tuple(stored)


@ON_SQLITE
def test_a_program_is_told_the_field_or_its_comment_is_stored_as_it_was_typed(browser, columns):
    taken = sort_out(PART, lambda fields: named_by(browser.send_json(**fields)))
    assert columns() == []  # of what is refused, nothing stays
    sent = drafts_of(taken)

    for fields in sent:
        answer = browser.send_json(**fields, as_it_is=True)
        assert answer.status_code == 201, (fields, answer.json)
        hostile.demand_inert_body(body_of(answer.json["content"]["rendered"]))

    for fields, stored in zip(sent, columns(), strict=True):
        assert tuple(map(kept, fields.values())) == tuple(stored)


@ON_SQLITE
@pytest.mark.parametrize("field", ["parent", "stamp", "follow", "as_it_is"])
def test_what_comes_beside_the_words_is_refused_by_name_too(browser, columns, field):
    for number, text in enumerate(PART[::3]):
        answer = browser.send_json(content=f"I wrote {number} times.", **{field: text})
        assert answer.status_code in {201, 422}
        assert answer.status_code == 201 or answer.json["errors"].keys() <= {field}
        # Nobody believes a strange stamp; an empty wish is none.
        assert answer.status_code == 422 or field == "stamp" or not text


# -- what is shown of all that is taken -----------------------------------------------------------


@cache
def shown():
    """Return what readers see of every text that is taken; every fifth comment is an answer."""
    everything = enumerate(drafts_of(all_taken()), 1)
    return [_row(number, drafts.check(fields, "en")) for number, fields in everything]


def _row(number, draft):
    return Row(
        id=number,
        parent=number - 1 if number % 5 == 0 else None,
        withdrawn=False,
        author_name=draft.author_name,
        author_url=draft.author_url,
        campaign=False,
        date=MOMENT,
        changed=MOMENT,
        html=draft.rendered,
        thread=THREAD,
    )


def paged(rows):
    """Return the rows in parts, each as many as stand in a page."""
    return [rows[start : start + A_PAGE] for start in range(0, len(rows), A_PAGE)]


def identifiers(tree):
    """Return all ids of a page."""
    return {e.get("id") for e in tree.iter() if e.get("id")}


@ON_SQLITE
def test_pages_hold_every_comment_at_its_place_and_nothing_else(site):
    region = site.live().manifest.region("thread", THREAD, "en")
    plain = _row(0, drafts.check({"author_name": "Bob", "content": "I wrote."}, "en"))
    own = identifiers(parse(regions.render(region, Talk([plain]), MOMENT))) - {"comment-0"}
    for rows in paged(shown()):
        tree = parse(regions.render(region, Talk(rows), MOMENT))

        hostile.demand_inert_page(tree)
        assert len(bodies(tree)) == len(rows)
        for body in bodies(tree):
            hostile.demand_inert_body(body)
        assert identifiers(tree) == {f"comment-{row.id}" for row in rows} | own
        names = {"".join(e.itertext()) for e in tree.iter("bdi")}
        assert names == {row.author_name for row in rows}
        links = {e.get("href") for e in tree.iter("a")}
        assert links >= {row.author_url for row in rows if row.author_url}


@ON_SQLITE
@pytest.mark.parametrize("kind", ["thread-feed", "comments-feed"])
def test_feeds_of_them_are_well_formed_and_inert(site, kind):
    manifest = site.live().manifest
    region = next(one for one in manifest.regions.values() if one.kind == kind)
    for rows in paged([row._replace(url="/x/", thread_title=row.author_name) for row in shown()]):
        feed = ElementTree.fromstring(regions.render(region, rows, MOMENT))

        contents = feed.findall(f"{ATOM}entry/{ATOM}content")
        assert len(contents) == len(rows)
        for content in contents:
            hostile.demand_inert_body(body_of(content.text))


# -- the form -------------------------------------------------------------------------------------


def send(browser, do, fields):
    """Send the form as a browser would, or as it never would: not all texts are Unicode."""
    values = urlencode({"do": do, **fields}, errors="surrogatepass").encode()
    return browser.send_raw(values, FORM["content_type"])


def typed(text):
    """Return what a browser reads of a text that stands in a field of a page."""
    return text.replace("\0", "\ufffd")


def demand_given_back(answer, text):
    """Demand that a page is inert, and that its form holds what was typed in every field."""
    tree = parse(answer.text)
    hostile.demand_inert_page(tree)
    for body in bodies(tree):
        hostile.demand_inert_body(body)
    found = filled(answer)
    assert {kept(found[name]) for name in FIELDS} == {kept(typed(text))}


def marked(answer):
    """Return the fields that are marked as wrong in a page's form, each with a sentence."""
    tree = parse(answer.text)
    wrong = {e.get("name") for e in tree.iter() if e.get("aria-invalid") == "true"}
    said = {e.get("id") for e in tree.iter() if words(e)}
    assert said >= {f"{name}-error" for name in wrong}
    return wrong


@ON_SQLITE
def test_a_form_comes_back_with_what_was_typed_and_what_is_wrong_is_marked(browser, columns):
    taken = []
    for text in filter(storable, PART[::6]):
        strange = dict.fromkeys(FIELDS, text)
        answer = send(browser, "send", strange)
        assert answer.status_code == 422
        demand_given_back(answer, text)
        wrong = marked(answer)
        assert wrong == named_by_check(strange)
        usual = {"author_name": "Bob", "content": f"I wrote, {len(taken)} times."}
        taken += [{**usual, name: text} for name in FIELDS if name not in wrong]
    assert columns() == []

    for fields in taken:
        assert send(browser, "send", fields).status_code == 303

    assert [one.source for one in columns()] == [kept(fields["content"]) for fields in taken]
    assert [one.author_name for one in columns()] == [kept(one["author_name"]) for one in taken]


@ON_SQLITE
def test_a_preview_shows_it_safely_and_gives_every_field_back(browser, columns):
    for text in filter(storable, PART[1::6]):
        answer = send(browser, "preview", dict.fromkeys(FIELDS, text))
        demand_given_back(answer, text)
        refused = "content" in named_by_check(dict.fromkeys(FIELDS, text))
        assert answer.status_code == (422 if refused else 200)
        assert len(bodies(parse(answer.text))) == (0 if refused else 1)

    assert columns() == []


@ON_SQLITE
@pytest.mark.parametrize("do", ["send", "preview"])
def test_what_is_no_unicode_is_refused_and_what_can_be_read_comes_back(browser, columns, do):
    broken = [text for text in STRANGE if not storable(text)]
    for text in broken[::40]:
        answer = send(browser, do, {"author_name": "Bob", "content": text})
        assert answer.status_code == 400
        hostile.demand_inert_page(parse(answer.text))
        assert filled(answer)["author_name"] == "Bob"

    assert columns() == []
