"""Charts: heights are the numbers, names are escaped, and who cannot see them reads words."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import fromstring

import pytest

from comments_api import charts
from comments_api.charts import Column, Row

EMPTY = Column(0, 0)


def of_days(*columns):
    """Return the tree of a chart of days."""
    return fromstring(charts.of_days("days", "A title", "What it says", columns))


def of_rows(*rows):
    """Return the tree of a chart of rows."""
    return fromstring(charts.of_rows("rows", "A title", "What it says", rows))


def numbers(tree, name, attribute):
    """Return an attribute of all such elements."""
    return [float(one.get(attribute)) for one in tree.iter(name)]


def test_a_bar_is_as_high_as_its_number():
    tree = of_days(Column(10, 0), Column(5, 0), EMPTY, Column(1, 0))

    high, half, tenth = numbers(tree, "rect", "height")
    assert high / half == pytest.approx(2)
    assert high / tenth == pytest.approx(10, rel=0.01)
    bottoms = [
        top + height
        for top, height in zip(
            numbers(tree, "rect", "y"), numbers(tree, "rect", "height"), strict=True
        )
    ]
    assert max(bottoms) == pytest.approx(min(bottoms), abs=0.2)


def test_bars_stand_beside_each_other_in_their_order():
    tree = of_days(*[Column(1, 0)] * 30)

    lefts = numbers(tree, "rect", "x")
    widths = numbers(tree, "rect", "width")
    assert lefts == sorted(lefts)
    assert all(left + widths[0] < following for left, following in pairwise(lefts))
    assert lefts[-1] + widths[-1] <= 640


def test_the_line_passes_each_day_on_the_same_scale_as_the_bars():
    tree = of_days(Column(10, 5), Column(5, 10), EMPTY)

    [line] = tree.iter("polyline")
    heights = [float(point.split(",")[1]) for point in line.get("points").split()]
    tops = numbers(tree, "rect", "y")
    assert heights[:2] == pytest.approx([tops[1], tops[0]])
    assert heights[2] == max(heights)


def test_the_highest_bar_says_its_number_and_days_are_named_below():
    some = [Column(0, 0, "1 Nov" if number == 1 else "") for number in range(28)]
    tree = of_days(*some, Column(12, 0, "29 Nov"), Column(4, 99, "30 Nov"))

    assert [text.text for text in tree.iter("text")] == ["1 Nov", "29 Nov", "30 Nov", "12"]
    anchors = [text.get("text-anchor") for text in tree.iter("text")]
    assert anchors == ["start", "end", "end", "middle"]  # none is cut by the end of the chart


@pytest.mark.parametrize("columns", [(), (EMPTY,), (EMPTY,) * 30])
def test_without_numbers_there_is_an_empty_chart(columns):
    tree = of_days(*columns)

    assert list(tree.iter("rect")) == []
    assert [text.text for text in tree.iter("text")] == []


def test_rows_have_their_names_numbers_and_lengths():
    tree = of_rows(Row("Alice", 40), Row("Carol", 10), Row("Nobody", 0))

    assert [text.text for text in tree.iter("text")] == [
        "Alice",
        "40",
        "Carol",
        "10",
        "Nobody",
        "0",
    ]
    long, quarter, least = numbers(tree, "rect", "width")
    assert long / quarter == pytest.approx(4)
    assert least == 1
    assert float(tree.get("viewBox").split()[3]) > max(numbers(tree, "rect", "y"))


def test_a_long_name_is_cut_as_the_table_has_it_whole():
    [name, _number] = of_rows(Row("x" * 100, 1)).iter("text")

    assert name.text == "x" * 41 + "…"


@pytest.mark.parametrize("draw", [of_days, of_rows])
def test_who_cannot_see_it_is_told_what_it_is(draw):
    tree = draw()

    assert tree.get("role") == "img"
    names = tree.get("aria-labelledby").split()
    assert [tree.find("title").text, tree.find("desc").text] == ["A title", "What it says"]
    assert [tree.find("title").get("id"), tree.find("desc").get("id")] == names


def test_words_are_words_whatever_is_in_them():
    hostile = '"><script>alert(1)</script>&'

    drawn = charts.of_rows("rows", hostile, hostile, [Row(hostile, 1)])

    tree = fromstring(drawn)
    assert "<script" not in drawn
    assert {tree.find("title").text, tree.find("desc").text} == {hostile}
    assert [text.text for text in tree.iter("text")] == [hostile, "1"]


@pytest.mark.parametrize("draw", [of_days, of_rows])
def test_it_has_no_style_and_no_colour_of_its_own(draw):
    tree = draw(*([Column(3, 2, "x")] if draw is of_days else [Row("x", 1)]))

    attributes = [attribute for one in tree.iter() for attribute in one.attrib.items()]
    assert "style" not in dict(attributes)
    colours = {value for name, value in attributes if name in {"fill", "stroke"}}
    assert colours <= {"currentColor", "none"}
