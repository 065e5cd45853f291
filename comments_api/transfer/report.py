"""What an import did, or would do, in words for whoever runs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from comments_api.transfer.foreign import Page

MOST = 20  # lines of a list, unless all are asked for


@dataclass(frozen=True, slots=True)
class PageCount:
    """A page of the other system with its comments.

    :ivar key: the thread that they are in.
    :ivar found: a page of the site has that thread.
    """

    page: Page
    key: str
    found: bool
    count: int


@dataclass
class Report:
    """What an import did, or would do.

    :ivar read: comments in the file.
    :ivar statuses: new comments, by status.
    :ivar known: comments that had been imported before.
    :ivar duplicates: ids that the file has twice; the first one counts.
    :ivar others: ids that were another comment's when they came before; that one stays.
    :ivar cleaned: for the ids of comments, what was changed of them.
    :ivar broken: for the ids of comments, why they lost their place.
    :ivar moved: old comments whose page was found only now.
    :ivar erased: comments of people who had been erased here, and were again.
    """

    source: str = ""
    dry: bool = False
    read: int = 0
    known: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    mentions: int = 0
    pages: Sequence[PageCount] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    duplicates: Sequence[str] = ()
    others: Sequence[str] = ()
    cleaned: dict[str, Sequence[str]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    moved: int = 0
    erased: int = 0

    @property
    def added(self) -> int:
        """How many comments are new."""
        return self.statuses.total()

    def totals(self) -> dict[str, object]:
        """Return all that counts, to compare one run with another."""
        return {
            "read": self.read,
            "known": self.known,
            "statuses": dict(sorted(self.statuses.items())),
            "mentions": self.mentions,
            "skipped": dict(sorted(self.skipped.items())),
            "duplicates": list(self.duplicates),
            "others": list(self.others),
            "cleaned": {key: list(value) for key, value in sorted(self.cleaned.items())},
            "broken": dict(sorted(self.broken.items())),
            "pages": [(one.page.id, one.key, one.found, one.count) for one in self.pages],
        }


def lines(report: Report, most: int = MOST) -> Iterator[str]:
    """Yield the report, one line each."""
    would = "would be " if report.dry else ""
    yield f"From {report.source}: {_comments(report.read)} read."
    yield f"{_comments(report.added)} {would}imported{_by_status(report)}."
    if report.mentions:
        yield f"  {report.mentions} of them {_are(report.mentions)} pingbacks and trackbacks."
    if report.known:
        yield f"{_comments(report.known)} skipped: imported before, and left as they are now."
    if report.moved:
        yield f"{_comments(report.moved)} {would}moved to a page that was found only now."
    if report.erased:
        yield f"{_comments(report.erased)} erased again, as their authors had asked."
    for name, count in sorted(report.skipped.items()):
        yield f'{_comments(count)} of the type "{name}" left out: no reader ever saw such.'
    yield from _pages(report, most)
    yield from _listed("became top level", report.broken, most)
    yield from _listed("cleaned", {k: "; ".join(v) for k, v in report.cleaned.items()}, most)
    left = dict.fromkeys(report.others, "another comment came with this id before")
    left |= dict.fromkeys(report.duplicates, "the file has this id already")
    yield from _listed("left out", left, most)
    if report.dry:
        yield "Nothing was changed."


def _pages(report: Report, most: int) -> Iterator[str]:
    found = [one for one in report.pages if one.found and not one.page.hidden]
    hidden = [one for one in report.pages if one.page.hidden]
    lost = [one for one in report.pages if not one.found and not one.page.hidden]
    yield f"{len(found)} pages were found on the site."
    if lost:
        count = sum(one.count for one in lost)
        yield (
            f"{len(lost)} pages were not found, with {_comments(count)}; nobody will see these. "
            "Give such a page `Formerly:` or a line in a map file (--map):"
        )
        yield from _cut([f"  {_page(one)}" for one in lost], most)
    if hidden:
        count = sum(one.count for one in hidden)
        yield f"{len(hidden)} pages were not public, with {_comments(count)}, which wait now:"
        yield from _cut([f"  {_page(one)}, {one.page.hidden}" for one in hidden], most)


def _page(one: PageCount) -> str:
    where = one.page.addresses[0] if one.page.addresses else f"number {one.page.id}"
    title = f" ({one.page.title})" if one.page.title else ""
    return f"{one.count}  {where}{title}"


def _listed(what: str, why: Mapping[str, str], most: int) -> Iterator[str]:
    if why:
        yield f"{_comments(len(why))} {what}:"
        yield from _cut([f"  {key}: {said}" for key, said in why.items()], most)


def _cut(rows: Sequence[str], most: int) -> Iterator[str]:
    yield from rows[:most]
    if len(rows) > most:
        yield f"  … and {len(rows) - most} more (--all lists them)"


def _by_status(report: Report) -> str:
    if not report.statuses:
        return ""
    return ": " + ", ".join(f"{n} {status}" for status, n in sorted(report.statuses.items()))


def _comments(number: int) -> str:
    return f"{number:,} comment{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
