"""Where a posted letter has what: layouts.toml as values, and as style for the print page."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

_FILE = Path(__file__).with_name("layouts.toml")
_MM = 72 / 25.4  # points
LINE = 1.14  # how high the letters of a line can be, in their size; see paper.typ
AIR = 1.0  # millimetres that at least remain between the address and the edge of the window


class BadLayout(ValueError):
    """Raised if a table of layouts.toml cannot be used."""


@dataclass(frozen=True, slots=True)
class Page:
    """How large the paper is."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Window:
    """What is seen of the paper through the envelope."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Address:
    """How the address is set, and how many lines of it the window holds."""

    size: float
    leading: float
    lines: int


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column of text begins, and how wide it is."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Start:
    """How far down the page something begins."""

    y: float


@dataclass(frozen=True, slots=True)
class Margins:
    """What every page leaves free."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set."""

    size: float
    leading: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a posted letter has what; layouts.toml says what each number means."""

    name: str
    page: Page
    window: Window
    indent: float
    drop: float
    address: Address
    sender: Column
    date: Start
    body: Start
    margins: Margins
    fold: tuple[float, ...]
    text: Type

    @property
    def lines(self) -> int:
        """How many lines of an address the window holds."""
        return self.address.lines


@lru_cache(maxsize=1)
def layouts() -> Mapping[str, Layout]:
    """Return the layouts of layouts.toml by name, in its order.

    :raise BadLayout: if a number is missing or wrong.
    """
    return read(_FILE.read_text("utf-8"))


def read(text: str) -> Mapping[str, Layout]:
    """Return the layouts that a TOML text describes.

    :raise BadLayout: if a number is missing or wrong.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadLayout(f"layouts.toml: {error}") from error
    return MappingProxyType({name: _layout(name, table) for name, table in tables.items()})


def _layout(name: str, table: object) -> Layout:
    values = {"name": name, **table} if isinstance(table, dict) else table
    layout: Layout = _value(Layout, values, name)
    _refuse_too_many_lines(layout)
    return layout


def _value(kind: Any, value: object, place: str) -> Any:
    """Return a value of layouts.toml as what it should be."""
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**dict(_parts(kind, value, place)))
    if kind is str:
        return value
    if kind == tuple[float, ...]:
        return tuple(_value(float, number, place) for number in _listed(value, place))
    if isinstance(value, bool) or not isinstance(value, int | kind) or value < 0:
        raise BadLayout(f"layouts.toml: {place} must be a {_KINDS[kind]}, not {value!r}")
    return value


def _listed(value: object, place: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise BadLayout(f"layouts.toml: {place} must be a list of numbers, not {value!r}")
    return value


_KINDS = {float: "number that is not below 0", int: "whole number"}


def _parts(kind: Any, table: object, place: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(table, dict):
        raise BadLayout(f"layouts.toml: {place} must be a table, not {table!r}")
    hints = get_type_hints(kind)
    names = [part.name for part in fields(kind)]
    for name in (*names, *table):
        if name not in table:
            raise BadLayout(f"layouts.toml: {place} has no {name!r}")
        if name not in hints:
            raise BadLayout(f"layouts.toml: {place} has {name!r}, which is not known")
    for name in names:
        yield name, _value(hints[name], table[name], f"{place}.{name}")


def _refuse_too_many_lines(layout: Layout) -> None:
    type_ = layout.address
    needs = ((type_.lines - 1) * type_.leading + LINE * type_.size) / _MM + 2 * AIR
    has = layout.window.height - layout.drop
    if needs > has:
        raise BadLayout(
            f"layouts.toml: {layout.name}.address: {type_.lines} lines need {needs:.1f} mm with "
            f"the air around them, and the window has {has:.1f}"
        )


def css() -> str:
    """Return the style that gives the print page the geometry of the PDF.

    Each layout is a class, `.sheet--uk`, of custom properties and a page without margins, so that
    browsers print nothing of their own; the sheet's padding holds the margins instead.
    """
    return "".join(_rules(layout) for layout in layouts().values())


def _rules(layout: Layout) -> str:
    name = f"sheet-{layout.name}"
    size = f"{layout.page.width:g}mm {layout.page.height:g}mm"
    declared = "".join(f";--sheet-{key}:{value}" for key, value in _properties(layout))
    return (
        f"@page {name}{{size:{size};margin:0}}\n"
        f"@media print{{.sheet--{layout.name}{{page:{name}{declared}}}}}\n"
    )


def _properties(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield the custom properties of a layout, without `--sheet-` before the name."""
    for key, length in _lengths(layout):
        yield key, f"{length:g}mm"
    for number, fold in enumerate(layout.fold, 1):
        yield ("fold" if number == 1 else f"fold-{number}"), f"{fold:g}mm"
    for key, points in (
        ("size", layout.text.size),
        ("leading", layout.text.leading),
        ("address-size", layout.address.size),
        ("address-leading", layout.address.leading),
    ):
        yield key, f"{points:g}pt"


def _lengths(layout: Layout) -> Iterator[tuple[str, float]]:
    yield "width", layout.page.width
    yield "height", layout.page.height
    yield "window-x", layout.window.x
    yield "window-y", layout.window.y
    yield "window-width", layout.window.width
    yield "window-height", layout.window.height
    yield "window-indent", layout.indent
    yield "window-drop", layout.drop
    yield "sender-x", layout.sender.x
    yield "sender-y", layout.sender.y
    yield "sender-width", layout.sender.width
    yield "date-y", layout.date.y
    yield "body-y", layout.body.y
    yield "margin-top", layout.margins.top
    yield "margin-bottom", layout.margins.bottom
    yield "margin-start", layout.margins.left
    yield "margin-end", layout.margins.right
