"""What a moderator is told of what she did: by her list with a notice, or in part, for the script.

A form that the script sends has the field `part`: it gets a piece of a page, and nobody is sent on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, request
from sqlalchemy import orm

from comments_api import batches, decisions, desk, locking, marks, queue, replies
from comments_api.application import handbill
from comments_api.cards import Card
from comments_api.errors import StaleDecision, UnknownComment
from comments_api.problems import Problem
from comments_api.responses import problem
from comments_api.staff import given_back, manifest, page, person
from comments_api.text import whole
from comments_api.wanted import Wanted

# What a line above a list can speak of; of the latter no comment is named.
DONE = frozenset(
    {*decisions.ACTIONS, *decisions.ON_EDITS, *marks.ACTIONS, "rewrite", "undo"}
    | {"reply", "mark-reply", "unmark-reply", "settle", "note"}
)
OF_OTHERS = frozenset({"block", "close", "open", "delete", "empty", "none", "no-reason", "keys"})
KEPT = {"reject": ("reason", "sentence"), "note": ("text",)}
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing was decided of a comment, for its card.

    :ivar content: a reply that was typed.
    :ivar typed: the form that marks an answer, or none.
    :ivar kept: what was typed into the form of a rejection or of a note.
    :ivar wish: what she wanted.
    """

    problem: Problem
    stale: StaleDecision | None = None
    content: str = ""
    typed: Mapping[str, str] | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    wish: str = ""

    @property
    def shown(self) -> dict[str, Any]:
        """What a template of one card takes."""
        return {name: getattr(self, name) for name in desk.NO_TROUBLE}


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, for the line that says so.

    :ivar did: the action.
    :ivar batch: what would be undone, or nothing.
    :ivar card: the comment as it is now, of a decision on one.
    :ivar count: of the comments, of a decision on many.
    :ivar left: the comments of which nothing was decided, and how they became what they are.
    :ivar gone: how many of those are not there any more.
    :ivar live: it comes into a place that is read out anyway.
    :ivar wrong: why nothing was done at all.
    """

    did: str
    batch: str = ""
    card: Card | None = None
    count: int | None = None
    left: Sequence[tuple[Card, StaleDecision]] = ()
    gone: int = 0
    live: bool = False
    wrong: Trouble | None = None


def in_part(values: Values) -> bool:
    """Say whether the script sent a form."""
    return bool(values.get("part"))


def trouble(error: Exception, wish: str, values: Values) -> Trouble:
    """Return what to say of an error on the card of its comment, with what was typed."""
    typed = {name: str(values.get(name, "")) for name in replies.FIELDS}
    return Trouble(
        problem(error),
        error if isinstance(error, StaleDecision) else None,
        str(values.get("content", "")) if wish == "reply" else "",
        typed if wish == "mark-reply" else None,
        {name: str(values.get(name, "")) for name in KEPT.get(wish, ())},
        wish,
    )


# -- it was done ------------------------------------------------------------------------------


def done(values: Values, did: str, comment_id: int, batch: str = "") -> Response:
    """Answer that something was done with a comment."""
    wanted = desk.came_from(values)
    if not in_part(values):
        return desk.back(wanted, did=did, comment=comment_id, batch=batch)
    with handbill().database.reading() as session:
        card = queue.card(session, manifest(), comment_id)
        shown = [card] if card and (values.get("single") or desk.is_on(wanted, card)) else []
        more = 0 if shown or did == "undo" else 1
        found = _part(session, values, wanted, shown, more, about=[comment_id])
    return page("_part.html", notice=Notice(did, batch, card, live=True), problems={}, **found)


def done_with_all(
    values: Values,
    did: str,
    ids: Sequence[int],
    left: Mapping[int, Trouble] | None = None,
    batch: str = "",
) -> Response:
    """Answer that something was done with many comments, and nothing with those that were left.

    :param left: with the trouble of each.
    """
    left, batch = left or {}, batch if ids else ""
    if len(ids) == 1 and not left:
        return done(values, did, ids[0], batch)
    wanted = desk.came_from(values)
    if not in_part(values):
        return desk.back(wanted, did=did, batch=batch, left=",".join(map(str, left)))
    with handbill().database.reading() as session:
        cards = queue.cards(session, manifest(), [*ids, *left])
        named = _named(session, [card for card in cards if card.comment.id in left])
        stays = {*left, *(one.comment.id for one in cards if desk.is_on(wanted, one))}
        shown = [one for one in cards if values.get("single") or one.comment.id in stays]
        more = 0 if did == "undo" else len({*ids} - stays)
        found = _part(session, values, wanted, shown, more, about=[*ids, *left])
    state: Values = {"count": len(ids), "left": named, "gone": len(left) - len(named)}
    notice = Notice(did, batch, live=True, **state)
    return page("_part.html", notice=notice, problems=left, **found)


def _named(session: orm.Session, cards: Sequence[Card]) -> list[tuple[Card, StaleDecision]]:
    """Return comments with by whom and when they became what they are."""
    found = [card.comment for card in cards]
    since = locking.staleness(session, found) if found else {}
    return [(card, since[card.comment.id]) for card in cards]


# -- it was not -------------------------------------------------------------------------------


def refused(comment_id: int, did: str, error: Exception, values: Values) -> Response:
    """Answer with the comment as it is now, what went wrong and what was typed."""
    wrong, wanted = trouble(error, did, values), desk.came_from(values)
    with handbill().database.reading() as session:
        card = queue.card(session, manifest(), comment_id)
        found = _part(session, values, wanted, [card] if card else [])
    if card is None:
        return not_done(values, UnknownComment(comment_id), about=[comment_id])
    status = wrong.problem.status
    if in_part(values):
        return page("_part.html", status, notice=None, problems={comment_id: wrong}, **found)
    found |= {"card": card, "keys": desk.liked().keys, "single": True, **wrong.shown}
    return page("card.html", status, notice=None, **found)


def not_done(
    values: Values, error: Exception, about: Sequence[int] = (), left: Sequence[int] = ()
) -> Response:
    """Answer that nothing was done, where no one comment can say so; with what was typed.

    :param about: the comments that are gone.
    :param left: the comments that were in the way of undoing.
    """
    wrong, wanted = trouble(error, "", values), desk.came_from(values)
    with handbill().database.reading() as session:
        named = _named(session, queue.cards(session, manifest(), left))
        gone = {*left} - {card.comment.id for card, _ in named}
        found = _part(session, values, wanted, [], about=[*about, *gone])
    live = in_part(values)
    notice = Notice("", left=named, gone=len(gone), live=live, wrong=wrong)
    if live:
        return page("_part.html", wrong.problem.status, notice=notice, problems={}, **found)
    kept = given_back(values, wrong.problem)
    return kept or page("not_done.html", wrong.problem.status, notice=notice, wanted=wanted)


def _part(
    session: orm.Session,
    values: Values,
    wanted: Wanted,
    shown: Sequence[Card],
    more: int = 0,
    about: Sequence[int] = (),
) -> dict[str, Any]:
    """Return what a piece of a list shows: comments as they are now, and those that follow.

    :param more: how many comments left the list.
    :param about: what was to be decided; of these, the list has only those that are shown.
    """
    after = str(values.get("after", ""))[:40]
    following: Sequence[Card] = ()
    if after and more:
        beyond, most = replace(wanted, cursor=after), min(more, queue.PAGE)
        found = queue.find(session, manifest(), beyond, person().id, most=most)
        following, after = found.cards, found.more or ""
    return {
        "wanted": wanted,
        "cards": shown,
        "about": about,
        "following": following,
        "after": after,
        "single": bool(values.get("single")),
        **desk.around(session, [*shown, *following]),
    }


# -- the line above a list --------------------------------------------------------------------


def noticed(session: orm.Session) -> Notice | None:
    """Return what was just done, as the address of the page says."""
    did, batch = request.args.get("did", ""), request.args.get("batch", "")
    numbers = [whole(one) for one in request.args.get("left", "").split(",")[: desk.MOST]]
    asked = {one for one in numbers if one is not None}
    left = _named(session, queue.cards(session, manifest(), sorted(asked)))
    others: Values = {"left": left, "gone": len(asked) - len(left)}
    deleted = whole(request.args.get("count", "")) or 0  # nothing is left that could tell
    if did == "delete" and (asked or deleted):
        return Notice(did, count=deleted, **others)
    if did in OF_OTHERS:
        return Notice(did)
    ids = batches.of(session, batch, person().id) if batches.is_name(batch) else []
    one = whole(request.args.get("comment", ""))
    if did not in DONE or not (ids or asked or one):
        return None
    if one is None:
        return Notice(did, batch if ids else "", count=len(ids), **others)
    card = queue.card(session, manifest(), one)
    return Notice(did, batch if ids else "", card) if card else None
