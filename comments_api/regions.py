"""The kinds of live regions: which rows each needs, how each is drawn, and when time changes it.

`render(region, rows, as_of)` reads no clock, no settings and no content: the build, the publisher,
the HTTP endpoint and the moderation card all call it, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from comments_api import feeds, letter_feed, letter_regions, markup
from comments_api.drawing import draw, kept, macro, version
from comments_api.ledger import Noted, passed
from comments_api.manifest import Manifest, Region
from comments_api.openness import UNTOUCHED, Switched, closes, state_of_thread, why_closed
from comments_api.outline import Entry, Row, arrange
from comments_api.rows import MOST, Reader

EXCERPT = 180
EVERY_THREAD = ("thread", "")  # kind and key, as they are marked


def _nothing(_reader: Reader, _region: Region) -> None:
    return None


def _never(_region: Region, _after: datetime, _until: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Kind:
    """What Handbill knows of one kind of region.

    :ivar draw: makes its HTML (or feed) from its rows.
    :ivar gather: reads them from a snapshot.
    :ivar scope: which comments change it: those of its `thread`, those of the `site`, or `none`.
    :ivar reported: it shows who sent a letter, so every report changes it too.
    :ivar changes: says whether time alone changes it after one moment and up to another. It never
        says no wrongly; it knows the context only, so it may say yes where the bytes stay the same.
    :ivar whole_file: it fills a file, so it has no markers.
    """

    draw: Callable[[Region, Any, datetime], str]
    gather: Callable[[Reader, Region], Any] = _nothing
    scope: str = "none"
    reported: bool = False
    changes: Callable[[Region, datetime, datetime], bool] = _never
    whole_file: bool = False


def gather(reader: Reader, region: Region) -> Any:
    """Return the rows that the region shows, from the reader's snapshot."""
    return KINDS[region.kind].gather(reader, region)


def render(region: Region, rows: Any, as_of: datetime) -> str:
    """Return what the region shows, without its markers."""
    return KINDS[region.kind].draw(region, rows, as_of)


def drawn(reader: Reader, region: Region, as_of: datetime) -> str:
    """Return what the region shows by a snapshot of the database."""
    return render(region, gather(reader, region), as_of)


def touched(thread_key: str) -> list[tuple[str, str]]:
    """Return kind and key of every region that a comment of this thread can change.

    An empty key stands for all regions of a kind: every list of recent comments, say.
    """
    keys = {"thread": thread_key, "site": ""}
    return [(name, keys[kind.scope]) for name, kind in KINDS.items() if kind.scope in keys]


def touched_by_report(letter: str) -> list[tuple[str, str]]:
    """Return kind and key of every region that a report of this letter can change."""
    return [(name, letter) for name, kind in KINDS.items() if kind.reported]


def due(manifest: Manifest, after: datetime, until: datetime) -> list[Region]:
    """Return the regions that change by themselves after one moment and up to another."""
    if until <= after:
        return []
    return [r for r in manifest.regions.values() if KINDS[r.kind].changes(r, after, until)]


# -- thread -----------------------------------------------------------------------------------


class Talk(NamedTuple):
    """What a thread shows."""

    rows: Sequence[Row] = ()
    switched: Switched = UNTOUCHED


def _talk(reader: Reader, region: Region) -> Talk:
    return Talk(reader.thread(region.key), reader.switched(region.key))


def _thread_closes(region: Region, after: datetime, until: datetime) -> bool:
    closes = region.context.get("closes")
    return passed(closes, until) and not passed(closes, after)


def empty_form(context: Mapping[str, Any], lang: str, state: str) -> dict[str, Any]:
    """Return the comment form of a thread of this state as nobody has touched it yet."""
    return {
        "action": f"{context['api']}/comments?lang={lang}",
        "parent": None,
        "values": {"author_name": "", "author_email": "", "author_url": "", "content": ""},
        "errors": {},
        "problem": None,
        "preview": None,
        "held": state == "held",
    }


_SECTION = Markup(
    '<section class="thread" data-live="thread" data-version="{}" data-src="{}" data-lang="{}">'
)


def _draw_thread(region: Region, talk: Talk, as_of: datetime) -> str:
    count = sum(not row.withdrawn for row in talk.rows)
    state = state_of_thread(region.context, count, as_of, talk.switched)
    inner = draw(
        "comments/thread.html",
        region.lang,
        region=region,
        context=region.context,
        comments=_entries(region, talk.rows, state),
        count=count,
        state=state,
        why=why_closed(region.context, count, as_of, talk.switched),
        closes=closes(region.context, talk.switched),
        form=empty_form(region.context, region.lang, state),
    )
    # With its version, the script asks whether the page it runs on is still true.
    opening = _SECTION.format(version(inner), region.context["api"], region.lang)
    return f"{opening}\n{inner}</section>"


def _entries(region: Region, found: Sequence[Row], state: str) -> list[Entry]:
    takes_some = state in {"open", "held"}
    answer = f"{region.context['api']}/form?lang={region.lang}&reply=" if takes_some else ""
    entries = arrange(found)
    for entry in entries:
        entry.drawn = _comment(
            entry.row, entry.in_reply_to, answer, region.lang, region.context["timezone"]
        )
    return entries


# Of a thread of a hundred, a decision changes one comment: the others are drawn already.
@kept(4096)
def _comment(row: Row, in_reply_to: Row | None, answer: str, lang: str, timezone: str) -> Markup:
    drawer = macro("comments/_comment.html", "comment", lang, timezone)
    return drawer(row, answer, public=True, above=in_reply_to)


def version_in(html: str) -> str:
    """Return the version that a drawn thread or ledger carries."""
    return html.split('data-version="', 1)[1].split('"', 1)[0]


# -- count and recent -------------------------------------------------------------------------


def _draw_count(region: Region, count: int, _as_of: datetime) -> str:
    return draw("comments/count.html", region.lang, context=region.context, count=count)


def _draw_recent(region: Region, found: Iterable[Row], _as_of: datetime) -> str:
    zone = region.context["timezone"]
    items = [_recent(row, region.lang, zone) for row in found]
    return draw("comments/recent.html", region.lang, items=items)


@kept(1024)
def _recent(row: Row, lang: str, timezone: str) -> Markup:
    return macro("comments/_recent.html", "item", lang, timezone)(row, excerpt(row.html))


def excerpt(html: Markup) -> str:
    """Return the beginning of a comment's words, cut between two of them."""
    words = markup.plain(html)
    if len(words) <= EXCERPT:
        return words
    return words[:EXCERPT].rsplit(" ", 1)[0].rstrip(".,;:") + " …"


# -- letters ----------------------------------------------------------------------------------


def _noted(reader: Reader, region: Region) -> Noted:
    return reader.noted(region.key, region.context["thread"])


# -- the table --------------------------------------------------------------------------------

KINDS: Mapping[str, Kind] = {
    "thread": Kind(
        gather=_talk,
        draw=_draw_thread,
        scope="thread",
        changes=_thread_closes,
    ),
    "count": Kind(
        gather=lambda reader, region: reader.count(region.key), draw=_draw_count, scope="thread"
    ),
    "thread-feed": Kind(
        gather=lambda reader, region: reader.newest_of_thread(region.key, MOST),
        draw=feeds.thread_feed,
        scope="thread",
        whole_file=True,
    ),
    "recent": Kind(
        gather=lambda reader, region: reader.newest(region.lang, int(region.key)),
        draw=_draw_recent,
        scope="site",
    ),
    "comments-feed": Kind(
        gather=lambda reader, region: reader.newest(region.lang, MOST),
        draw=feeds.comments_feed,
        scope="site",
        whole_file=True,
    ),
    "stamp": Kind(
        draw=letter_regions.drawer("letters/_stamp.html"),
        changes=letter_regions.state_changes,
    ),
    "ask": Kind(
        draw=letter_regions.drawer("letters/_ask.html"),
        changes=letter_regions.state_changes,
    ),
    "late": Kind(
        draw=letter_regions.drawer("letters/_ended.html"),
        changes=letter_regions.state_changes,
    ),
    "pass": Kind(
        draw=letter_regions.drawer("letters/_pass_on.html"),
        changes=letter_regions.state_changes,
    ),
    "front": Kind(
        draw=letter_regions.of_first_open("letters/_ask.html"),
        changes=letter_regions.first_open_changes,
    ),
    "act": Kind(
        draw=letter_regions.of_first_open("letters/_act.html"),
        changes=letter_regions.first_open_changes,
    ),
    "send": Kind(
        draw=letter_regions.send,
        changes=letter_regions.send_changes,
    ),
    "ledger": Kind(
        gather=_noted,
        draw=letter_regions.ledger,
        scope="thread",
        reported=True,
        changes=letter_regions.ledger_changes,
    ),
    "letter-feed": Kind(
        gather=_noted,
        draw=letter_feed.letter_feed,
        scope="thread",
        reported=True,
        changes=letter_feed.changes,
        whole_file=True,
    ),
}
