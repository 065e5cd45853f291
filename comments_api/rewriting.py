"""A moderator edits a comment: readers see that she did, colleagues what it said before.

The rules are not asked, since a moderator decides. The caller gives a session and commits it;
publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import orm

from comments_api import drafts, mementos, revisions
from comments_api.decisions import conclude, new_batch
from comments_api.drafts import Draft
from comments_api.errors import ImpossibleDecision, InvalidDraft
from comments_api.locking import locked, refuse_stale
from comments_api.models import Comment, CommentKind, Edit, Status
from comments_api.rules.reasons import REWRITINGS
from comments_api.translation import translations

ACTION = "rewrite"  # in the record
REASONS = tuple(REWRITINGS)
FIELDS = ("author_name", "author_url", "content")
POSSIBLE = frozenset({Status.PENDING, Status.APPROVED})
_CODE = "rewritten:"  # begins the reason in the record


def rewrite(
    session: orm.Session,
    comment_id: int,
    version: int,
    values: Mapping[str, object],
    reason: str,
    moderator_id: int,
    now: datetime,
    *,
    lang: str = "en",
    batch: str | None = None,
) -> Comment:
    """Give a comment another text, name or website, and return it; a field left out stays.

    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since the moderator saw it.
    :raise ImpossibleDecision: if it is spam, trash, withdrawn or marked as an answer, or its
        author's own edit waits.
    :raise InvalidDraft: if a field is wrong, the reason unknown, or nothing would change.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    _refuse(session, comment)
    draft = _draft(comment, values, reason, lang)
    was = {comment.id: mementos.before(session, comment)}
    revisions.keep_text(session, comment, now, moderator_id)
    comment.author_name, comment.author_url = draft.author_name, draft.author_url
    revisions.put_text(comment, draft.content, str(draft.rendered), now)
    # Whoever reads it must not take these words for its author's, even if nobody read hers.
    comment.edited, comment.edited_by_staff = now, True
    comment.version += 1
    batch, codes = batch or new_batch(), [code(reason)]
    conclude(session, [comment], ACTION, was, moderator_id, now, codes=codes, batch=batch)
    return comment


def code(reason: str) -> str:
    """Return how a reason stands in the record."""
    return f"{_CODE}{reason}"


def words(lang: str) -> dict[str, str]:
    """Return all reasons in words, in the order in which they are offered."""
    return {one: translations(lang).gettext(sentence) for one, sentence in REWRITINGS.items()}


def _refuse(session: orm.Session, comment: Comment) -> None:
    if comment.status not in POSSIBLE:
        raise ImpossibleDecision(f"a comment that is {comment.status} cannot be edited")
    if comment.kind == CommentKind.REPLY:
        raise ImpossibleDecision("an answer is described anew, not edited")
    if session.get(Edit, comment.id) is not None:
        raise ImpossibleDecision("its author's own edit waits")


def _draft(comment: Comment, values: Mapping[str, object], reason: str, lang: str) -> Draft:
    _ = translations(lang).gettext
    now = {name: getattr(comment, "source" if name == "content" else name) for name in FIELDS}
    given = {name: values[name] for name in FIELDS if values.get(name) is not None}
    errors: dict[str, str] = {}
    if reason not in REASONS:
        errors["reason"] = _("Please choose why it is edited.")
    try:
        draft = drafts.check({**now, **given}, lang)
    except InvalidDraft as error:
        raise InvalidDraft({**error.errors, **errors}) from None
    if errors:
        raise InvalidDraft(errors)
    if now == {name: getattr(draft, name) for name in FIELDS}:
        raise InvalidDraft({"content": _("Nothing was changed.")})
    return draft
