"""The campaign's one colour: what text stands on it, and how it is lightened for the dark.

Contrast is computed by WCAG 2.2's relative luminance, so that any colour stays readable.
"""

from __future__ import annotations

import re

# The grounds of theme/static/css/tokens.css, by day and by night.
PAPER = "#fbf8f1"
NIGHT = "#14120f"
TEXTS = ("#ffffff", "#16130f")
ENOUGH = 4.5

Colour = tuple[int, int, int]


class BadColour(ValueError):
    """Raised if the campaign's colour cannot be used."""


def parse(value: str) -> Colour:
    """Return red, green and blue of #rrggbb.

    :raise BadColour: if it is written in another way.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise BadColour(f"SPOT_COLOUR is {value!r}: write it like #c8102e")
    return (int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16))


def luminance(colour: Colour) -> float:
    """Return how bright a colour is, from 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def until_enough(colour: Colour, ground: Colour, towards: Colour) -> Colour:
    """Return the colour, mixed with another only as far as it needs to be read on a ground."""
    for step in range(101):
        mixed = _mixed(colour, towards, step / 100)
        if contrast(mixed, ground) >= ENOUGH:
            return mixed
    return towards


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def _written(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def style(value: str) -> str:
    """Return the style that sets the campaign's colour: on paper, text on it, and by night."""
    day = until_enough(parse(value), parse(PAPER), (0, 0, 0))
    night = until_enough(parse(value), parse(NIGHT), (255, 255, 255))
    text = max(TEXTS, key=lambda candidate: contrast(parse(candidate), day))
    return (
        "\n@layer tokens{:root{"
        f"--spot:{_written(day)};--spot-text:{text};--spot-night:{_written(night)}"
        "}}\n"
    )
