"""The record as a page, with filters, and as a file for owners."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import orjson
from flask import Blueprint, Response, request
from sqlalchemy import orm

from comments_api import change_words, dates, moderators, record
from comments_api.application import handbill
from comments_api.errors import InvalidDraft
from comments_api.proving import proved
from comments_api.record import Line
from comments_api.record_filter import Filter
from comments_api.responses import language, problem
from comments_api.staff import manifest, owners_only, page, signed_in

bp = Blueprint("record_page", __name__, url_prefix="/moderate")

# What people decide; what happens without them can be looked for by its comment.
ACTIONS = (
    *("approve", "hold", "spam", "trash", "reject", "restore", "undo", "reply", "rewrite"),
    *("pin", "unpin", "highlight", "unhighlight", "accept-edit", "reject-edit"),
    *("mark-reply", "unmark-reply", "settle", "arrive", "edit", "withdraw", "erase", "delete"),
)
COLUMNS = ("when", "who", "action", "comment", "from", "to", "reasons", "setting", "batch")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take what follows for a formula


@bp.get("/record")
@signed_in
def show() -> Response:
    """Answer who decided and set what, newest first.

    :raise 422: if a field of the filter makes no sense; all of them are kept.
    """
    error, wanted = None, Filter()
    try:
        wanted = Filter.of(request.args, language())
    except InvalidDraft as wrong:
        error = problem(wrong)
    with handbill().database.reading() as session:
        lines, cursor = record.find(session, wanted, _zone()) if not error else ((), None)
        possible = _possible(session, lines)
        people = {one.id: one.name for one in moderators.every(session)}
    return page(
        "record.html",
        error.status if error else 200,
        lines=lines,
        possible=possible,
        wanted=wanted,
        older=wanted.query(cursor=cursor) if cursor else "",
        every=wanted.query(cursor=None),
        typed={name: request.args.get(name, "") for name in Filter.__slots__},
        people=people.items(),
        change_words=lambda what: change_words.words(what, language(), people),
        actions=ACTIONS,
        undone=request.args.get("did") == "undo",
        errors=error.errors if error else {},
        problem=error,
    )


@bp.get("/record.<any(csv, jsonl):form>")
@owners_only
@proved
def export(form: str) -> Response:
    """Answer all lines that the filter lets pass, as a file.

    :raise 422: if a field of the filter makes no sense.
    """
    wanted = Filter.of(request.args, language())
    database, zone = handbill().database, _zone()

    def lines() -> Iterator[Line]:
        with database.reading() as session:
            yield from record.every(session, wanted, zone)

    made, kind = (as_csv, "text/csv") if form == "csv" else (as_json, "application/jsonl")
    answer = Response(made(lines()), mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="record.{form}"'
    return answer


def _zone() -> str:
    return str(manifest().site["timezone"])


def _possible(session: orm.Session, lines: Sequence[Line]) -> dict[int, str]:
    """Return what can still be undone, by the line with the button: the newest of each batch."""
    left = record.possible(session, {line.batch for line in lines if line.batch})
    found: dict[int, str] = {}
    for line in lines:
        if line.batch in left:
            left.remove(line.batch)
            found[line.id] = line.batch
    return found


# -- as a file --------------------------------------------------------------------------------


def as_csv(lines: Iterator[Line]) -> Iterator[str]:
    """Yield the lines of a table, in which no cell can be taken for a formula."""
    yield _row(COLUMNS)
    for line in lines:
        yield _row([_harmless(str(value)) for value in _cells(line).values()])


def as_json(lines: Iterator[Line]) -> Iterator[bytes]:
    """Yield a JSON object for each line."""
    for line in lines:
        content = {**_cells(line), "comment": line.comment_id, "reasons": list(line.reasons)}
        yield orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def _cells(line: Line) -> dict[str, str]:
    values = (
        *(dates.iso(line.created), line.who, line.action, line.comment_id, line.before, line.after),
        *(" ".join(line.reasons), line.setting, line.batch),
    )
    known = ["" if value is None else str(value) for value in values]
    return dict(zip(COLUMNS, known, strict=True))


def _row(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
