"""Whether a thread takes comments, and why not. Pure; what it depends on is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from comments_api.ledger import passed


class Switched(NamedTuple):
    """What moderators did to the whole site at once, and to the thread that is asked about.

    :ivar closed: when they closed this one thread.
    """

    hold_all: bool = False
    close_all: bool = False
    close_at: datetime | None = None
    closed: datetime | None = None


UNTOUCHED = Switched()
Context = Mapping[str, Any]


def state_of_thread(
    context: Context, count: int, as_of: datetime, switched: Switched = UNTOUCHED
) -> str:
    """Say whether a thread is `open`, `held` (open, every comment waits), `closed` or `full`.

    :param count: of the comments that are public in it.
    """
    why = why_closed(context, count, as_of, switched)
    if why is not None:
        return "full" if why == "full" else "closed"
    return "held" if is_held(context, switched) else "open"


def why_closed(
    context: Context, count: int, as_of: datetime, switched: Switched = UNTOUCHED
) -> str | None:
    """Return why a thread takes no comments; None if it does.

    `all` are closed, a `moderator` closed this one, its `author` did, its `date` passed, or it is
    `full`.
    """
    if switched.close_all or _over(switched.close_at, as_of):
        return "all"
    if switched.closed is not None:
        return "moderator"
    if context["mode"] == "closed":
        return "author"
    if passed(context.get("closes"), as_of):
        return "date"
    return "full" if count >= context["limit"] else None


def is_held(context: Context, switched: Switched = UNTOUCHED) -> bool:
    """Say whether every comment of a thread waits for a moderator."""
    return switched.hold_all or context["mode"] == "held" or bool(context["sensitive"])


def closes(context: Context, switched: Switched = UNTOUCHED) -> datetime | None:
    """Return when an open thread closes, if that is known."""
    own = context.get("closes")
    known = [switched.close_at, datetime.fromisoformat(own) if own else None]
    return min((moment for moment in known if moment is not None), default=None)


def _over(moment: datetime | None, as_of: datetime) -> bool:
    return moment is not None and moment <= as_of
