"""What changed between two texts, marked word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from comments_api.wording import MOST_WORDS, marked

WORDS = st.lists(st.sampled_from(["a", "b", "<c>", " ", "\n", "d&", ""]), max_size=40).map("".join)


def plain(markup, tag):
    """Return a side without its marks."""
    return markup.replace(f"<{tag}>", "").replace(f"</{tag}>", "")


def test_the_words_that_changed_are_marked():
    before, after = marked("I wrote on Monday to them.", "I wrote on Friday to all of them.")

    assert before == "I wrote on <del>Monday </del>to them."
    assert after == "I wrote on <ins>Friday </ins>to <ins>all of </ins>them."


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "new", ("", "<ins>new</ins>")),
        ("old", "", ("<del>old</del>", "")),
        ("same", "same", ("same", "same")),
        ("", "", ("", "")),
    ],
)
def test_beginning_and_end_are_no_exception(before, after, expected):
    assert marked(before, after) == expected


@given(WORDS, WORDS)
def test_nothing_is_lost_and_everything_escaped(before, after):
    left, right = marked(before, after)

    assert plain(left, "del") == escape(before)
    assert plain(right, "ins") == escape(after)


def test_where_very_much_changed_all_of_it_is_marked():
    before = "begin " + "a b " * MOST_WORDS + "end"
    after = "begin " + "b c " * MOST_WORDS + "end"

    left, right = marked(before, after)

    assert left == f"begin <del>{'a b ' * MOST_WORDS}</del>end"
    assert right == f"begin <ins>{'b c ' * MOST_WORDS}</ins>end"
