"""Makes people and comments for tests, by the real verbs.

Alice moderates, Bob writes, Mallory attacks.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import comments, decisions, drafts, own, replies
from comments_api.comments import Arrival
from comments_api.db import Database
from comments_api.decisions import ACTIONS
from comments_api.drafts import Draft
from comments_api.limits import Limit
from comments_api.manifest import Manifest, Region, ThreadInfo, by_id
from comments_api.models import Comment, Moderator, Status

THREAD = "post-the-vote"
LETTER = "write-to-the-mayor"
_ACTION_TO = {status: action for action, (_, status) in ACTIONS.items() if status}


def make_thread(key: str = THREAD, **context: Any) -> ThreadInfo:
    """Return a thread as a build declares it."""
    common = {
        "site_url": "https://example.org",
        "timezone": "Europe/London",
        "mode": "held",
        "closes": None,
        "sensitive": False,
        "api": f"/api/threads/{key}",
        "policy_url": "/comment-policy/",
        "help_url": "/help-and-safety/",
        "limit": 2000,
        "dated": "2026-11-01T09:00:00Z",
    }
    return ThreadInfo(key, "en", {"en": (f"/{key}/", "The vote")}, {**common, **context})


def make_letter(
    kind: str = "ledger", key: str = LETTER, lang: str = "en", **context: Any
) -> Region:
    """Return a region of a letter as a build declares it: open, ten days old, without answers."""
    prefix = "" if lang == "en" else f"/{lang}"
    page = f"{prefix}/letters/{key}/"
    return Region(kind, key, lang, {**_letter(key, page, f"{prefix}/feeds"), **context})


def _letter(key: str, page: str, feeds: str) -> dict[str, Any]:
    of_time: dict[str, Any] = {
        "timezone": "Europe/London",
        "date": "2026-11-11T09:00:00Z",
        "state": "auto",
        "deadline": "2026-12-12T23:59:59Z",
        "deadline_reason": "the council votes on the 14th",
        "post_by": "2026-12-07",
        "outcome": "",
        "outcome_date": None,
        "successor": None,
    }
    of_ledger: dict[str, Any] = {
        "counter": True,
        "goal": None,
        "goal_unit": "",
        "goal_bump": 0,
        "targets": [{"id": "mayor", "title": "The mayor"}, {"id": "clerk", "title": "Kim Clerk"}],
        "replies": [],
        "changes": [],
        "chaser": None,
        "chase_after": 14,
        "chase_from": "2026-11-25T09:00:00Z",
    }
    of_sending: dict[str, Any] = {
        "print_url": f"{page}print/",
        "pdf_url": f"{page}letter.pdf",
        "txt_url": f"{page}letter.txt",
        "json_url": f"{page}letter.json",
        "ics_url": f"{page}deadline.ics",
        "share_text": "",
        "choose": "all",
        "audience": "",
        "copies_to": [],
        "sensitive": False,
        "call_script": [],
        "editions": [_edition(page)],
    }
    return {
        "slug": key,
        "title": "Write to the mayor",
        "url": page,
        "ask": "Will you vote yes?",
        "kind": "letter",
        "thread": THREAD,
        "site_url": "https://example.org",
        "site_name": "Vote yes",
        "api": f"/api/letters/{key}",
        "feed": f"{feeds}/letters/{key}.atom.xml",
        "done_url": f"{page}done/",
        **of_time,
        **of_ledger,
        **of_sending,
    }


def _edition(page: str) -> dict[str, Any]:
    return {
        "id": "mayor",
        "title": "The mayor",
        "name": "",
        "role": "The mayor",
        "organisation": "Town council",
        "address": ["Town Hall", "Kent", "CT1 1AA"],
        "salutation": "Dear Mayor",
        "closing": "Yours faithfully",
        "email": "mayor@example.org",
        "mailto": "mailto:mayor@example.org?subject=Please",
        "fits": True,
        "words_over": 0,
        "form": "",
        "phone": "",
        "channels": ["email", "post", "copy"],
        "txt_url": f"{page}mayor/letter.txt",
        "pdf_url": f"{page}mayor/letter.pdf",
    }


def make_manifest(*regions: Region) -> Manifest:
    """Return what a build tells of these regions, none of which stands in a file."""
    site = {"timezone": "Europe/London", "lang": "en", "languages": ["en"], "name": "The campaign"}
    return Manifest(site, {THREAD: make_thread()}, by_id(regions), files={}, assets={})


ANSWER = {
    "target": f"{LETTER}/mayor",
    "day": "2026-11-20",
    "outcome": "answered",
    "permission": "full",
    "text": "The mayor writes: *yes*.",
}


def make_reply(
    session: orm.Session,
    now: datetime,
    manifest: Manifest | None = None,
    comment: Comment | None = None,
    **fields: Any,
) -> Comment:
    """Return a comment of Bob's that Alice marked as an answer from the mayor."""
    comment = comment or make_comment(session, now, Status.PENDING)
    manifest = manifest or make_manifest(make_letter())
    alice = make_moderator(session, now)
    said = {**ANSWER, **fields}
    return replies.mark(session, manifest, comment.id, comment.version, said, alice.id, now)


def make_draft(**fields: Any) -> Draft:
    """Return what Bob wrote, checked."""
    return drafts.check({"author_name": "Bob", "content": "I wrote to them.", **fields}, "en")


def make_arrival(
    thread: ThreadInfo | None = None,
    *,
    moderator: Moderator | None = None,
    reader: str | None = None,
    key_hash: str | None = None,
    limits: tuple[Limit, ...] = (),
    **fields: Any,
) -> Arrival:
    """Return a comment of Bob's as it arrives, or a moderator's if one is given."""
    return Arrival(
        thread=thread or make_thread(),
        draft=make_draft(**fields),
        lang="en",
        reader=reader,
        moderator_id=moderator.id if moderator else None,
        key_hash=key_hash,
        limits=limits,
    )


def make_moderator(session: orm.Session, now: datetime, name: str = "Alice") -> Moderator:
    """Return a moderator of this name, stored at her first use."""
    email = f"{name.lower()}@example.org"
    found = session.scalars(sa.select(Moderator).where(Moderator.email == email)).first()
    if found is None:
        found = Moderator(name=name, email=email, created=now)
        session.add(found)
        session.flush()
    return found


def make_comment(
    session: orm.Session,
    now: datetime,
    status: Status = Status.APPROVED,
    thread: ThreadInfo | None = None,
    **fields: Any,
) -> Comment:
    """Return a comment of Bob's, decided by Alice; its text differs from that of all others."""
    number = session.scalars(sa.select(sa.func.count()).select_from(Comment)).one() + 1
    fields.setdefault("content", f"I wrote to them, attempt {number}.")
    if status == Status.WITHDRAWN:
        fields.setdefault("reader", "hash of Bob's cookie")
    comment = comments.submit(session, make_arrival(thread, **fields), now)
    if status == Status.WITHDRAWN:
        own.withdraw(session, comment.id, comment.reader, now)
    elif status != Status.PENDING:
        alice = make_moderator(session, now)
        decisions.decide(session, comment.id, _ACTION_TO[status], comment.version, alice.id, now)
    session.flush()
    return comment


def approve(database: Database, comment_id: int, now: datetime, who: str = "Alice") -> None:
    """Approve a comment in a transaction of its own, whatever its version."""
    with database.session() as session:
        alice = make_moderator(session, now, who)
        version = session.get_one(Comment, comment_id).version
        decisions.decide(session, comment_id, "approve", version, alice.id, now)
