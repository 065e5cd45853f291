import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins import spot

colours = st.tuples(*[st.integers(0, 255)] * 3)


@given(colours)
def test_any_colour_can_be_read_on_paper_by_night_and_under_its_text(colour):
    found = re.findall("#[0-9a-f]{6}", spot.style("#{:02x}{:02x}{:02x}".format(*colour)))
    day, text, night = map(spot.parse, found)

    assert spot.contrast(day, spot.parse(spot.PAPER)) >= spot.ENOUGH
    assert spot.contrast(night, spot.parse(spot.NIGHT)) >= spot.ENOUGH
    assert spot.contrast(text, day) >= spot.ENOUGH


@given(colours)
def test_a_colour_that_can_be_read_is_left_as_it_is(colour):
    paper = spot.parse(spot.PAPER)

    if spot.contrast(colour, paper) >= spot.ENOUGH:
        assert spot.until_enough(colour, paper, (0, 0, 0)) == colour


def test_contrast_is_that_of_the_guidelines():
    assert spot.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert spot.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "value", ["", "red", "#c81", "c8102e", "#c8102e; x", "#c8102g", "#c8102e\n"]
)
def test_what_is_no_colour_is_refused(value):
    with pytest.raises(spot.BadColour, match="SPOT_COLOUR"):
        spot.parse(value)
