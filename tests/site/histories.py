"""What can happen to a site: verbs by readers, moderators and the clock, carried out one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy import orm

from comments_api import clock, comments, decisions, publishing
from comments_api.db import Database
from comments_api.decisions import ACTIONS
from comments_api.errors import InvalidDraft, SaidAlready, ThreadClosed
from comments_api.models import Comment, Status, Thread
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

# Control characters and the like are refused before they are stored, so they would change no page.
_letters = st.characters(exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Zl", "Zp"])
_words = st.sampled_from(NASTY) | st.text(_letters, min_size=1, max_size=30)
_names = st.sampled_from(
    ["Bob", *(text for text in NASTY if len(text) <= 80 and not has_tricks(text))]
) | st.text(_letters, min_size=1, max_size=20)
_websites = st.sampled_from(["", "", "https://example.org/?a=1&b='\"", "https://bob.example/$&\\1"])
_any = st.integers(0, 50)

VERBS = st.one_of(
    st.tuples(st.just("submit"), st.sampled_from(THREADS), _names, _websites, _words),
    st.tuples(st.just("reply"), _any, _names, _websites, _words),
    st.tuples(st.just("speak"), st.sampled_from(THREADS), _words),
    st.tuples(st.just("answer"), _any, _words),
    st.tuples(st.just("decide"), _any, _any),
    st.tuples(st.just("decide"), _any, _any),
    st.tuples(st.just("withdraw"), _any),
    # The post's comments close after 14 days, the letter after 21.
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 14 * 1440, 22 * 1440])),
)
HISTORIES = st.lists(VERBS, min_size=8, max_size=12)

History = Sequence[tuple[Any, ...]]
REFUSED = (InvalidDraft, SaidAlready, ThreadClosed)


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
        thread = self.site.live().manifest.threads[key]
        fields: dict[str, Any] = {"author_name": name, "author_url": website, "content": words}
        comments.submit(session, make_arrival(thread, **fields), self.now)

    def reply(self, session: orm.Session, which: int, name: str, website: str, words: str) -> None:
        parent = self._some(session, which, Status.APPROVED)
        if parent is None:
            self.submit(session, THREADS[which % 3], name, website, words)
            return
        thread = self.site.live().manifest.threads[self._key(session, parent)]
        fields: dict[str, Any] = {"author_name": name, "author_url": website, "content": words}
        comments.submit(session, make_arrival(thread, parent=parent.id, **fields), self.now)

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
        """Leave a tombstone; there is no verb for it yet, so the rows are changed here."""
        comment = self._some(session, which, Status.APPROVED)
        if comment is None:
            self._arrive(session)
            return
        comment.status = Status.WITHDRAWN.value
        publishing.mark_dirty(session, session.get_one(Thread, comment.thread_id), self.now)

    def wait(self, _session: orm.Session, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def _arrive(self, session: orm.Session) -> None:
        """Let a comment arrive, where there is none yet that something could happen to."""
        self.submit(session, "post-the-answer", "Bob", "", f"At {self.now:%d %H:%M}.")

    def _some(self, session: orm.Session, which: int, *states: Status) -> Comment | None:
        statement = sa.select(Comment).where(Comment.status.in_(states)).order_by(Comment.id)
        found = session.scalars(statement).all()
        return found[which % len(found)] if found else None

    def _key(self, session: orm.Session, comment: Comment) -> str:
        statement = sa.text("SELECT key FROM threads WHERE id = :id")
        return str(session.execute(statement, {"id": comment.thread_id}).scalar_one())
