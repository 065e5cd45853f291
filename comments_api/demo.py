"""The demonstration that `make serve` shows: its moderator, and the sample's threads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import comments, decisions, drafts, moderators, replies
from comments_api.comments import Arrival
from comments_api.db import Database
from comments_api.manifest import Manifest
from comments_api.models import Comment, Moderator, Role

NAME = "The campaign team"
EMAIL = "moderator@example.org"
READ_AFTER = timedelta(minutes=40)  # the sample's moderator takes so long


def moderator(session: orm.Session, now: datetime) -> Moderator:
    """Return the moderator of the demonstration, made at the first time."""
    return moderators.find(session, EMAIL) or moderators.add(session, NAME, EMAIL, Role.OWNER, now)


def seed(database: Database, manifest: Manifest, path: Path, now: datetime) -> int:
    """Fill an empty database with the sample's comments through the usual verbs; say how many."""
    if not path.is_file():
        return 0
    with database.session() as session:
        if session.scalars(sa.select(Comment.id).limit(1)).first() is not None:
            return 0
        person = moderator(session, now)
        ids: dict[str, int] = {}
        for record in _in_time(path):
            if record["thread"] in manifest.threads:
                ids[record["id"]] = _store(session, manifest, person, record, ids)
    return len(ids)


def _in_time(path: Path) -> Iterable[dict[str, Any]]:
    records = tomllib.loads(path.read_text(encoding="utf-8"))["comment"]
    return sorted(records, key=lambda record: record["created"])


def _store(
    session: orm.Session,
    manifest: Manifest,
    person: Moderator,
    record: dict[str, Any],
    ids: dict[str, int],
) -> int:
    fields = {name: record.get(name) for name in drafts.LONGEST}
    fields["parent"] = ids[record["parent"]] if "parent" in record else None
    arrival = Arrival(
        thread=manifest.threads[record["thread"]],
        draft=drafts.check(fields, "en"),
        lang="en",
        moderator_id=person.id if record.get("campaign") else None,
    )
    comment = comments.submit(session, arrival, record["created"])
    action = {"approved": "approve", "spam": "spam", "trash": "trash"}.get(record["status"])
    if action and comment.status != record["status"]:
        moment = record["created"] + READ_AFTER
        decisions.decide(session, comment.id, action, comment.version, person.id, moment)
    if "answer" in record:
        _mark(session, manifest, person, record, comment)
    return comment.id


def _mark(
    session: orm.Session,
    manifest: Manifest,
    person: Moderator,
    record: dict[str, Any],
    comment: Comment,
) -> None:
    """Put the answer that a comment brought into the ledger of its letter, if the site has it.

    :raise InvalidDraft: if the sample describes it wrongly.
    """
    answer = record["answer"]
    letters = manifest.letters_of(record["thread"], comment.lang)
    if not letters:
        return
    letter = answer.get("letter", letters[0].key)
    fields = {"text": comment.source, **answer}
    fields["target"] = replies.name_of(letter, answer["target"])
    moment = record["created"] + READ_AFTER
    replies.mark(session, manifest, comment.id, comment.version, fields, person.id, moment)
