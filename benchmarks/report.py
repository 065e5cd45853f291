"""The rows of the table, and the table: what was measured, against whom, the bar it has to meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Sample


@dataclass(frozen=True, slots=True)
class Peer:
    """The same work, done by something else."""

    name: str
    sample: Sample


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    :ivar peer: what a user would pick instead, measured in the same run.
    :ivar bar: what DESIGN section 9 asks for; empty for a line that only informs.
    :ivar met: `yes`, `no`, or `unclear` if only the undisturbed measurements meet it.
    """

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    bar: str = ""
    met: str = ""


def timed(what: str, ours: Sample, *, most: float = 0.0, peer: Peer | None = None) -> Row:
    """Return the row of a time.

    :param most: the bar, in milliseconds of CPU.
    """
    return Row(
        what=what,
        ours=words(ours),
        peer=f"{peer.name} {words(peer.sample)}" if peer else "",
        ratio=ratio(ours.median, peer.sample.median) if peer else "",
        bar=f"≤ {most:g} ms" if most else "",
        met=_verdict(ours, most) if most else "",
    )


def counted(what: str, ours: str, bar: str, *, met: bool) -> Row:
    """Return the row of a count that has a bar."""
    return Row(what, ours, bar=bar, met="yes" if met else "no")


def ratio(ours: float, peer: float) -> str:
    """Return how much less it is than the peer's."""
    return f"1 : {peer / ours:,.1f}" if peer < ours * 10 else f"1 : {peer / ours:,.0f}"


def _verdict(ours: Sample, most: float) -> str:
    """Judge by the median; on a busy machine the least disturbed measurements say more."""
    if ours.median * 1000 <= most:
        return "yes"
    return "unclear" if ours.low * 1000 <= most else "no"


def words(sample: Sample) -> str:
    """Return a time in milliseconds, with the range of nine in ten measurements."""
    low, middle, high = (_digits(t * 1000) for t in (sample.low, sample.median, sample.high))
    return f"{middle} ms ({low} to {high})"


def _digits(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def show(console: Console, title: str, rows: Iterable[Row]) -> None:
    """Print the table of one subject."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in ("measured", "Handbill", "peer", "ratio", "bar"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(row.what, row.ours, row.peer, row.ratio, f"{row.bar}{_VERDICTS[row.met]}")
    console.print(table)


_VERDICTS = {
    "": "",
    "yes": " [green]met[/]",
    "no": " [bold red]MISSED[/]",
    "unclear": " [yellow]met when undisturbed[/]",
}
