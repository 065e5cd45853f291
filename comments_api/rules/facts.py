"""What the rules look at. Each fact is found out when a rule first asks for it.

All that the database knows of a case comes by one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Comment, Moderator, Moment, Status, Switches
from comments_api.rules.blocks import Barred, Sender
from comments_api.rules.case import Case, said
from comments_api.rules.fields import Fields, fields
from comments_api.rules.numbers import Numbers
from comments_api.rules.phrases import Reading, readings

if TYPE_CHECKING:
    from comments_api.rules.book import Rulebook, Shelf

BETWEEN = "\x1f"  # names of the staff, in one column
_REJECTED = (Status.SPAM.value, Status.TRASH.value)
_DECIDED = (*_REJECTED, Status.APPROVED.value)


class Known(NamedTuple):
    """What the database knows of a case.

    :ivar revision: of switches, lists and blocks; None if nothing was ever changed.
    :ivar staff: the names of all who moderate.
    :ivar approved: how many of her comments were approved, counted as far as it matters.
    :ivar decided: how many of those she sent lately were decided on.
    :ivar repeated: the same text came from her or her network a moment ago.
    """

    revision: int | None
    hold_all: bool
    staff: str
    approved: int
    decided: int
    rejected: int
    repeated: bool


def _known() -> sa.Select[tuple[int | None, bool, str, int, int, int, bool]]:
    """Return the statement, which is written once: that costs more than running it."""
    # The number of the comment that is edited, else one that no comment has.
    others = Comment.id != sa.bindparam("comment_id")
    by_identity = Comment.identity_id == sa.bindparam("identity_id")
    by_reader = Comment.reader == sa.bindparam("reader")
    trusted = (
        sa.select(Comment.id)
        .where(by_identity, others, Comment.status == Status.APPROVED.value)
        .limit(sa.bindparam("enough", type_=sa.Integer))
        .subquery()
    )
    lately = (
        sa.select(
            # Counted so, the statuses tempt no database to begin with all that have them.
            sa.func.count(sa.case((Comment.status.in_(_DECIDED), 1))).label("decided"),
            sa.func.count(sa.case((Comment.status.in_(_REJECTED), 1))).label("rejected"),
        )
        .where(
            by_identity | by_reader,
            others,
            Comment.created > sa.bindparam("record_since", type_=Moment),
        )
        .subquery()
    )
    again = sa.select(Comment.id).where(
        Comment.said == sa.bindparam("said"),
        Comment.created > sa.bindparam("repeat_since", type_=Moment),
        by_identity | by_reader | (Comment.address_block == sa.bindparam("address_block")),
        others,
    )
    one = Switches.id == 1
    staff = sa.select(sa.func.aggregate_strings(Moderator.name, BETWEEN)).where(Moderator.active)
    return sa.select(
        sa.select(Switches.revision).where(one).scalar_subquery(),
        sa.func.coalesce(sa.select(Switches.hold_all).where(one).scalar_subquery(), sa.false()),
        sa.func.coalesce(staff.scalar_subquery(), ""),
        sa.select(sa.func.count()).select_from(trusted).scalar_subquery(),
        lately.c.decided,
        lately.c.rejected,
        sa.exists(again),
    )


KNOWN = _known()


@dataclass(frozen=True)
class Facts:
    """What there is to know of one case."""

    session: orm.Session
    case: Case
    book: Rulebook

    @property
    def numbers(self) -> Numbers:
        """Where each rule begins."""
        return self.book.numbers

    @cached_property
    def known(self) -> Known:
        """What the database knows."""
        case, numbers = self.case, self.numbers
        values = {
            "comment_id": case.comment_id or 0,
            "identity_id": case.identity_id,
            "reader": case.reader,
            "address_block": case.address_block,
            "said": said(case.draft.content),
            "enough": numbers.trust_after,
            "record_since": case.now - numbers.record_span,
            "repeat_since": case.now - numbers.repeat_span,
        }
        return Known._make(self.session.connection().execute(KNOWN, values).one())

    @cached_property
    def shelf(self) -> Shelf:
        """Lists and blocks as they are now."""
        return self.book.shelf(self.session, self.known.revision)

    @cached_property
    def fields(self) -> Fields:
        """What was sent, as words and links are looked for in it."""
        draft = self.case.draft
        return fields(
            *(draft.author_name, draft.author_email, draft.author_url),
            *(draft.content, draft.rendered, self.case.address_block),
        )

    @property
    def links(self) -> Sequence[str]:
        """The addresses that the text links to or names."""
        return self.fields.links

    @cached_property
    def blocks(self) -> list[Barred]:
        """The blocks that whoever sent it falls under."""
        return self.shelf.blocks.on(Sender(self.fields, self.case.identity_id), self.case.now)

    @cached_property
    def likeness(self) -> str | None:
        """The kept name that the writer's looks like."""
        names = self.book.names(self.known.staff, self.case.site_name)
        return names.like(self.case.draft.author_name)

    def entries(self, name: str) -> Sequence[str]:
        """Return the entries of a list that any field holds."""
        phrases = self.shelf.lists[name]
        return phrases.found(self._readings) if phrases else []

    @cached_property
    def _readings(self) -> list[Reading]:
        return readings(self.fields.searched)
