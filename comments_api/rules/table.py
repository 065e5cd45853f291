"""The rules, in their order; docs/moderators.md lists them in the same one.

Each is a small function that says pass, hold or spam with its reason, or nothing. All of them are
asked, and the severest answer counts; the first rule that says pass ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from comments_api.models import Status
from comments_api.openness import is_held
from comments_api.rules.facts import Facts
from comments_api.rules.verdict import Finding

Rule = Callable[[Facts], Finding | None]
_MOST_NAMED = 8  # entries that a reason lists


def written_by_moderator(facts: Facts) -> Finding | None:
    """Pass what a signed-in moderator writes."""
    return Finding(Status.APPROVED) if facts.case.moderator_id is not None else None


def everything_is_held(facts: Facts) -> Finding | None:
    """Hold everything while the switch for the whole site is on."""
    return _hold("everything-is-held") if facts.known.hold_all else None


def thread_is_held(facts: Facts) -> Finding | None:
    """Hold what is sent to a page whose author wants that, or that is about people in danger."""
    return _hold("thread-is-held") if is_held(facts.case.thread.context) else None


def trap(facts: Facts) -> Finding | None:
    """Call spam what fills in the field that nobody sees."""
    return Finding(Status.SPAM, "trap") if facts.case.trap.strip() else None


def too_fast(facts: Facts) -> Finding | None:
    """Hold what comes sooner than anybody can read and write."""
    seconds = facts.case.seconds
    fast = seconds is not None and seconds < facts.numbers.fastest_seconds
    return _hold("too-fast") if fast else None


def blocked(facts: Facts) -> Finding | None:
    """Hold or call spam what comes from whom a moderator blocked."""
    if not facts.blocks:
        return None
    is_spam = any(block.outcome == Status.SPAM for block in facts.blocks)
    fields = ", ".join(block.field for block in facts.blocks)
    return Finding(Status.SPAM if is_spam else Status.PENDING, f"blocked:{fields}")


def links(facts: Facts) -> Finding | None:
    """Hold what has as many links as advertising has."""
    most = facts.numbers.max_links
    return _hold(f"links:{len(facts.links)}") if most and len(facts.links) >= most else None


def held_words(facts: Facts) -> Finding | None:
    """Hold what has an entry of the list of words to look at."""
    found = facts.entries("held")
    return _hold(f"held-words:{_listed(found)}") if found else None


def staff_name(facts: Facts) -> Finding | None:
    """Hold what is signed by a name that looks like one of the staff's or the site's."""
    return _hold(f"staff-name:{facts.likeness}") if facts.likeness else None


def repeat(facts: Facts) -> Finding | None:
    """Hold what was sent elsewhere a moment ago, by the same person or from her network."""
    again = facts.numbers.repeat_minutes and facts.known.repeated
    return _hold("repeat") if again else None


def recent_record(facts: Facts) -> Finding | None:
    """Hold what comes from somebody much of whose recent comments was rejected."""
    numbers, known = facts.numbers, facts.known
    if not numbers.record_percent or known.decided < numbers.record_least:
        return None
    bad = known.rejected * 100 >= known.decided * numbers.record_percent
    return _hold(f"recent-record:{known.rejected}/{known.decided}") if bad else None


def new_commenter(facts: Facts) -> Finding | None:
    """Hold what comes from somebody who is not known, or not yet trusted."""
    known = facts.known.approved if facts.case.identity_id is not None else 0
    return _hold("new-commenter") if known < facts.numbers.trust_after else None


def spam_words(facts: Facts) -> Finding | None:
    """Call spam what has an entry of the list of words that only spam has."""
    found = facts.entries("spam")
    return Finding(Status.SPAM, f"spam-words:{_listed(found)}") if found else None


RULES: Sequence[Rule] = (
    written_by_moderator,
    everything_is_held,
    thread_is_held,
    trap,
    too_fast,
    blocked,
    links,
    held_words,
    staff_name,
    repeat,
    recent_record,
    new_commenter,
    spam_words,
)


def _hold(reason: str) -> Finding:
    return Finding(Status.PENDING, reason)


def _listed(entries: Sequence[str]) -> str:
    more = ["…"] if len(entries) > _MOST_NAMED else []
    return ", ".join([*entries[:_MOST_NAMED], *more])
