"""What has become of a letter: its state, who sent it, what came back. Pure; nothing is drawn here.

All that time alone changes about a letter is `hands`: a drawing that uses more of `as_of` would
show something that `regions.due` does not know of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from comments_api import dates
from comments_api.markup import of_text
from comments_api.models import Outcome

# A bar that is nearly empty discourages: below this part of the goal only the number is shown.
LEAST_SHARE = (1, 5)
# The goal is raised when this part of it is reached.
RAISED_AT = (9, 10)
# What does not answer the letter: a receipt is none, and such a target may be asked again.
NOT_YET = frozenset({Outcome.NONE.value, Outcome.ACKNOWLEDGED.value})

Context = Mapping[str, Any]


class Marked(NamedTuple):
    """An answer that a comment brought, as a moderator marked it.

    :ivar noted: when she did.
    """

    comment_id: int
    target: str
    day: date
    outcome: str
    permission: str
    html: Markup
    noted: datetime


class Noted(NamedTuple):
    """What the database holds for a letter.

    :ivar sent: how many readers told us that they sent it.
    """

    sent: int = 0
    replies: Sequence[Marked] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: what came back, from whom, when.

    :ivar name: lasting and its own, for an anchor or a feed.
    :ivar text: as far as the permission goes.
    :ivar comment_id: the comment that brought it, or None if an author noted it.
    :ivar noted: when a moderator marked it, or None.
    """

    name: str
    day: date
    target: str
    target_title: str
    outcome: str
    permission: str
    text: Markup
    days_waited: int
    comment_id: int | None = None
    noted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a letter's ledger says.

    :ivar goal: after it was raised; None if there is none.
    :ivar share: how much of the goal is reached, up to 1; None if no bar should be shown.
    :ivar entries: what came back, newest last.
    :ivar answers: how many of these are answers.
    :ivar waiting: whole days without any answer, or None if nobody waits (any more).
    :ivar chase: it is time to offer the follow-up letter.
    """

    count: int
    goal: int | None
    share: float | None
    entries: Sequence[Line]
    answers: int
    waiting: int | None
    chase: bool


class Hands(NamedTuple):
    """All that time alone decides of a letter.

    :ivar days: since the letter's date, while it is open and its author knows of no answer.
    :ivar chasing: the days of patience are over, and its author knows of no real answer.
    """

    state: str
    days: int | None
    chasing: bool


def hands(context: Context, as_of: datetime) -> Hands:
    """Return what the clock says of a letter."""
    state = state_of_letter(context, as_of)
    outcomes = [reply["outcome"] for reply in context.get("replies", ())]
    if state != "open" or not context["targets"]:  # nobody could answer a petition, say
        return Hands(state, None, chasing=False)
    return Hands(
        state,
        _days_open(context, as_of) if NOT_YET.issuperset(outcomes) else None,
        chasing=_may_be_chased(context, as_of) and NOT_YET.issuperset(outcomes),
    )


def state_of_letter(context: Context, as_of: datetime) -> str:
    """Say whether a letter is `open`, `closed`, `won` or `superseded`."""
    declared: str = context["state"]
    if declared == "auto":
        return "closed" if passed(context.get("deadline"), as_of) else "open"
    return declared


def passed(moment: str | None, as_of: datetime) -> bool:
    """Say whether a moment, as a context writes it, has come."""
    return moment is not None and datetime.fromisoformat(moment) <= as_of


def _days_open(context: Context, as_of: datetime) -> int | None:
    """Return the days since the letter came out as calendars count them, from the first on."""
    days = (dates.local(as_of, context["timezone"]).date() - first_day(context)).days
    return days if days > 0 else None


def first_day(context: Context) -> date:
    """Return the day on which a letter came out, where it is at home."""
    return dates.local(datetime.fromisoformat(context["date"]), context["timezone"]).date()


def _may_be_chased(context: Context, as_of: datetime) -> bool:
    return bool(context.get("chaser")) and passed(context.get("chase_from"), as_of)


def opened(context: Context, noted: Noted, as_of: datetime) -> Ledger:
    """Return the ledger of a letter, from what its author wrote and what the database holds."""
    entries = lines(context, noted)
    outcomes = {line.outcome for line in entries}
    clock = hands(context, as_of)
    goal = raised(context["goal"], context["goal_bump"], noted.sent) if counts(context) else None
    return Ledger(
        count=noted.sent,
        goal=goal,
        share=_share(noted.sent, goal),
        entries=entries,
        answers=sum(line.outcome not in NOT_YET for line in entries),
        waiting=clock.days if outcomes <= NOT_YET else None,
        chase=clock.chasing and outcomes <= NOT_YET,
    )


def counts(context: Context) -> bool:
    """Say whether a letter counts who sends it."""
    return bool(context["counter"])


def raised(goal: int | None, bump: int, count: int) -> int | None:
    """Return a goal as it stands when so many letters are sent: always a little ahead of them.

    :param bump: how much is added as often as it must be; 0 if the goal stays as it is.
    """
    part, whole = RAISED_AT
    if goal is None or bump <= 0:
        return goal
    over = whole * count - part * goal
    return goal if over < 0 else goal + bump * (over // (part * bump) + 1)


def _share(count: int, goal: int | None) -> float | None:
    part, whole = LEAST_SHARE
    if not goal or whole * count < part * goal:
        return None
    return min(count / goal, 1.0)


def lines(context: Context, noted: Noted) -> list[Line]:
    """Return what came back, oldest first; of one day, what the author noted comes first."""
    found = [*_of_author(context), *(_of_moderator(context, reply) for reply in noted.replies)]
    return sorted(found, key=lambda line: line.day)


def _of_author(context: Context) -> Iterator[Line]:
    for name, reply in named(context["replies"], ("day", "target")):
        day = date.fromisoformat(reply["day"])
        yield Line(
            name=f"reply-{name}",
            day=day,
            target=reply["target"],
            target_title=title_of(context, reply["target"]),
            outcome=reply["outcome"],
            permission=reply["permission"],
            text=of_text(reply["text"]),
            days_waited=_waited(context, day),
        )


def _of_moderator(context: Context, reply: Marked) -> Line:
    return Line(
        name=f"reply-{reply.comment_id}",
        day=reply.day,
        target=reply.target,
        target_title=title_of(context, reply.target),
        outcome=reply.outcome,
        permission=reply.permission,
        text=reply.html,
        days_waited=_waited(context, reply.day),
        comment_id=reply.comment_id,
        noted=reply.noted,
    )


def named(records: Iterable[Context], keys: Sequence[str]) -> Iterator[tuple[str, Context]]:
    """Give each record a name that stays when others are added: its keys, and which of these it is.

    Its words are no part of it, so that a mended typing error is no news.
    """
    seen: Counter[str] = Counter()
    for record in records:
        name = "-".join(str(record[key]) for key in keys)
        seen[name] += 1
        yield f"{name}-{seen[name]}", record


def title_of(context: Context, target: str) -> str:
    """Return what a target is called; one that the letter no longer names keeps its id."""
    titles = {known["id"]: known["title"] for known in context["targets"]}
    return str(titles.get(target, target))


def _waited(context: Context, day: date) -> int:
    return max((day - first_day(context)).days, 0)
