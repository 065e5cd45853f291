"""Whose comments wait or are spam whatever they say: by name, e-mail, domain, network, identity."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import drafts, senders, text
from comments_api.errors import InvalidDraft
from comments_api.models import Block, BlockedField, Identity, Status
from comments_api.rules import changes
from comments_api.rules.fields import Fields
from comments_api.rules.links import host_of
from comments_api.rules.skeleton import skeletons
from comments_api.text import whole
from comments_api.translation import translations

OUTCOMES = (Status.PENDING.value, Status.SPAM.value)
LONGEST_NOTE = 200
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")


@dataclass(frozen=True, slots=True)
class Sender:
    """By what somebody can be known."""

    fields: Fields
    identity_id: int | None


@dataclass(frozen=True, slots=True)
class Barred:
    """A block, as it is compared."""

    field: str
    value: str
    outcome: str
    until: datetime | None


class Blocks:
    """All blocks, ready to be looked up."""

    def __init__(self, blocks: Iterable[Barred] = ()) -> None:
        self._by_value: dict[tuple[str, str], Barred] = {}
        for block in blocks:
            for value in _compared(block):
                self._by_value[block.field, value] = block

    def on(self, sender: Sender, now: datetime) -> list[Barred]:
        """Return the blocks that somebody falls under now, each field once."""
        found = self.find(sender) if self._by_value else []
        current = [block for block in found if block.until is None or block.until > now]
        return list({block.field: block for block in current}.values())

    def find(self, sender: Sender) -> list[Barred]:
        """Return the blocks that somebody falls under, whether their time is over or not."""
        return [block for known in _known_by(sender) if (block := self._by_value.get(known))]


def _compared(block: Barred) -> list[str]:
    if block.field == BlockedField.NAME:
        return ["".join(words) for words in skeletons(block.value)]
    return [block.value]


def _known_by(sender: Sender) -> Iterable[tuple[str, str]]:
    fields = sender.fields
    for words in skeletons(fields.author_name):
        yield BlockedField.NAME.value, "".join(words)
    yield BlockedField.EMAIL.value, fields.author_email.casefold()
    for host in fields.hosts:
        parts = host.split(".")
        for place in range(len(parts)):  # a block of a domain is one of all below it
            yield BlockedField.DOMAIN.value, ".".join(parts[place:])
    if fields.address_block:
        yield BlockedField.ADDRESS.value, fields.address_block
    if sender.identity_id is not None:
        yield BlockedField.IDENTITY.value, str(sender.identity_id)


def ready(session: orm.Session) -> Blocks:
    """Return all blocks, ready to be looked up."""
    statement = sa.select(Block.field, Block.value, Block.outcome, Block.until)
    return Blocks(Barred(*row) for row in session.execute(statement))


def every(session: orm.Session) -> Sequence[Block]:
    """Return all blocks, newest first."""
    return session.scalars(sa.select(Block).order_by(Block.id.desc())).all()


def add(
    session: orm.Session,
    barred: Barred,
    note: str,
    moderator_id: int | None,
    now: datetime,
    *,
    lang: str = "en",
) -> Block:
    """Store a block that was checked, and return it; one whose time is over makes room for it.

    :raise InvalidDraft: if there is one of the same already.
    """
    same = (Block.field == barred.field, Block.value == barred.value)
    there = session.scalars(sa.select(Block).where(*same)).first()
    if there is not None:
        if there.until is None or there.until > now:
            _ = translations(lang).gettext
            raise InvalidDraft({"value": _("This is blocked already. Remove that block first.")})
        remove(session, there.id, moderator_id, now)
        session.flush()
    block = Block(
        field=barred.field,
        value=barred.value,
        outcome=barred.outcome,
        until=barred.until,
        note=note,
        moderator_id=moderator_id,
        created=now,
    )
    session.add(block)
    session.flush()
    changes.note(session, f"block:{barred.field}:{block.id}", moderator_id, now)
    return block


def remove(session: orm.Session, block_id: int, moderator_id: int | None, now: datetime) -> None:
    """Take a block back; one that is gone already is no mistake."""
    block = session.get(Block, block_id)
    if block is not None:
        session.delete(block)
        changes.note(session, f"unblock:{block.field}:{block_id}", moderator_id, now)


def checked(
    session: orm.Session,
    field: str,
    value: str,
    outcome: str,
    until: datetime | None,
    note: str,
    now: datetime,
    *,
    lang: str = "en",
) -> Barred:
    """Return the block that a moderator describes.

    :raise InvalidDraft: with a sentence for each field that is wrong.
    """
    _ = translations(lang).gettext
    errors = {}
    folded = _folded(session, field, value.strip())
    if field not in set(BlockedField):
        errors["field"] = _("Please choose what somebody is known by.")
    elif folded is None:
        errors["value"] = _wrong(field, lang)
    if outcome not in OUTCOMES:
        errors["outcome"] = _("Please choose what becomes of the comments.")
    if until is not None and until <= now:
        errors["until"] = _("This day is over.")
    if len(note) > LONGEST_NOTE or text.has_forbidden(note):
        errors["note"] = _("A note is one short line.")
    if errors:
        raise InvalidDraft(errors)
    return Barred(field, str(folded), outcome, until)


def _folded(session: orm.Session, field: str, value: str) -> str | None:
    """Return a value as it is stored, or None if it makes no sense."""
    if text.has_forbidden(value):
        return None
    match field:
        case BlockedField.NAME:
            named = any(skeletons(value)) and len(value) <= drafts.LONGEST["author_name"]
            return value.casefold() if named else None
        case BlockedField.EMAIL:
            return value.casefold() if drafts.is_email(value) else None
        case BlockedField.DOMAIN:
            host = host_of(value)
            return host if _HOST.fullmatch(host) else None
        case BlockedField.ADDRESS:
            return _block(value)
        case _:
            return _identity(session, value)


def _block(value: str) -> str | None:
    """Return the block of an address or of a network that lies in one: what comments keep."""
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
    block = senders.block_of(str(network.network_address))
    inside = block is not None and network.prefixlen >= ipaddress.ip_network(block).prefixlen
    return block if inside else None


def _identity(session: orm.Session, value: str) -> str | None:
    """Return the number of somebody who showed who she is, found by it or by her e-mail."""
    if (number := whole(value)) is not None:
        found = session.get(Identity, number)
        return str(found.id) if found else None
    statement = sa.select(Identity.id).where(Identity.email == value.lower())
    ids = session.scalars(statement.order_by(Identity.id)).all() if value else []
    return str(ids[-1]) if ids else None


def _wrong(field: str, lang: str) -> str:
    _ = translations(lang).gettext
    return {
        BlockedField.NAME.value: _("Please give the name."),
        BlockedField.EMAIL.value: _("This is not an e-mail address like name@example.org."),
        BlockedField.DOMAIN.value: _("This is not a domain like example.org."),
        BlockedField.ADDRESS.value: _(
            "This is no address, and no block of them like 192.0.2.0/24 or 2001:db8::/48."
        ),
        BlockedField.IDENTITY.value: _("Nobody has shown that she is this."),
    }[field]
