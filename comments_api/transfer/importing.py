"""Bringing comments in from another system: all of a file or nothing of it, and nothing twice.

What was decided here stays decided: a comment that was imported before is never touched, not even
if it was deleted since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import erasure, searching
from comments_api.comments import fingerprint
from comments_api.db import Database, insert_missing
from comments_api.errors import ImportTrouble
from comments_api.models import Comment, CommentKind, Decision, Imported, Thread
from comments_api.publishing import mark_all_dirty
from comments_api.rows import PUBLIC
from comments_api.transfer import arranging, ids, sources, strays
from comments_api.transfer.arranging import Placed
from comments_api.transfer.cleaning import PRIVATE, Clean, clean
from comments_api.transfer.foreign import Export, Foreign, Page
from comments_api.transfer.matching import Places, lost_key
from comments_api.transfer.report import PageCount, Report

ACTION = "import"

_CHANGED = "Somebody changed the same comments meanwhile. Nothing was imported; try again."


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is imported.

    :ivar lang: of the site, for comments and for the name of those who gave none.
    :ivar secret: of the application, to know again whom had herself erased.
    :ivar progress: is told now and then what goes on, and how far it is.
    """

    places: Places
    lang: str
    secret: str
    now: datetime
    progress: Callable[[str, int], None] = lambda _what, _count: None


@dataclass
class Plan:
    """All that an import is going to do; nothing was written for it.

    :ivar keys: the thread of each page.
    :ivar lost: the thread that each page would have if the site did not have it.
    """

    source: str
    report: Report
    placed: Sequence[Placed] = ()
    cleaned: dict[str, Clean] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)


def bring(database: Database, export: Export, terms: Terms, *, dry: bool = False) -> Report:
    """Import a file, and return what was done; of a dry run, what would be done.

    The caller publishes the pages afterwards.

    :raise UnreadableExport: if the file cannot be read; nothing was changed then.
    :raise ImportTrouble: if another import changed the same meanwhile, or the file's name is not
        its own; nothing was changed then.
    """
    with database.reading() as session:
        plan = _planned(session, export, terms)
        plan.report.dry = dry
        if dry:
            plan.report.moved = strays.count(session, strays.found(session, plan.lost, plan.keys))
            return plan.report
    try:
        with database.session() as session:
            _carry_out(session, plan, terms)
    except sa.exc.IntegrityError as error:
        raise ImportTrouble(
            "Another import was running. Nothing was changed; try again."
        ) from error
    return plan.report


# -- what is going to be done ---------------------------------------------------------------------


def _planned(session: orm.Session, export: Export, terms: Terms) -> Plan:
    found, duplicates = _each_once(export, terms.progress)
    report = Report(source=export.source, read=len(found) + len(duplicates), skipped=export.skipped)
    report.duplicates = duplicates
    known = _known(session, export.source)
    report.others = sources.compare(session, export, found, known)
    new = [one for one in found if one.id not in known]
    report.known = len(found) - len(new) - len(report.others)
    arrangement = arranging.arrange(new, known.keys(), terms.now)
    report.broken |= arrangement.broken
    plan = Plan(export.source, report, arrangement.placed)
    _find_pages(plan, export, {one.page.id: one.page for one in found}, terms.places)
    _loosen(session, plan, known)
    for number, placed in enumerate(arrangement.placed):
        _clean(plan, placed, terms)
        if number % strays.AT_ONCE == 0:
            terms.progress("cleaned", number)
    return plan


def _each_once(
    export: Export, progress: Callable[[str, int], None]
) -> tuple[list[Foreign], list[str]]:
    found: dict[str, Foreign] = {}
    duplicates: list[str] = []
    for one in export.comments:
        if found.setdefault(one.id, one) is not one:
            duplicates.append(one.id)
        elif len(found) % strays.AT_ONCE == 0:
            progress("read", len(found))
    return list(found.values()), duplicates


def _known(session: orm.Session, source: str) -> dict[str, int]:
    """Return which comments came from there before, and what became of them."""
    statement = sa.select(Imported.foreign_id, Imported.comment_id)
    return dict(session.execute(statement.where(Imported.source == source)).all())


def _find_pages(plan: Plan, export: Export, pages: dict[str, Page], places: Places) -> None:
    counts = Counter(placed.foreign.page.id for placed in plan.placed)
    listed = []
    for page in pages.values():
        plan.lost[page.id] = lost_key(export, page)
        key = places.find(page) or plan.lost[page.id]
        plan.keys[page.id] = key
        if counts[page.id]:
            found = key in places.manifest.threads
            listed.append(PageCount(page, key, found, counts[page.id]))
    plan.report.pages = listed


def _loosen(session: orm.Session, plan: Plan, known: dict[str, int]) -> None:
    """Note what answers a comment that came earlier and is gone since, or elsewhere."""
    answers = [one for one in plan.placed if one.parent in known]
    there: dict[int, str] = {}
    for part in strays.parts(sorted({known[one.parent or ""] for one in answers})):
        statement = sa.select(Comment.id, Thread.key).join(Comment.thread)
        there |= dict(session.execute(statement.where(Comment.id.in_(part))).all())
    for one in answers:
        page = one.foreign.page.id
        if there.get(known[one.parent or ""]) not in {plan.keys[page], plan.lost[page]}:
            plan.report.broken[one.foreign.id] = "what it answers is no longer here"


def _clean(plan: Plan, placed: Placed, terms: Terms) -> None:
    foreign, report = placed.foreign, plan.report
    plan.cleaned[foreign.id] = made = clean(foreign, placed.date, terms.lang, terms.now)
    report.statuses[str(made.values["status"])] += 1
    report.mentions += foreign.kind == CommentKind.MENTION
    if made.notes:
        report.cleaned[foreign.id] = made.notes


# -- doing it -------------------------------------------------------------------------------------


def _carry_out(session: orm.Session, plan: Plan, terms: Terms) -> None:
    known = _known(session, plan.source)
    if any(placed.foreign.id in known for placed in plan.placed):
        raise ImportTrouble(_CHANGED)
    threads = _threads(session, set(plan.keys.values()), terms.now)
    moves = strays.found(session, plan.lost, plan.keys)
    plan.report.moved = strays.move(session, moves, threads)
    touched = {threads[key].id for key in moves.values()}
    numbers = ids.take(session.connection(), Comment, len(plan.placed))
    known |= {placed.foreign.id: id_ for placed, id_ in zip(plan.placed, numbers, strict=True)}
    for number, part in enumerate(strays.parts(plan.placed)):
        terms.progress("stored", number * strays.AT_ONCE)
        rows = [_row(placed, plan, threads, known) for placed in part]
        _store(session, plan.source, part, rows, terms.now)
        touched |= {row["thread_id"] for row in rows if row["status"] in PUBLIC}
    session.flush()
    plan.report.erased = erasure.apply_erasures(session, terms.now, terms.secret)
    changed = [thread for thread in threads.values() if thread.id in touched]
    mark_all_dirty(session, changed, terms.now)


def _threads(session: orm.Session, keys: set[str], now: datetime) -> dict[str, Thread]:
    """Return the rows of threads, made where they are missing."""
    found: dict[str, Thread] = {}
    for part in strays.parts(sorted(keys)):
        new = [{"key": key, "version": 0, "created": now} for key in part]
        insert_missing(session.connection(), Thread, new)
        statement = sa.select(Thread).where(Thread.key.in_(part)).order_by(Thread.id)
        found |= {thread.key: thread for thread in session.scalars(statement.with_for_update())}
    return found


def _row(
    placed: Placed, plan: Plan, threads: dict[str, Thread], known: dict[str, int]
) -> dict[str, Any]:
    foreign = placed.foreign
    thread = threads[plan.keys[foreign.page.id]].id
    loose = placed.parent is None or foreign.id in plan.report.broken
    parent = None if loose else known[placed.parent or ""]
    values = plan.cleaned[foreign.id].values
    who = f"{values['author_name']}\0{values['author_email']}\0{values['address_block']}"
    return {
        **values,
        "id": known[foreign.id],
        "thread_id": thread,
        "parent_id": parent,
        "fingerprint": fingerprint(thread, parent, who, str(values["source"])),
        "folded": searching.folded(values),
    }


def _store(
    session: orm.Session,
    source: str,
    placed: Sequence[Placed],
    rows: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    connection = session.connection()
    connection.execute(sa.insert(Comment), rows)
    came = [
        {"source": source, "foreign_id": one.foreign.id, "comment_id": row["id"]}
        for one, row in zip(placed, rows, strict=True)
    ]
    connection.execute(sa.insert(Imported), came)
    connection.execute(sa.insert(Decision), [_decision(row, now) for row in rows])


def _decision(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "comment_id": row["id"],
        "action": ACTION,
        "from_status": None,
        "to_status": row["status"],
        "version": 1,
        "reasons": [reason for reason in row["reasons"] if reason == PRIVATE],
        "created": now,
    }
