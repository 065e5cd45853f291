import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_api import pages
from comments_api.errors import PageDamaged

THREAD, COUNT = "thread:post-the-vote:en", "count:post-the-vote:en"
PAGE = (
    f"<html>\n<p>é</p>{pages.mark(COUNT, '0')}<main>{pages.mark(THREAD, '<ol></ol>')}</main>\n"
).encode()

# Whatever a region can hold: text that no marker occurs in, since nobody can write one.
drawn = (
    st.text()
    .filter(lambda text: "<!--" not in text)
    .map(lambda text: text.encode("utf-8", "ignore").replace(b"\r", b""))
)


@given(drawn, drawn)
def test_it_replaces_what_stands_between_the_markers_and_nothing_else(count, thread):
    made = pages.splice(PAGE, [COUNT, THREAD], {COUNT: count, THREAD: thread})

    assert pages.contents_of(made) == [(COUNT, count), (THREAD, thread)]
    assert made.replace(count + b"<!--/live--><main>", b"0<!--/live--><main>", 1).replace(
        thread + b"<!--/live--></main>", b"<ol></ol><!--/live--></main>", 1
    ) == PAGE  # fmt: skip


@given(drawn)
def test_it_changes_nothing_the_second_time(thread):
    once = pages.splice(PAGE, [COUNT, THREAD], {THREAD: thread})

    assert pages.splice(once, [COUNT, THREAD], {THREAD: thread}) == once


@given(drawn, drawn)
def test_the_order_of_two_splices_does_not_matter(count, thread):
    ids = [COUNT, THREAD]
    one = pages.splice(pages.splice(PAGE, ids, {COUNT: count}), ids, {THREAD: thread})
    other = pages.splice(pages.splice(PAGE, ids, {THREAD: thread}), ids, {COUNT: count})

    assert one == other == pages.splice(PAGE, ids, {COUNT: count, THREAD: thread})


def test_it_keeps_a_region_that_was_not_drawn():
    assert pages.splice(PAGE, [COUNT, THREAD], {}) == PAGE


def test_it_replaces_a_region_wherever_it_stands():
    page = f"{pages.mark(COUNT, '0')} and {pages.mark(COUNT, '0')}".encode()

    made = pages.splice(page, [COUNT, COUNT], {COUNT: b"7"})

    assert [content for _, content in pages.contents_of(made)] == [b"7", b"7"]


@pytest.mark.parametrize("text", [rb"\1", rb"\g<1>", b"$&", b"$1", b"%s", b"{0}", b"\\"])
def test_it_takes_patterns_of_replacement_as_they_are(text):
    made = pages.splice(PAGE, [COUNT, THREAD], {THREAD: text})

    assert dict(pages.contents_of(made))[THREAD] == text


BEGIN, END = f"<!--live {COUNT}-->".encode(), b"<!--/live-->"
REGION = pages.mark(COUNT, "0").encode()
DAMAGES = {
    "end gone": lambda page: page.replace(END, b"", 1),
    "begin gone": lambda page: page.replace(BEGIN, b""),
    "both gone": lambda page: page.replace(REGION, b""),
    "respelt": lambda page: page.replace(b"<!--live ", b"<!-- live "),
    "doubled": lambda page: page + REGION,
    "end doubled": lambda page: page.replace(b"</main>", END + b"</main>"),
    "swapped": lambda page: page.translate(bytes.maketrans(b"ch", b"hc")),
    "exchanged": lambda page: b"".join(page.partition(b"<main>")[::-1]),
    "CRLF": lambda page: page.replace(b"\n", b"\r\n"),
    "Latin-1": lambda page: page.decode().encode("latin-1"),
    "UTF-16": lambda page: page.decode().encode("utf-16"),
    "torn": lambda page: page[: len(page) // 2],
    "empty": lambda page: b"",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_it_refuses_a_page_that_was_changed_by_hand(damage):
    with pytest.raises(PageDamaged):
        pages.splice(damage(PAGE), [COUNT, THREAD], {THREAD: b"new"})


@pytest.mark.parametrize(
    "region_id", ["recent::fr", "thread:post-2:pt-br", "ask:a:zh-Hant", "ask:a:es-419"]
)
def test_a_marker_that_was_written_is_found(region_id):
    assert pages.regions_of(pages.mark(region_id, "x").encode()) == [region_id]


def test_markers_that_stand_the_wrong_way_round_are_refused():
    page = b"a<!--/live-->b<!--live count:x:en-->c"

    with pytest.raises(PageDamaged):
        pages.splice(page, ["count:x:en"], {"count:x:en": b"new"})
