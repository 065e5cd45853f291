"""WordPress's export comes in without a fault; files/wordpress.xml has every trait."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from comments_api import decisions, erasure, publishing
from comments_api.models import Comment, Decision, DirtyRegion, Imported, Thread
from comments_api.privacy import Whose
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator
from tests.transfer.conftest import ANSWER, SECRET, VOTE, WORDPRESS, dump

PAGE = "2026/11/the-vote/index.html"
LOST = "wordpress-old-example-org-15"


@pytest.fixture
def stored(take_in, came):
    """The file's comments as they are stored, by their ids there."""
    take_in(given={"14": ANSWER})
    return came()


def parents(stored):
    by_id = {comment.id: number for number, comment in stored.items()}
    return {number: by_id.get(comment.parent_id) for number, comment in stored.items()}


# -- what other importers get wrong ---------------------------------------------------------------


def test_threads_of_any_depth_stay(stored):
    found = parents(stored)

    assert [found[number] for number in "123456"] == [None, "1", "2", "3", "4", "5"]


def test_every_comment_has_a_higher_number_than_what_it_answers(stored):
    assert all(one.parent_id is None or one.parent_id < one.id for one in stored.values())


def test_numbers_rise_with_the_dates_over_all_pages(stored):
    by_id = sorted(stored.values(), key=lambda one: one.id)

    assert [one.created for one in by_id] == sorted(one.created for one in by_id)


@pytest.fixture
def in_new_york(monkeypatch):
    """A server whose own clock is not GMT's."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@ON_SQLITE
def test_dates_are_read_as_gmt_wherever_the_server_stands(in_new_york, stored):
    assert os.environ["TZ"] == "America/New_York"
    assert stored["1"].created == datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_statuses_are_kept_apart(stored):
    wanted = {"1": "approved", "7": "pending", "8": "spam", "9": "trash", "10": "pending"}

    assert {number: stored[number].status for number in wanted} == wanted


def test_pingbacks_and_trackbacks_are_mentions(stored):
    assert {n for n, one in stored.items() if one.kind == "mention"} == {"11", "12"}
    assert stored["11"].author_name == "Harbour news – The ferry"
    assert stored["11"].author_url == "https://harbour.example/ferry/"


@ON_SQLITE
def test_a_mention_is_shown_as_one(take_in, database, site):
    take_in()

    publishing.publish_all(database, site.live())

    page = site.live().read(PAGE).decode()
    before, found, _ = page.partition("mentioned this page")
    assert found
    assert before.rpartition("<article")[2].count("Harbour news – The ferry") == 1
    assert page.count("mentioned this page") == 1  # the other one waits


def test_html_becomes_our_markup(stored):
    assert stored["1"].source == (
        "I wrote to them.\nThey have not *answered*.\n\nHas anybody heard?"
    )
    assert stored["2"].source == "Yes: [their answer](https://example.org/answer?a=1\\&b=2)."
    assert stored["4"].source == (
        "> I am another Bob.\n\nThen sign ~~both~~ names. 1 < 2 & \\*stars\\* stay."
    )
    assert "<em>answered</em>" in stored["1"].rendered


def test_what_could_run_is_gone(stored):
    assert stored["7"].source == "This one waits."
    assert stored["7"].author_url == ""


def test_e_mail_addresses_are_kept_and_others_left_out(stored):
    assert stored["1"].author_email == "bob@example.org"
    assert stored["7"].author_email == ""


def test_two_people_of_one_name_stay_apart(stored):
    assert stored["1"].author_name == stored["3"].author_name == "Bob"
    assert stored["1"].author_email != stored["3"].author_email


def test_comments_of_a_post_without_a_title_come(stored):
    assert stored["30"].thread.key == ANSWER


def test_letters_of_all_scripts_come(stored):
    assert stored["5"].author_name == "Дарья 😀"
    assert stored["5"].source == "Паром 😀 𝒻erry 🇬🇧 שלום"


def test_a_name_is_text_not_html(stored):
    assert stored["4"].author_name == "Tom & Jerry"


def test_who_gave_no_name_is_anonymous_in_the_sites_language(take_in, came, terms):
    take_in()

    assert came()["6"].author_name == "Anonymous"
    assert came()["6"].author_url == ""


# -- types, pages ---------------------------------------------------------------------------------


def test_notes_of_staff_and_shop_are_left_out_and_counted(take_in, came):
    report = take_in()

    assert report.skipped == {"order_note": 1, "note": 1}
    assert not {"13", "14"} & came().keys()


def test_pages_are_found_by_address_however_it_is_written(stored):
    assert stored["1"].thread.key == VOTE
    assert stored["30"].thread.key == ANSWER  # by index.php, another host, and no last slash


def test_a_page_is_found_by_its_number_in_the_map(stored):
    assert stored["40"].thread.key == ANSWER


def test_comments_of_a_page_that_is_gone_come_to_a_thread_that_no_page_has(take_in, came, site):
    report = take_in()

    assert came()["50"].thread.key == LOST
    assert LOST not in site.live().manifest.threads
    lost = [(one.page.title, one.key, one.count) for one in report.pages if not one.found]
    assert ("Gone — and missed", LOST, 1) in lost


@pytest.mark.parametrize("number", ["60", "61", "62"])
def test_comments_of_pages_that_were_not_public_wait(stored, number):
    assert stored[number].status == "pending"
    assert "private-page" in stored[number].reasons


def test_spam_and_trash_of_such_pages_stay_what_they_are(stored):
    assert (stored["63"].status, stored["64"].status) == ("trash", "spam")


@ON_SQLITE
def test_nothing_of_them_is_on_any_page(take_in, database, site):
    take_in(given={"14": ANSWER})

    publishing.publish_all(database, site.live())

    pages = [path.read_text("utf-8") for path in site.live().web.rglob("*.html")]
    assert any("I wrote to them." in page for page in pages)
    assert not any("secret:" in page or "Buy pills" in page for page in pages)


# -- what is broken -------------------------------------------------------------------------------


def test_broken_threads_stand_at_the_top_and_are_listed(take_in, came):
    report = take_in()

    found = parents(came())
    assert {number: found[number] for number in report.broken} == dict.fromkeys(
        ["15", "16", "17", "18", "19"]
    )
    assert {number: why.split(" ")[-1] for number, why in report.broken.items()} == {
        "15": "file",
        "16": "circle",
        "17": "circle",
        "18": "later",
        "19": "page",
    }


def test_of_two_with_one_number_the_first_comes(take_in, came):
    report = take_in()

    assert came()["1"].author_name == "Bob"
    assert report.duplicates == ["1"]


def test_a_time_that_only_the_blog_knew_is_turned_by_the_clock_of_its_post(stored):
    assert stored["20"].created == datetime(2026, 11, 7, 1, 0, tzinfo=UTC)


@ON_SQLITE
def test_or_by_the_zone_that_was_given(take_in, came):
    take_in(zone=ZoneInfo("Europe/Berlin"))

    assert came()["20"].created == datetime(2026, 11, 6, 19, 0, tzinfo=UTC)


def test_without_any_time_it_is_as_old_as_what_it_answers(stored):
    assert stored["21"].created == stored["1"].created
    assert parents(stored)["21"] == "1"


def test_what_was_cleaned_is_listed(take_in):
    cleaned = take_in().cleaned

    assert set(cleaned) == {"7"}
    assert cleaned["7"] == (
        "its author's e-mail address was none",
        "its website was no address",
    )


def test_a_long_text_is_kept_whole_and_listed(take_in, came, tmp_path):
    path = tmp_path / "long.xml"
    text = "word " * 10_000
    path.write_text(WORDPRESS.read_text("utf-8").replace("Matched by number.", text), "utf-8")

    report = take_in(path)

    assert came()["40"].source == text.strip()
    assert "49,999 characters" in report.cleaned["40"][0]


# -- what is stored -------------------------------------------------------------------------------


def test_addresses_are_shortened_and_old_ones_not_stored(stored):
    assert stored["1"].address_block == "192.0.2.0/24"
    assert stored["2"].address_block == "2001:db8:1::/48"


def test_nobody_is_made_a_moderator_or_known_by_a_file(stored):
    assert {one.moderator_id for one in stored.values()} == {None}
    assert {one.identity_id for one in stored.values()} == {None}
    assert {one.reader for one in stored.values()} == {None}


def test_each_has_one_line_in_the_record(take_in, came, database):
    take_in()

    with database.session() as session:
        found = session.scalars(sa.select(Decision).order_by(Decision.comment_id)).all()
    assert [(one.comment_id, one.to_status) for one in found] == sorted(
        (one.id, one.status) for one in came().values()
    )
    assert {(one.action, one.moderator_id, one.from_status) for one in found} == {
        ("import", None, None)
    }


def test_each_thread_gets_one_new_version_and_each_region_one_mark(take_in, database):
    take_in(given={"14": ANSWER})

    with database.session() as session:
        versions = dict(session.execute(sa.select(Thread.key, Thread.version)).all())
        marks = session.execute(sa.select(DirtyRegion.kind, DirtyRegion.key)).all()
    assert (versions[VOTE], versions[ANSWER]) == (1, 1)
    assert len(marks) == len(set(marks)) > 0


# -- again ----------------------------------------------------------------------------------------


def test_a_second_import_adds_nothing(take_in, database):
    first = take_in()
    before = dump(database)

    second = take_in()

    assert (second.added, second.known) == (0, first.added)
    assert dump(database) == before


def test_what_a_moderator_decided_stays_decided(take_in, came, database, now):
    take_in()
    trashed, deleted = came()["1"].id, came()["8"].id
    with database.session() as session:
        alice = make_moderator(session, now)
        decisions.decide(session, trashed, "trash", 1, alice.id, now)
        session.execute(sa.delete(Comment).where(Comment.id == deleted))

    take_in()

    assert came()["1"].status == "trash"
    assert "8" not in came()


def test_a_newer_file_brings_what_is_new_below_what_is_there(take_in, came, tmp_path):
    take_in()
    text = WORDPRESS.read_text("utf-8")
    newer = tmp_path / "newer.xml"
    for old, new in {
        "_id>6<": "_id>600<",
        "_id>15<": "_id>150<",
        "_parent>999<": "_parent>8<",
    }.items():
        text = text.replace(f"<wp:comment{old}", f"<wp:comment{new}")
    newer.write_text(text, "utf-8")

    report = take_in(newer)

    found = parents(came())
    assert report.added == 2
    assert (found["600"], found["150"]) == ("5", "8")


def test_an_answer_to_what_was_deleted_here_stands_at_the_top(take_in, came, database, tmp_path):
    take_in()
    deleted = came()["8"].id
    with database.session() as session:
        session.execute(sa.delete(Comment).where(Comment.id == deleted))
    newer = tmp_path / "newer.xml"
    text = WORDPRESS.read_text("utf-8").replace("_id>15<", "_id>150<").replace(">999<", ">8<")
    newer.write_text(text, "utf-8")

    planned, done = take_in(newer, dry=True), take_in(newer)

    assert came()["150"].parent_id is None
    assert planned.broken == done.broken == {"150": "what it answers is no longer here"}


def test_comments_follow_when_their_page_is_found_later(take_in, came):
    take_in()

    planned, done = take_in(given={"15": VOTE}, dry=True), take_in(given={"15": VOTE})

    assert (planned.moved, done.moved, done.added) == (1, 1, 0)
    assert came()["50"].thread.key == VOTE


def test_whoever_had_herself_erased_does_not_come_back(take_in, came, database, now):
    with database.session() as session:
        whose = Whose(email="bob@example.org")
        erasure.erase_person(session, whose, now, with_text=False, secret=SECRET)

    report = take_in()

    assert report.erased == 1
    assert came()["1"].author_email == ""
    assert came()["1"].author_name != "Bob"
    assert came()["3"].author_name == "Bob"


def test_two_blogs_do_not_mix(take_in, came, database, tmp_path):
    first = take_in()
    other = tmp_path / "other.xml"
    text = WORDPRESS.read_text("utf-8").replace("old.example.org", "b.example.org")
    other.write_text(re.sub("2026(-1.-.. ..:)..:", r"2025\g<1>07:", text), "utf-8")

    second = take_in(other)

    assert second.added == first.added
    with database.session() as session:
        sources = session.scalars(sa.select(Imported.source).distinct().order_by(Imported.source))
        assert list(sources) == ["wordpress:b.example.org", "wordpress:old.example.org"]


@ON_SQLITE
def test_http_and_https_are_one_blog(take_in, tmp_path):
    take_in()
    other = tmp_path / "other.xml"
    other.write_text(
        WORDPRESS.read_text("utf-8").replace(
            "https://old.example.org", "http://www.old.example.org/"
        ),
        "utf-8",
    )

    assert take_in(other).added == 0


def test_a_dry_run_says_the_same_and_changes_nothing(take_in, database):
    before = dump(database)

    planned = take_in(dry=True)

    assert dump(database) == before
    assert planned.totals() == take_in().totals()
