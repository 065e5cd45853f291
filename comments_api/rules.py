"""What can hold a comment: small named functions, each with a reason. The verbs: comments.py.

They run in order; the first that decides, decides. This version holds everything that a signed-in
moderator did not write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comments_api.models import Status
from comments_api.translation import translations


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules may look at."""

    by_moderator: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule made of a comment, and why."""

    status: Status
    reasons: tuple[str, ...] = ()


Rule = Callable[[Facts], Verdict | None]


def written_by_moderator(facts: Facts) -> Verdict | None:
    """Pass what a signed-in moderator writes."""
    return Verdict(Status.APPROVED) if facts.by_moderator else None


def everything_is_held(facts: Facts) -> Verdict | None:
    """Hold everything else, so that a person reads it first."""
    return Verdict(Status.PENDING, ("everything-is-held",))


RULES: Sequence[Rule] = (written_by_moderator, everything_is_held)


def judge(facts: Facts) -> Verdict:
    """Return the verdict of the first rule that has one."""
    return next(verdict for rule in RULES if (verdict := rule(facts)))


def words(reason: str, lang: str) -> str:
    """Return a reason in words, for the moderator."""
    _ = translations(lang).gettext
    known = {"everything-is-held": _("Every comment is held.")}
    return known.get(reason, reason)
