"""What is wrong with a letter as a whole, beside others, or on a certain day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plugins.letters import addresses, body, mailto, targets, text, values
from plugins.letters import helplines as helplines_file
from plugins.letters.letter import WRITTEN, Helpline, Letter, Target
from plugins.letters.problems import Notes, hint
from plugins.letters.source import Source

WORDS = 400  # more is more than a page
SCRIPT_WORDS = 120
SOON = timedelta(days=7)
FAR = timedelta(days=730)
STALE, DEAD = timedelta(days=180), timedelta(days=365)
_OPENING = re.compile(
    r"\s*(dear|hello|hi|to whom it may concern|sehr geehrte[rn]?|ch[eè]re?|madame|monsieur)\b"
    r"[^.?!]{0,60},",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s*(yours\s+(sincerely|faithfully|truly)|(best|kind|warm)? ?regards|best wishes"
    r"|mit freundlichen)",
    re.IGNORECASE,
)
_AGE = re.compile(r"\b(aged? \d{1,2}\b|\d{1,2}[- ]years?[- ]old)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A letter with what its checks need.

    :ivar now: the moment of the run, in the site's time zone.
    :ivar budget: the characters of a mail link.
    """

    letter: Letter
    source: Source
    notes: Notes
    now: datetime
    budget: int = mailto.BUDGET

    @property
    def today(self) -> date:
        """The day it is where the site is."""
        return self.now.date()

    @property
    def asks(self) -> bool:
        """Say whether the letter asks readers to send it."""
        one = self.letter
        if one.state == "auto":
            return one.deadline is None or self.now <= one.deadline
        return one.state == "open"

    def error(self, key: str, said: str, *, clock: bool = False) -> None:
        """Note an error where a key stands."""
        self.notes.error(self.source.line(key), key, said, clock=clock)

    def warning(self, key: str, said: str, *, clock: bool = False) -> None:
        """Note a warning where a key stands."""
        self.notes.warning(self.source.line(key), key, said, clock=clock)


# -- one letter -----------------------------------------------------------------------------------


def whole(one: Checked) -> None:
    """Note what is wrong with a letter by itself."""
    checks = (_needs, _reach, _recipients, _deadline, _ending, _days, _length, _limits, _prose)
    for check in checks:
        check(one)


# Sentences of the file that `inv new-letter` writes; see plugins/asking.py.
_OF_THE_TEMPLATE = ("Put the letter here:", "Here you say on the page", "Here comes the question")


def _needs(one: Checked) -> None:
    letter = one.letter
    for number, line in one.source.broken_dividers():
        one.notes.error(number, "", f'"{line}": did you mean ---letter---?')
    for number, line in enumerate(one.source.text.split("\n"), one.source.first):
        if letter.state != "draft" and any(part in line for part in _OF_THE_TEMPLATE):
            one.notes.error(number, "", "came with the new file: write your own words in its place")
    if letter.ask and not letter.ask.rstrip(" \u00a0").endswith(("?", "？", "؟")):
        one.warning("ask", "should be a question, so that it can be answered with yes or no")
    for key in ("title", "ask"):
        if not getattr(letter, key):
            one.error(key, f"needs {'a title' if key == 'title' else 'one sentence to ask'}")
    if not letter.subject and letter.kind not in {"call", "petition", "tweet"}:
        one.error("subject", "needs a subject")
    if not values.listed(one.source.get("targets")) and letter.kind not in {"petition", "tweet"}:
        one.error("targets", "needs at least one target id")
    if letter.kind == "call" and not letter.call_script:
        one.error("call_script", "a letter of the kind call needs what to say")
    if letter.kind == "petition" and not letter.petitions:
        one.error("petition", "a letter of the kind petition needs `Petition: label | address`")
    if letter.kind == "tweet" and not letter.share_text:
        one.error("share_text", "a letter of the kind tweet needs the text to share")
    if not letter.body and letter.kind in WRITTEN:
        one.notes.error(0, "", "has no text: write the letter below its header")
    if letter.choose == "any" and len(letter.targets) < 2:
        one.error("choose", "any needs at least two targets")


# How a letter of each kind can be sent, and what is said if it cannot.
_ANY = (
    ("email", "post", "form", "phone"),
    "cannot be reached: it has no postal address, e-mail address, contact form or telephone number",
)
_MEANS = {
    "call": (("phone",), "cannot be rung: it has no telephone number"),
    "email": (("email",), "cannot be sent an e-mail: it has no e-mail address"),
}


def _reach(one: Checked) -> None:
    """Note targets that the letter cannot reach."""
    for target in one.letter.targets:
        if target.faulty:
            continue  # that is said where it stands
        ways = one.letter.channels(target)
        wanted = [name for name in one.letter.own_channels if name != "copy"]
        for name in wanted:
            if name not in ways:
                missing = {"email": "e-mail address", "post": "postal address"}
                one.error(
                    "channels",
                    f'"{name}": the target "{target.id}" ({targets.FILE}:{target.line}) has no '
                    f"{missing.get(name, name)}",
                )
        possible, otherwise = _MEANS.get(one.letter.kind, _ANY)
        if not wanted and not set(possible) & set(ways):
            one.error("targets", f'"{target.id}" ({targets.FILE}:{target.line}) {otherwise}')


def _recipients(one: Checked) -> None:
    named = [t.id for t in (*one.letter.targets, *one.letter.copies_to)]
    emails = [t.email.lower() for t in one.letter.targets if t.email]
    for name, count in [*Counter(named).items(), *Counter(emails).items()]:
        if count > 1 and not (name in emails and len(set(named)) < len(named)):
            one.warning("targets", f'"{name}" would get this letter {count} times')


def _deadline(one: Checked) -> None:
    letter = one.letter
    if letter.deadline is None:
        return
    if letter.deadline < one.now:
        said = f"{letter.deadline:%Y-%m-%d} has passed"
        if letter.state == "open":
            one.error(
                "deadline", f"{said}, and action_state is open: close it or move it", clock=True
            )
        elif letter.state == "auto":
            one.notes.info(one.source.line("deadline"), "deadline", f"{said}: builds as closed")
    elif letter.deadline - one.now < SOON and _only_post(letter):
        one.warning("deadline", "is within seven days, and post is the only way", clock=True)
    if not letter.deadline_reason:
        one.warning("deadline", "has no reason: say in `Deadline_reason:` why it is that day")
    if one.source.get("date") and letter.deadline - letter.date > FAR:
        one.warning("deadline", "is more than two years after the letter's date: is the year right")


def _only_post(letter: Letter) -> bool:
    ways = {way for target in letter.targets for way in letter.channels(target)}
    return ways == {"post", "copy"}


def _ending(one: Checked) -> None:
    letter = one.letter
    if letter.state == "won" and not letter.outcome:
        one.error("action_state", "won needs `Outcome:`, a sentence that says what was won")
    if letter.state == "superseded" and not letter.successor:
        one.error("action_state", "superseded needs `Successor:`, the slug of the newer letter")


def _days(one: Checked) -> None:
    """Note days of what happened that have not come yet, or lie before the letter."""
    letter = one.letter
    written = letter.date.date()
    days = [("reply", reply.date) for reply in letter.replies]
    days += [("changed", change.date) for change in letter.changes]
    days += [("outcome_date", letter.outcome_date)] if letter.outcome_date else []
    for key, day in days:
        if day > one.today:
            one.error(key, f"{day} is in the future", clock=True)
        elif one.source.get("date") and day < written:
            one.error(key, f"{day} is before the letter's own date")
    if letter.deadline and one.source.get("date") and letter.deadline < letter.date:
        one.error("deadline", "is before the letter's own date")
    if letter.deadline and letter.post_by and letter.post_by > letter.deadline.date():
        one.error("post_by", f"{letter.post_by} is after the deadline")


def _length(one: Checked) -> None:
    letter = one.letter
    count = len(body.words(letter.body).split())
    if count > WORDS:
        one.notes.warning(
            one.source.divided[2],
            "",
            f"the letter has {count} words: {WORDS} fit on a page, and one page is read",
        )
    count = len(body.words(letter.call_script).split())
    if count > SCRIPT_WORDS:
        one.warning("call_script", f"has {count} words: {SCRIPT_WORDS} are said in a minute")


def _limits(one: Checked) -> None:
    """Note letters that do not fit into a mail link, and quotation marks that change."""
    letter = one.letter
    for target in letter.targets:
        if "email" not in letter.channels(target):
            continue
        done = mailto.hand_off(letter, target, one.budget)
        if not done.fits:
            one.notes.info(
                one.source.divided[2],
                "",
                f'the mail link to "{target.id}" would have {done.length} characters, and '
                f"{one.budget} are sure to arrive ({done.over} words over): readers get a "
                "short one and paste the letter",
            )
    for line, key, typed in (
        (one.source.divided[2], "", body.words(letter.body)),
        (one.source.line("subject"), "subject", one.source.get("subject")),
    ):
        if text.plain(typed) != typed:
            one.notes.info(line, key, "curly quotes and dashes become straight ones in plain text")


def _prose(one: Checked) -> None:
    """Note what stands in a letter that should not."""
    letter, first = one.letter, one.source.divided[2]
    lines = one.source.divided[1].split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines and _OPENING.match(lines[start]):
        one.notes.error(
            first + start, "", "the salutation is added by itself: begin with the first sentence"
        )
    last = max((n for n, line in enumerate(lines) if line.strip()), default=0)
    for number in range(max(last - 3, 0), last + 1):
        if _CLOSING.search(lines[number]):
            one.notes.error(
                first + number, "", "the closing and the name are added by themselves: take it out"
            )
    if len(letter.share_text) > 250:
        one.error("share_text", f"has {len(letter.share_text)} characters, and 250 are possible")
    for key in ("ask", "salutation", "closing", "share_text", "outcome"):
        if "[[" in one.source.get(key):
            one.error(key, "[[…]] is filled in in the letter, its subject and the call script only")
    own = _own_numbers((*letter.targets, *letter.copies_to))
    level = one.notes.error if letter.sensitive else one.notes.warning
    for number, key, line in _published(one):
        for what, found in addresses.private(line):
            if addresses.squeezed(found) not in own:
                level(number, key, f'the {what} "{found}" is no target\'s: take it out')
        if letter.sensitive and (age := _AGE.search(line)):
            one.notes.warning(
                number, key, f'"{age.group()}": an age can give somebody away; is it needed?'
            )


def _published(one: Checked) -> Iterator[tuple[int, str, str]]:
    """Yield every line in which a reader's details could stand."""
    for number, line in enumerate(one.source.text.split("\n"), one.source.first):
        yield number, "", line
    for key in ("subject", "ask", "call_script", "points", "reply", "outcome", "share_text"):
        for entry in one.source.all(key):
            yield entry.line, key, entry.value


def _own_numbers(found: Iterable[Target]) -> set[str]:
    return {
        addresses.squeezed(value)
        for target in found
        for value in (target.email, target.phone, *target.postal)
        if value
    }


# -- the day --------------------------------------------------------------------------------------


def freshness(
    letters: Sequence[Checked],
    rung: Iterable[Helpline],
    books: Callable[[str], Notes],
    today: date,
) -> None:
    """Note targets and helplines that nobody looked at for long; only letters that ask count.

    :param rung: the helplines that posts and pages name.
    """
    asking = [one.letter for one in letters if one.asks]
    notes = books(targets.FILE)
    written = [t for letter in asking for t in (*letter.targets, *letter.copies_to)]
    for target in dict.fromkeys(written):
        _age_of(notes, target.line, target.id, target.verified, today)
        if target.until and target.until < today:
            notes.error(
                target.line,
                "until",
                f'"{target.id}": the term ended on {target.until}: who holds the office now?',
                clock=True,
            )
    notes = books(helplines_file.FILE)
    for line in dict.fromkeys([*(h for one in letters for h in one.letter.helplines), *rung]):
        if today - line.verified > STALE:
            notes.warning(
                line.line,
                "verified",
                f'"{line.id}" was checked {(today - line.verified).days} days ago: ring it, then '
                "set the day",
                clock=True,
            )


def _age_of(notes: Notes, line: int, name: str, verified: date | None, today: date) -> None:
    age = today - verified if verified else timedelta()
    if age <= STALE:
        return
    said = f'"{name}" was checked {age.days} days ago: look at its source, then set the day'
    note = notes.error if age > DEAD else notes.warning
    note(line, "verified", said, clock=True)


# -- letters beside each other --------------------------------------------------------------------


def together(letters: Sequence[Checked], posts: Collection[str]) -> None:
    """Note names that lead nowhere, letters of one slug, and letters that ask the same.

    Of translations, the first is what the others are compared with.

    :param posts: the slugs of all posts.
    """
    by_slug = {one.letter.slug: one for one in reversed(letters)}
    seen: dict[tuple[str, str], str] = {}
    for one in letters:
        key = (one.letter.slug, one.letter.lang)
        if key in seen:
            one.error("slug", f'"{one.letter.slug}" is the slug of {seen[key]} too')
        seen.setdefault(key, one.letter.path)
        for name in ("chaser", "successor"):
            _leads(one, name, by_slug)
        if one.letter.chaser and one.letter.chaser == one.letter.slug:
            one.error("chaser", "is the letter itself")
        _leads(one, "related_post", posts)
    for one in letters:
        _loop(one, by_slug)
        _same_in_all_languages(one, by_slug[one.letter.slug])
    _twice(letters)


def _leads(one: Checked, key: str, known: Collection[str]) -> None:
    slug = getattr(one.letter, key)
    if slug and slug not in known:
        one.error(key, f'"{slug}" does not exist{hint(slug, known)}')


def _loop(one: Checked, by_slug: Mapping[str, Checked]) -> None:
    if not one.letter.slug:
        return
    way = [one.letter.slug]
    following = one.letter.successor
    while following in by_slug:
        if following in way:
            if following == one.letter.slug:
                one.error("successor", f"goes round in a circle: {' > '.join([*way, following])}")
            return
        way.append(following)
        following = by_slug[following].letter.successor


# What readers of all languages share: one thread, one count, one end.
_SHARED = {
    "targets": "targets",
    "deadline": "deadline",
    "action_state": "state",
    "counter": "counter",
    "related_post": "related_post",
}


def _same_in_all_languages(one: Checked, other: Checked) -> None:
    """Note where a translation says another thing than the letter that it translates."""
    for key, name in _SHARED.items():
        if getattr(one.letter, name) != getattr(other.letter, name):
            one.error(key, f"is not that of {other.letter.path}, which is the same letter")


def _twice(letters: Sequence[Checked]) -> None:
    seen: dict[tuple[str, str, str], str] = {}
    for one in (one for one in letters if one.asks):
        for target in one.letter.targets:
            wording = text.subject(one.letter, target).casefold()
            key = (wording, target.id, one.letter.lang)
            if seen.get(key, one.letter.path) != one.letter.path and wording:
                one.warning(
                    "subject", f'is that of {seen[key]} to "{target.id}" too; both are open'
                )
            seen.setdefault(key, one.letter.path)
