from datetime import UTC, datetime, timedelta

import html5lib
import pytest
from markupsafe import Markup

from comments_api import markup, regions
from comments_api.ledger import Marked, Noted
from comments_api.manifest import Region
from comments_api.openness import Switched
from comments_api.outline import Row
from tests.factories import make_letter

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}<!--/live-->\\1"
CONTEXT = {
    "site_url": "https://example.org", "timezone": "Europe/London", "mode": "held", "closes": None,
    "sensitive": False, "api": "/api/threads/post-the-vote", "policy_url": "/comment-policy/",
    "help_url": "/help-and-safety/", "limit": 2000, "dated": "2026-11-01T09:00:00Z",
    "url": "/2026/11/the-vote/", "title": "The vote",
    "feed": "/feeds/threads/post-the-vote.atom.xml",
}  # fmt: skip
OF_LETTERS = ("stamp", "ask", "send", "late", "pass", "ledger")
OF_THE_FRONT = ("front", "act")
IN_PAGES = ("thread", "count", "recent", *OF_LETTERS, *OF_THE_FRONT)


def region(kind, **changes):
    if kind in {*OF_LETTERS, "letter-feed"}:
        return make_letter(kind, **changes)
    if kind in OF_THE_FRONT:
        letters = [make_letter("ask", **changes).context]
        return Region(kind, "home", "en", {"timezone": "Europe/London", "letters": letters})
    return Region(kind, "post-the-vote", "en", {**CONTEXT, **changes})


def row(key=1, parent=None, **changes):
    values = {
        "withdrawn": False, "author_name": "Bob", "author_url": "", "campaign": False, "date": NOW,
        "changed": NOW, "html": Markup("<p>I wrote.</p>"), "thread": "post-the-vote",
        "thread_title": "The vote", "url": f"/2026/11/the-vote/#comment-{key}",
    }  # fmt: skip
    return Row(key, parent, **{**values, **changes})


def some(kind):
    """Return something that a region of a kind could show."""
    answer = Marked(7, "mayor", NOW.date(), "answered", "full", Markup("<p>Yes.</p>"), NOW)
    known = {"count": 3, "ledger": Noted(9, [answer]), "letter-feed": Noted(9, [answer])}
    return known.get(kind, [row(), row(2, 1)])


def drawn(kind, rows=(), as_of=NOW, **changes):
    if kind == "thread" and not isinstance(rows, regions.Talk):
        rows = regions.Talk(rows)
    return regions.render(region(kind, **changes), rows, as_of)


def parsed(html):
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def words(html):
    return " ".join(" ".join(parsed(html).itertext()).split())


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [
        ("thread", [], "No comments yet"),
        ("thread", [row()], "1 comment"),
        ("thread", [row(), row(2, 1)], "2 comments"),
        ("thread", [row(withdrawn=True), row(2, 1)], "has withdrawn it"),
        ("thread", [row(campaign=True)], "Bob Campaign"),
        ("thread", [row(pinned=True)], "Bob Pinned"),
        ("thread", [row(highlighted=True)], "Bob Highlighted"),
        ("thread", [row(edited=NOW)], "edited 21 November 2026, 12:00"),
        ("thread", [row(edited=NOW, edited_by_staff=True)], "edited by a moderator 21 November"),
        ("count", 0, "No comments yet"),
        ("count", 1, "1 comment"),
        ("count", 12, "12 comments"),
        ("recent", [], "Nobody has commented yet"),
        ("recent", [row()], "I wrote. on The vote"),
        ("stamp", None, "Open until 12 December 2026"),
        ("ask", None, "Write by 12 December 2026"),
        ("ledger", Noted(), "No answer yet, 10 days after we published this letter."),
        ("ledger", Noted(1), "1 person told us they sent this"),
        ("ledger", Noted(312), "312 people told us they sent this"),
        ("letter-feed", Noted(), "Write to the mayor"),
        ("send", None, "mayor@example.org"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_kind_says_what_there_is(kind, rows, said):
    assert said in words(drawn(kind, rows))


@pytest.mark.parametrize("kind", regions.KINDS)
def test_each_kind_is_drawn_the_same_from_the_same(kind):
    assert drawn(kind, some(kind)) == drawn(kind, some(kind))


@pytest.mark.parametrize("kind", [name for name in regions.KINDS if name != "count"])
def test_each_kind_can_be_drawn_without_a_database(kind):
    after = datetime(2030, 1, 1, tzinfo=UTC)

    # What is said of a letter that has ended, and what is asked while it is open.
    assert drawn(kind, ()) + drawn(kind, (), after)


@pytest.mark.parametrize("kind", IN_PAGES)
@pytest.mark.parametrize(
    "where",
    ["title", "author_name", "author_url", "ask", "thread_title", "url", "outcome", "goal_unit"],
)
def test_hostile_words_are_inert_wherever_they_stand(kind, where):
    hostile = "https://evil.example/" + HOSTILE if where == "author_url" else HOSTILE
    in_row = where in {"author_name", "author_url", "thread_title"}
    comment = row(**{where: hostile}) if in_row else row()
    rows = some(kind) if kind in {"count", *OF_LETTERS} else [comment]

    html = drawn(kind, rows, **({} if in_row else {where: hostile}))

    for element in parsed(html).iter():
        assert isinstance(element.tag, str), "an HTML comment"
        assert element.tag not in {"script", "img"}
        assert not any(name.startswith("on") or name == "style" for name in element.attrib)


def test_a_hostile_name_is_read_as_it_was_typed():
    assert HOSTILE in words(drawn("thread", [row(author_name=HOSTILE)]))


def test_what_markup_made_stands_in_the_thread_unchanged():
    html = markup.render("*a* <b> & https://example.org")

    assert str(html) in drawn("thread", [row(html=html)])


def test_replies_are_nested_as_they_were_written():
    html = drawn("thread", [row(), row(2, 1), row(3, 2), row(4)])

    items = {li.attrib["id"]: li for li in parsed(html).iter("li") if "data-comment" in li.attrib}
    below = {key: [li.attrib["id"] for li in item.iter("li")][1:] for key, item in items.items()}
    assert below == {
        "comment-1": ["comment-2", "comment-3"], "comment-2": ["comment-3"],
        "comment-3": [], "comment-4": [],
    }  # fmt: skip


def test_what_is_pinned_stands_first_with_its_replies():
    html = drawn("thread", [row(), row(2), row(3, 2, pinned=True), row(4, pinned=True), row(5, 4)])

    ids = [li.attrib["data-comment"] for li in parsed(html).iter("li") if "id" in li.attrib]
    assert ids == ["4", "5", "1", "2", "3"]


def test_a_deep_thread_is_nested_in_balance():
    rows = [row(), *(row(key, key - 1) for key in range(2, 30)), row(30), row(31, 4)]

    html = drawn("thread", rows)

    assert html.count("<li") == html.count("</li>")
    assert html.count("<ol") == html.count("</ol>")
    assert html.count("in reply to") == 24  # comments 6 to 29 stand deeper than the fifth level


@pytest.mark.parametrize(
    ("changes", "rows", "said"),
    [
        ({"mode": "closed"}, [], "The author has closed the comments here."),
        ({"closes": "2026-11-21T12:00:00Z"}, [], "Comments closed on 21 November 2026."),
        ({"closes": "2026-11-21T12:01:00Z"}, [], "Comments close on 21 November 2026, 12:01."),
        ({"limit": 1}, [row()], "This thread is full"),
    ],
    ids=["closed", "closed by date", "closes", "full"],
)
def test_a_thread_says_why_it_takes_no_comments(changes, rows, said):
    html = drawn("thread", rows, **changes)

    assert said in words(html)
    assert ("<form" in html) == ("close on" in said)


@pytest.mark.parametrize(
    ("switched", "said"),
    [
        (Switched(close_all=True), "The comments on this whole site are closed for now."),
        (Switched(close_at=NOW), "The comments on this whole site are closed for now."),
        (Switched(closed=NOW), "A moderator has closed the comments here."),
        (Switched(close_at=NOW + timedelta(hours=2)), "close on 21 November 2026, 14:00."),
    ],
    ids=["at once", "by a date", "this one", "later"],
)
def test_a_thread_says_that_the_whole_site_is_closed(switched, said):
    html = drawn("thread", regions.Talk([row()], switched))

    assert said in words(html)
    assert ("<form" in html) == ("data-reply" in html) == ("close on" in said)


@pytest.mark.parametrize(
    ("changes", "switched", "held"),
    [
        ({"mode": "open"}, Switched(), False),
        ({"mode": "held"}, Switched(), True),
        ({"mode": "open", "sensitive": True}, Switched(), True),
        ({"mode": "open"}, Switched(hold_all=True), True),
    ],
    ids=["open", "held", "sensitive", "all held"],
)
def test_a_thread_says_whether_every_comment_waits(changes, switched, held):
    html = words(drawn("thread", regions.Talk([], switched), **changes))

    assert ("A moderator reads your comment before it appears." in html) is held
    assert ("A moderator may read your comment" in html) is not held


def test_a_closed_thread_offers_no_reply():
    assert "data-reply" in drawn("thread", [row()])
    assert "data-reply" not in drawn("thread", [row()], mode="closed")


def test_a_deadline_that_passed_closes_a_letter():
    after = NOW + timedelta(days=30)

    assert "Closed" in words(drawn("stamp", as_of=after))
    assert "This letter is closed" in words(drawn("ask", as_of=after))


@pytest.mark.parametrize(
    ("state", "said"),
    [("won", "Won"), ("superseded", "Replaced"), ("closed", "Closed"), ("open", "Open")],
)
def test_a_letter_is_what_its_author_declared_whatever_the_time(state, said):
    assert words(drawn("stamp", as_of=NOW + timedelta(days=999), state=state)).startswith(said)


def test_days_and_times_are_those_of_the_sites_zone():
    late = row(date=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

    assert "1 July 2026, 00:30" in words(drawn("thread", [late]))


def test_the_version_names_exactly_these_bytes():
    one, other = drawn("thread", [row()]), drawn("thread", [row(), row(2)])

    assert regions.version_in(one) == regions.version_in(drawn("thread", [row()]))
    assert regions.version_in(one) != regions.version_in(other)


def test_a_hostile_comment_does_not_change_the_version_that_is_read():
    comment = row(author_name='" data-version="evil', html=markup.render('data-version="evil"'))

    assert "evil" not in regions.version_in(drawn("thread", [comment]))


def test_an_excerpt_is_cut_between_words():
    cut = regions.excerpt(Markup("<p>" + "wordy, " * 60 + "</p>"))

    assert cut.endswith("wordy …")
    assert len(cut) <= regions.EXCERPT + 2


def test_an_excerpt_of_one_long_word_is_short():
    assert len(regions.excerpt(Markup("<p>" + "w" * 3000 + "</p>"))) <= regions.EXCERPT + 2


def test_it_is_known_what_a_comment_can_change():
    assert sorted(regions.touched("post-the-vote")) == [
        ("comments-feed", ""), ("count", "post-the-vote"), ("ledger", "post-the-vote"),
        ("letter-feed", "post-the-vote"), ("recent", ""), ("thread", "post-the-vote"),
        ("thread-feed", "post-the-vote"),
    ]  # fmt: skip


def test_it_is_known_what_a_report_can_change():
    assert sorted(regions.touched_by_report("write-to-the-mayor")) == [
        ("ledger", "write-to-the-mayor"), ("letter-feed", "write-to-the-mayor"),
    ]  # fmt: skip


def test_a_day_without_a_time_is_the_same_day_everywhere():
    html = drawn("stamp", state="won", outcome_date="2026-11-30", timezone="Pacific/Kiritimati")

    assert "on 30 November 2026" in words(html)


def front(*letters):
    contexts = [make_letter("ask", **letter).context for letter in letters]
    context = {"timezone": "Europe/London", "letters": contexts}
    return Region("front", "home", "en", context)


def test_the_front_shows_the_first_letter_that_is_open():
    first = {"ask": "First?", "deadline": "2026-12-01T00:00:00Z", "state": "auto"}
    second = {"ask": "Second?", "deadline": "2026-12-05T00:00:00Z", "state": "auto"}
    shown = front(first, second)
    times = [datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC),
             datetime(2026, 12, 6, tzinfo=UTC)]  # fmt: skip

    asks = [words(regions.render(shown, (), when)) for when in times]

    assert "First?" in asks[0]
    assert "Second?" in asks[1]
    assert asks[2] == ""
    assert regions.KINDS["front"].changes(shown, times[0], times[1])
    assert regions.KINDS["front"].changes(shown, times[1], times[2])
    assert not regions.KINDS["front"].changes(shown, times[0], times[0])


@pytest.mark.parametrize(
    ("as_of", "asks"), [(NOW, True), (datetime(2027, 1, 1, tzinfo=UTC), False)]
)
def test_who_may_still_write_is_asked_to_pass_it_on(as_of, asks):
    ends = {"deadline": "2026-12-01T00:00:00Z", "state": "auto"}

    assert ("Copy this text" in drawn("pass", as_of=as_of, **ends)) is asks
    assert ("has ended" in drawn("late", as_of=as_of, **ends)) is not asks


def test_what_its_author_changed_says_when():
    html = drawn("thread", [row(edited=NOW + timedelta(minutes=9)), row(2)])

    assert words(html).count("edited 21 November 2026, 12:09") == 1


def test_of_what_was_withdrawn_nothing_says_when_it_was_changed():
    tombstone = row(withdrawn=True, edited=NOW)

    assert "edited" not in words(drawn("thread", [tombstone, row(2, 1)]))


def test_each_comment_but_a_tombstone_can_be_reported():
    html = drawn("thread", [row(withdrawn=True), row(2, 1, author_name=HOSTILE)])

    [link] = [a for a in parsed(html).iter("a") if a.get("class") == "comment__report"]
    assert link.get("href") == "/api/comments/2/report?lang=en"
    assert link.get("aria-label") == f"Report the comment by {HOSTILE}"


def test_so_it_can_where_nobody_can_write_any_more():
    html = drawn("thread", [row()], mode="closed")

    assert "/api/comments/1/report" in html
    assert "data-reply" not in html


def test_without_a_script_the_form_has_a_trap_that_people_do_not_meet():
    html = drawn("thread")

    [field] = [e for e in parsed(html).iter("input") if e.get("name") == "phone"]
    assert (field.get("tabindex"), field.get("value")) == ("-1", None)


@pytest.mark.parametrize("mail", [True, False])
def test_mail_is_offered_where_the_site_sends_some(mail):
    html = drawn("thread", mail=mail)

    assert ('name="follow"' in html) == mail
