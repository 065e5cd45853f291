"""What can happen to a site: verbs by readers, moderators and the clock, carried out one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy import orm

from comments_api import (
    clock,
    closing,
    comments,
    decisions,
    editing,
    erasure,
    ledgers,
    marks,
    own,
    publishing,
    rejecting,
    replies,
    reports,
    retention,
    rewriting,
    undoing,
)
from comments_api.db import Database
from comments_api.decisions import ACTIONS, ON_EDITS
from comments_api.errors import (
    ImpossibleDecision,
    InvalidDraft,
    LetterClosed,
    NetworkBusy,
    NotEditable,
    SaidAlready,
    StaleDecision,
    ThreadClosed,
)
from comments_api.models import Comment, CommentKind, Decision, Edit, Status, Thread
from comments_api.privacy import Whose
from comments_api.replies import OUTCOMES, PERMISSIONS
from comments_api.rules import Numbers, Rulebook, switches
from comments_api.settings import Settings
from comments_api.sites import FolderSite
from comments_api.text import has_tricks
from tests.factories import make_arrival, make_moderator

# Text that would break a page, a marker, a template or a replacement pattern, if it could.
NASTY = (
    "<!--/live-->",
    "<!--live thread:post-the-vote:en--><!--/live-->",
    "<!--live count:post-the-vote:en-->9<!--/live-->",
    r"\1 \g<1> \\ \0 $& $1 ${x}",
    "{{ 7 * 7 }} {% raw %} {# x #} %(title)s %s {0}",
    "</section></article></ol></body></html>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'\"><svg/onload=alert(1)> &amp; &lt; &#39; ]]>",
    "\u202eEvil\u202c \u2066 \u200f \u200d",
    "𝒽𝒾 👩‍👩‍👧‍👦 漢字 𐍈 e\u0301",
    "w" * 3000,
    "[a](javascript:alert(1)) ![b](https://evil.example/x.png) <https://evil.example>",
    "> quote\n\n```html\n<!--/live-->\n```\n\n1. one\n2. two\n",
    "first line\nsecond line\r\nthird\rfourth",
)
THREADS = ("post-the-vote", "post-the-answer", "letter-write-to-the-chair")
CLOSABLE = (THREADS[0], THREADS[2])  # in the other one, something can always happen
PEOPLE = ("bob@example.org", "mallory@example.org")
LETTERS = ("write-to-the-chair", "remind-the-chair", "ask-the-paper")

# Control characters and the like are refused before they are stored, so they would change no page.
_letters = st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Zl", "Zp"])
_words = st.sampled_from(NASTY) | st.text(_letters, min_size=1, max_size=30)
_names = st.sampled_from(
    ["Bob", *(text for text in NASTY if len(text) <= 80 and not has_tricks(text))]
) | st.text(_letters, min_size=1, max_size=20)
_websites = st.sampled_from(["", "", "https://example.org/?a=1&b='\"", "https://bob.example/$&\\1"])
_any = st.integers(0, 50)


def _verb(name: str, *values: st.SearchStrategy[Any]) -> tuple[str, st.SearchStrategy[Any]]:
    """Return a verb with all that it can be given."""
    return name, st.tuples(st.just(name), *values)


VERBS = (
    _verb("submit", st.sampled_from(THREADS), _names, _websites, _words),
    _verb("reply", _any, _names, _websites, _words),
    _verb("speak", st.sampled_from(THREADS), _words),
    _verb("answer", _any, _words),
    _verb("decide", _any, _any),
    _verb("decide", _any, _any),
    _verb("withdraw", _any),
    _verb("edit", _any, st.booleans(), _words),
    _verb("edit", _any, st.booleans(), _words),
    _verb("settle_edit", _any, st.sampled_from(ON_EDITS)),
    _verb("erase", _any, st.booleans()),
    _verb("erase_person", st.sampled_from(PEOPLE), st.booleans()),
    _verb("expire", _any),
    _verb("switch", st.sampled_from(["hold_all", "close_all"])),
    _verb("close_at", st.sampled_from([2, 60, 1440])),
    _verb("report", st.sampled_from(LETTERS), _any),
    _verb("mark", _any, st.sampled_from(OUTCOMES), st.sampled_from(PERMISSIONS), _words),
    _verb("unmark", _any),
    _verb("undo", st.integers(0, 3)),
    _verb("point_to", _any, st.sampled_from(list(marks.ACTIONS))),
    _verb("reject", _any, st.sampled_from(rejecting.REASONS)),
    _verb("rewrite", _any, _names, _words),
    _verb("close", st.sampled_from(CLOSABLE)),
    # The post's comments close after 14 days, the letters after 21 and 29; the chaser is offered
    # after 14, and a ledger counts the days.
    _verb("wait", st.sampled_from([1, 60, 1440, 14 * 1440, 22 * 1440])),
)


def histories(*names: str) -> st.SearchStrategy[list[Any]]:
    """Return histories of these verbs; without a name, of all."""
    wanted = [verb for name, verb in VERBS if not names or name in names]
    return st.lists(st.one_of(wanted), min_size=8, max_size=12)


HISTORIES = histories()

History = Sequence[tuple[Any, ...]]
REFUSED = (
    *(ImpossibleDecision, InvalidDraft, LetterClosed, NetworkBusy, NotEditable, SaidAlready),
    StaleDecision,
    ThreadClosed,
)
SECRET = "a secret of the law"
READER = "hash of a reader's cookie"
ALWAYS = timedelta(days=1000)
BY_READERS = Comment.reader == READER  # and nobody erased the reader
EXPIRY = Settings(removed_days=1)  # short, or every letter would be closed by then


@dataclass
class Campaign:
    """A site, its database and its time, to which things happen."""

    database: Database
    site: FolderSite
    now: datetime
    done: list[str] = field(default_factory=list)

    def live_through(self, history: History) -> None:
        """Carry out every verb, and publish after each."""
        for name, *words in history:
            self.now += timedelta(minutes=1)
            verb: Callable[..., None] = getattr(self, name)
            with self.database.session() as session:
                try:
                    with session.begin_nested():
                        verb(session, *words)
                except REFUSED:
                    self._arrive(session)  # so that something happened nevertheless
            self.done.append(name)
            clock.tick(self.database, self.site.live().manifest, self.now)
            publishing.publish(self.database, self.site, self.now)

    def submit(self, session: orm.Session, key: str, name: str, website: str, words: str) -> None:
        self._write(session, key, author_name=name, author_url=website, content=words)

    def reply(self, session: orm.Session, which: int, name: str, website: str, words: str) -> None:
        parent = self._some(session, which, Status.APPROVED)
        if parent is None:
            self.submit(session, THREADS[which % 3], name, website, words)
            return
        fields = {"author_name": name, "author_url": website, "content": words}
        self._write(session, self._key(session, parent), parent=parent.id, **fields)

    def _write(self, session: orm.Session, key: str, content: str, **fields: Any) -> None:
        thread = self.site.live().manifest.threads[key]
        email = PEOPLE[len(content) % len(PEOPLE)]
        arrival = make_arrival(thread, reader=READER, author_email=email, content=content, **fields)
        comments.submit(session, arrival, self.now)

    def speak(self, session: orm.Session, key: str, words: str) -> None:
        thread = self.site.live().manifest.threads[key]
        alice = make_moderator(session, self.now)
        arrival = make_arrival(thread, moderator=alice, author_name="Alice", content=words)
        comments.submit(session, arrival, self.now)

    def answer(self, session: orm.Session, which: int, words: str) -> None:
        comment = self._some(session, which, Status.PENDING, Status.APPROVED)
        if comment is None:
            self.speak(session, THREADS[which % 3], words)
            return
        alice = make_moderator(session, self.now)
        decisions.reply(session, comment.id, comment.version, alice, words, self.now)

    def decide(self, session: orm.Session, which: int, how: int) -> None:
        """Take one of the decisions that are possible for the comment."""
        comment = self._some(session, which, *(set(Status) - {Status.WITHDRAWN}))
        if comment is None:
            self._arrive(session)
            return
        possible = [name for name, (states, _) in ACTIONS.items() if comment.status in states]
        action = possible[how % len(possible)]
        alice = make_moderator(session, self.now)
        decisions.decide(session, comment.id, action, comment.version, alice.id, self.now)

    def withdraw(self, session: orm.Session, which: int) -> None:
        """Take a reader's comment away."""
        comment = self._some(session, which, Status.PENDING, Status.APPROVED, only=BY_READERS)
        if comment is None:
            self._arrive(session)
            return
        own.withdraw(session, comment.id, READER, self.now, ALWAYS)

    def edit(self, session: orm.Session, which: int, trusted: bool, words: str) -> None:
        """Give a reader's comment a new text, which is shown at once or waits."""
        comment = self._some(session, which, Status.PENDING, Status.APPROVED, only=BY_READERS)
        if comment is None:
            self._arrive(session)
            return
        thread = self.site.live().manifest.threads[self._key(session, comment)]
        if trusted:
            thread = replace(thread, context={**thread.context, "mode": "open"})
        change = editing.Change(words, READER, as_it_is=True)
        book = Rulebook(Numbers(trust_after=0))
        editing.edit(session, comment.id, change, book, thread, self.now, ALWAYS)

    def settle_edit(self, session: orm.Session, which: int, action: str) -> None:
        """Let a moderator accept or reject a new text that waits."""
        waits = Comment.id.in_(sa.select(Edit.comment_id))
        comment = self._some(session, which, Status.APPROVED, only=waits)
        if comment is None:
            self.edit(session, which, False, f"Changed at {self.now:%d %H:%M}.")
            return
        alice = make_moderator(session, self.now)
        decisions.decide_edit(session, comment.id, action, comment.version, alice.id, self.now)

    def erase(self, session: orm.Session, which: int, with_text: bool) -> None:
        """Take a reader off a comment, whatever became of it."""
        comment = self._some(session, which, *Status, only=Comment.moderator_id.is_(None))
        if comment is None:
            self._arrive(session)
            return
        erasure.erase_comment(session, comment, self.now, with_text=with_text)

    def erase_person(self, session: orm.Session, email: str, with_text: bool) -> None:
        """Take a reader off all that she wrote."""
        whose = Whose(email)
        erasure.erase_person(session, whose, self.now, with_text=with_text, secret=SECRET)

    def expire(self, session: orm.Session, which: int) -> None:
        """Let the worker delete what was removed; where nothing is, remove something."""
        if self._some(session, which, Status.SPAM, Status.TRASH) is None:
            self.remove(session, which)
            return
        self.now += timedelta(days=2)
        retention.forget(session, EXPIRY, self.now)

    def remove(self, session: orm.Session, which: int) -> None:
        """Let a moderator remove a comment that is not removed yet."""
        comment = self._some(session, which, Status.PENDING, Status.APPROVED)
        if comment is None:
            self._arrive(session)
            return
        alice = make_moderator(session, self.now)
        decisions.decide(session, comment.id, "trash", comment.version, alice.id, self.now)

    def switch(self, session: orm.Session, name: str) -> None:
        """Hold or close the whole site, or take that back."""
        on = not getattr(switches.current(session), name)
        alice = make_moderator(session, self.now)
        getattr(switches, name)(session, on, alice.id, self.now)

    def close_at(self, session: orm.Session, minutes: int) -> None:
        """Let the whole site close in a while, or take that back."""
        at = None if switches.current(session).close_at else self.now + timedelta(minutes=minutes)
        switches.close_at(session, at, make_moderator(session, self.now).id, self.now)

    def report(self, session: orm.Session, slug: str, network: int) -> None:
        """Tell that somebody sent a letter."""
        letter = ledgers.find(self.site.live(), slug, "en")
        reports.report(session, letter, f"10.0.{network}.0/24", SECRET, self.now)

    def mark(
        self, session: orm.Session, which: int, outcome: str, permission: str, words: str
    ) -> None:
        """Make a comment on a letter an answer of its target."""
        comment = self._some(session, which, Status.PENDING, Status.APPROVED)
        manifest = self.site.live().manifest
        letters = manifest.letters_of(self._key(session, comment), "en") if comment else []
        if comment is None or not letters:
            self.speak(session, "letter-write-to-the-chair", words)
            return
        targets = [replies.name_of(letter.key, target["id"])
                   for letter in letters for target in letter.context["targets"]]  # fmt: skip
        fields = {
            "target": targets[which % len(targets)],
            "day": (self.now - timedelta(days=which % 3)).date().isoformat(),
            "outcome": outcome,
            "permission": permission,
            "text": words,
        }
        alice = make_moderator(session, self.now)
        replies.mark(session, manifest, comment.id, comment.version, fields, alice.id, self.now)

    def unmark(self, session: orm.Session, which: int) -> None:
        """Take an answer out of the ledger again."""
        marked = Comment.kind == CommentKind.REPLY.value
        comment = self._some(session, which, Status.PENDING, Status.APPROVED, only=marked)
        if comment is None:
            self._arrive(session)
            return
        alice = make_moderator(session, self.now)
        replies.unmark(session, comment.id, comment.version, alice.id, self.now)

    def undo(self, session: orm.Session, back: int) -> None:
        """Undo one of the last decisions, or what undid one."""
        batches = sa.select(Decision.batch).where(Decision.batch.is_not(None))
        found = list(dict.fromkeys(session.scalars(batches.order_by(Decision.id.desc()))))
        if not found:
            self._arrive(session)
            return
        alice = make_moderator(session, self.now)
        undoing.undo(session, str(found[back % len(found)]), alice.id, self.now)

    def point_to(self, session: orm.Session, which: int, action: str) -> None:
        """Pin or highlight a public comment, or take that back."""
        comment = self._some(session, which, Status.APPROVED)
        if comment is None:
            self._arrive(session)
            return
        alice = make_moderator(session, self.now)
        marks.mark(session, comment.id, comment.version, action, alice.id, self.now)

    def reject(self, session: orm.Session, which: int, reason: str) -> None:
        """Put a comment into trash for a reason."""
        comment = self._some(session, which, Status.PENDING, Status.APPROVED)
        if comment is None:
            self._arrive(session)
            return
        alice = make_moderator(session, self.now)
        rejecting.reject(session, comment.id, comment.version, reason, alice.id, self.now)

    def rewrite(self, session: orm.Session, which: int, name: str, words: str) -> None:
        """Let a moderator edit a comment."""
        comment = self._some(session, which, Status.PENDING, Status.APPROVED)
        if comment is None:
            self._arrive(session)
            return
        alice = make_moderator(session, self.now)
        values = {"author_name": name, "content": words}
        about = (comment.id, comment.version, values, "layout", alice.id, self.now)
        rewriting.rewrite(session, *about)

    def close(self, session: orm.Session, key: str) -> None:
        """Close a thread, or open it again."""
        closed = session.scalars(sa.select(Thread.closed).where(Thread.key == key)).first()
        alice = make_moderator(session, self.now)
        verb = closing.reopen if closed else closing.close
        verb(session, key, alice.id, self.now)

    def wait(self, _session: orm.Session, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def _arrive(self, session: orm.Session) -> None:
        """Let a comment arrive, where there is none yet that something could happen to."""
        try:
            self.submit(session, "post-the-answer", "Bob", "", f"At {self.now:%d %H:%M}.")
        except ThreadClosed:
            self._open(session)

    def _open(self, session: orm.Session) -> None:
        alice = make_moderator(session, self.now)
        switches.close_all(session, False, alice.id, self.now)
        switches.close_at(session, None, alice.id, self.now)

    def _some(
        self,
        session: orm.Session,
        which: int,
        *states: Status,
        only: sa.ColumnElement[bool] | None = None,
    ) -> Comment | None:
        statement = sa.select(Comment).where(Comment.status.in_(states)).order_by(Comment.id)
        if only is not None:
            statement = statement.where(only)
        found = session.scalars(statement).all()
        return found[which % len(found)] if found else None

    def _key(self, session: orm.Session, comment: Comment) -> str:
        statement = sa.text("SELECT key FROM threads WHERE id = :id")
        return str(session.execute(statement, {"id": comment.thread_id}).scalar_one())
