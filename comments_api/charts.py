"""Charts as SVG: ink bars and one spot line, with their numbers on them. Pure: no clock, no data.

A table with the same numbers stands beside each, so a title and a sentence are enough for those who
cannot see it. Nothing in it is a style, which the policy of our pages would not allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDE, _HIGH = 640, 240  # of the chart of days, in units that scale with the page
_TOP, _BOTTOM = 24, 28  # room for the numbers above the bars, and for the days below
_EDGE = 48  # half of a label
_NARROW, _ROW = 320, 44  # of a chart of rows
_LETTERS = 42  # of a name that fit above its bar


@dataclass(frozen=True, slots=True)
class Column:
    """One day of a chart.

    :ivar bar: how high its bar is.
    :ivar line: where the line passes it.
    :ivar label: what stands below it, if there is room.
    """

    bar: int
    line: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One bar of a chart of rows, with its name."""

    name: str
    number: int


def of_days(name: str, title: str, says: str, columns: Sequence[Column]) -> Markup:
    """Return bars side by side with a line across them; only the highest one says its number.

    :param name: begins the ids of the chart; no other one of its page may have it.
    :param says: for those who cannot see it.
    """
    highest = max((max(one.bar, one.line) for one in columns), default=0)
    step = _WIDE / max(len(columns), 1)
    parts = [_axis(), *_bars(columns, step, highest), _line(columns, step, highest)]
    parts += _labels(columns, step) + _peak(columns, step, highest)
    return _svg(name, title, says, (_WIDE, _HIGH), parts, "chart chart--days")


def of_rows(name: str, title: str, says: str, rows: Sequence[Row]) -> Markup:
    """Return bars below each other, each with its name and number."""
    highest = max((row.number for row in rows), default=0)
    parts = [_row(number, row, highest) for number, row in enumerate(rows)]
    return _svg(name, title, says, (_NARROW, _ROW * len(rows)), parts, "chart chart--rows")


def _svg(
    name: str,
    title: str,
    says: str,
    size: tuple[int, int],
    parts: Sequence[Markup],
    kind: str,
) -> Markup:
    begin = Markup(
        '<svg class="{}" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
    ).format(kind, *size, name, name, name, title, name, says)
    return begin + Markup("").join(parts) + Markup("</svg>")


# -- days -------------------------------------------------------------------------------------


def _height(number: int, highest: int) -> float:
    return (_HIGH - _TOP - _BOTTOM) * number / highest if highest else 0.0


def _base() -> int:
    return _HIGH - _BOTTOM


def _axis() -> Markup:
    return Markup('<path d="M0 {}H{}" stroke="currentColor" stroke-width="1"/>').format(
        _base(), _WIDE
    )


def _bars(columns: Sequence[Column], step: float, highest: int) -> list[Markup]:
    bar = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="currentColor"/>')
    found = []
    for number, one in enumerate(columns):
        if one.bar:
            high = _height(one.bar, highest)
            left = _short(number * step + step * 0.15)
            found.append(bar.format(left, _short(_base() - high), _short(step * 0.7), _short(high)))
    return found


def _line(columns: Sequence[Column], step: float, highest: int) -> Markup:
    points = " ".join(
        f"{_short((number + 0.5) * step)},{_short(_base() - _height(one.line, highest))}"
        for number, one in enumerate(columns)
    )
    return Markup(
        '<polyline class="chart__line" points="{}" fill="none" stroke="currentColor" '
        'stroke-width="3" stroke-linejoin="round"/>'
    ).format(points)


def _labels(columns: Sequence[Column], step: float) -> list[Markup]:
    """Return what stands below the columns; at an end of the chart, none is cut by it."""
    label = Markup('<text x="{}" y="{}" text-anchor="{}" fill="currentColor">{}</text>')
    found = []
    for number, one in enumerate(columns):
        if one.label:
            left, anchor = _place((number + 0.5) * step)
            found.append(label.format(_short(left), _HIGH - 8, anchor, one.label))
    return found


def _place(middle: float) -> tuple[float, str]:
    if middle < _EDGE:
        return 0.0, "start"
    return (float(_WIDE), "end") if middle > _WIDE - _EDGE else (middle, "middle")


def _peak(columns: Sequence[Column], step: float, highest: int) -> list[Markup]:
    """Return the number of the highest bar, above it: what the height of all others means."""
    number = max(range(len(columns)), key=lambda at: columns[at].bar, default=0)
    if not highest or not columns[number].bar:
        return []
    left = min(max((number + 0.5) * step, step), _WIDE - step)
    top = _base() - _height(columns[number].bar, highest) - 6
    label = Markup('<text x="{}" y="{}" text-anchor="middle" fill="currentColor">{}</text>')
    return [label.format(_short(left), _short(top), columns[number].bar)]


# -- rows -------------------------------------------------------------------------------------


def _row(number: int, row: Row, highest: int) -> Markup:
    top = number * _ROW
    name = row.name if len(row.name) <= _LETTERS else f"{row.name[: _LETTERS - 1]}…"
    width = max((_NARROW - 56) * row.number / highest, 1.0) if highest else 1.0
    return Markup(
        '<text x="0" y="{}" fill="currentColor">{}</text>'
        '<rect x="0" y="{}" width="{}" height="14" fill="currentColor"/>'
        '<text x="{}" y="{}" fill="currentColor">{}</text>'
    ).format(top + 14, name, top + 21, _short(width), _short(width + 6), top + 33, row.number)


def _short(number: float) -> str:
    """Write a place in a chart: half a pixel nobody sees."""
    return f"{number:.1f}".removesuffix(".0")
