import pytest
import sqlalchemy as sa

from comments_api import clock, reports, rows
from comments_api.models import Status
from tests.factories import LETTER, THREAD, make_comment, make_letter, make_thread

OTHER = make_thread("post-other")
THREADS = {thread.key: thread for thread in (make_thread(), OTHER)}


def of_thread(database, key=THREAD):
    with database.snapshot() as connection:
        return rows.of_thread(connection, key)


def test_only_public_comments_are_read_oldest_first(database, now):
    with database.session() as session:
        made = [make_comment(session, now, status) for status in Status]
        make_comment(session, now, thread=OTHER)

    public = [c.id for c in made if c.status in {Status.APPROVED, Status.WITHDRAWN}]
    assert [row.id for row in of_thread(database)] == public


def test_nothing_is_left_of_a_withdrawn_comment(database, now):
    with database.session() as session:
        make_comment(session, now, Status.WITHDRAWN, author_url="https://bob.example")

    row = of_thread(database)[0]
    assert (row.withdrawn, row.author_name, row.author_url, row.html) == (True, "", "", "")


@pytest.mark.parametrize("hidden", [Status.PENDING, Status.SPAM, Status.TRASH])
def test_a_reply_to_what_was_hidden_stands_below_the_nearest_public_comment(database, now, hidden):
    with database.session() as session:
        top = make_comment(session, now)
        first = make_comment(session, now, parent=top.id)
        second = make_comment(session, now, parent=first.id)
        last = make_comment(session, now, parent=second.id)
        first.status = second.status = hidden.value

    assert [(row.id, row.parent) for row in of_thread(database)] == [
        (top.id, None),
        (last.id, top.id),
    ]


def test_a_reply_below_nothing_public_stands_at_the_top(database, now):
    with database.session() as session:
        top = make_comment(session, now)
        last = make_comment(session, now, parent=top.id)
        top.status = Status.TRASH.value

    assert [(row.id, row.parent) for row in of_thread(database)] == [(last.id, None)]


def test_a_loop_of_hidden_parents_ends(database, now):
    with database.session() as session:
        one = make_comment(session, now)
        other = make_comment(session, now, parent=one.id)
        last = make_comment(session, now, parent=other.id)
        one.parent_id = other.id
        one.status = other.status = Status.SPAM.value

    assert [(row.id, row.parent) for row in of_thread(database)] == [(last.id, None)]


def test_the_newest_come_first_from_all_threads_that_have_a_page(database, now):
    with database.session() as session:
        ids = [make_comment(session, now, thread=thread).id for thread in THREADS.values()]
        make_comment(session, now, thread=make_thread("post-whose-page-is-gone"))
        make_comment(session, now, Status.PENDING)

    with database.snapshot() as connection:
        found = rows.Reader(connection, THREADS).newest("en", 10)
    assert [row.id for row in found] == ids[::-1]
    assert found[0].url == f"/post-other/#comment-{ids[1]}"


def test_no_more_than_asked_for_are_read(database, now):
    with database.session() as session:
        ids = [make_comment(session, now).id for _ in range(5)]

    with database.snapshot() as connection:
        reader = rows.Reader(connection, THREADS)
        assert [row.id for row in reader.newest("en", 2)] == ids[:2:-1]
        assert [row.id for row in reader.newest_of_thread(THREAD, 3)] == ids[:1:-1]


def test_a_feed_refers_to_no_comment_that_is_hidden(database, now):
    with database.session() as session:
        top = make_comment(session, now)
        make_comment(session, now, parent=top.id)
        top.status = Status.TRASH.value

    with database.snapshot() as connection:
        reader = rows.Reader(connection, THREADS)
        assert [row.parent for row in reader.newest_of_thread(THREAD, 9)] == [None]
        assert [row.parent for row in reader.newest("en", 9)] == [None]


def test_counts_are_of_approved_comments(database, now):
    with database.session() as session:
        for status in [*Status, Status.APPROVED]:
            make_comment(session, now, status)

    with database.snapshot() as connection:
        assert rows.count_of(connection, THREAD) == 2
        assert rows.count_of(connection, "post-unknown") == 0


def test_a_snapshot_does_not_see_what_is_decided_meanwhile(database, now):
    with database.snapshot() as connection:
        before = rows.count_of(connection, THREAD)
        with database.session() as session:
            make_comment(session, now)

        assert rows.count_of(connection, THREAD) == before
    assert len(of_thread(database)) == 1


def test_the_state_of_a_thread_changes_with_every_visible_change(database, now):
    clock.start(database, now)
    before = database.peek(rows.STATE, {"key": THREAD})

    with database.session() as session:
        make_comment(session, now)

    assert database.peek(rows.STATE, {"key": THREAD}) != before


@pytest.mark.parametrize("statement", [rows.STATE, rows.STATE_OF_LETTER])
def test_a_state_is_the_same_by_whatever_way_it_is_read(database, now, statement):
    clock.start(database, now)
    names = {"key": THREAD, "letter": LETTER}
    with database.session() as session:
        make_comment(session, now)
        reports.report(session, make_letter(), None, "a secret", now)

    with database.snapshot() as connection:
        read = tuple(connection.execute(statement, names).one())

    assert database.peek(statement, names) == read


def test_the_state_of_a_letter_changes_with_every_report(database, now):
    clock.start(database, now)
    names = {"key": THREAD, "letter": LETTER}
    before = database.peek(rows.STATE_OF_LETTER, names)

    with database.session() as session:
        reports.report(session, make_letter(), None, "a secret", now)

    assert database.peek(rows.STATE_OF_LETTER, names) != before


def test_before_the_first_site_there_is_no_time(database):
    with database.snapshot() as connection:
        assert rows.as_of(connection) is None
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1
