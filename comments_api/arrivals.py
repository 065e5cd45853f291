"""What a request tells of a comment that arrives, and of whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy import orm

from comments_api import bodies, identity, senders
from comments_api.application import handbill
from comments_api.comments import Arrival
from comments_api.drafts import Draft
from comments_api.errors import InvalidDraft
from comments_api.limits import Limit
from comments_api.manifest import ThreadInfo
from comments_api.responses import language
from comments_api.translation import translations

# Besides what a reader says: what the form and the script send along.
FIELDS = frozenset({"stamp", "as_it_is"})
TRAP = "phone"  # a field of the form that nobody sees; a program has none such


def arrival_of(
    session: orm.Session, info: ThreadInfo, values: Mapping[str, Any], draft: Draft, token: str
) -> Arrival:
    """Return a comment as it arrives.

    :param token: the reader's cookie, which may be new.
    :raise InvalidDraft: if what was sent along with it makes no sense.
    """
    shared = handbill()
    moderator = identity.speaks_in(info)
    person = identity.known(session, sensitive=info.context["sensitive"])
    address = identity.address()
    block = senders.block_of(address)
    key = request.headers.get("Idempotency-Key")
    return Arrival(
        thread=info,
        draft=draft,
        lang=language(),
        reader=senders.reader_hash(shared.secret, token),
        address_block=block,
        moderator_id=moderator.id if moderator else None,
        key_hash=(
            senders.idempotency_hash(shared.secret, info.key, key, repr(draft)) if key else None
        ),
        limits=[] if moderator else _limits(info, address, block),
        rulebook=shared.rules,
        identity_id=person.id if person and not moderator else None,
        trap=str(values.get(TRAP) or ""),
        seconds=_seconds(values),
        as_it_is=insists(values),
        site_name=shared.site.live().manifest.site.get("name", ""),
    )


def _limits(info: ThreadInfo, address: str | None, block: str | None) -> list[Limit]:
    shared = handbill()
    conf, now = shared.settings, shared.now()
    network = senders.daily_hash(shared.secret, block or "", now)
    limits = [
        Limit(f"post:block:{network}", conf.post_limit_block, 60),
        Limit(f"post:block-hour:{network}", conf.post_limit_block_hour, 3_600),
        Limit(f"post:thread:{info.key}", conf.post_limit_thread, 60),
        Limit("post:site", conf.post_limit_site, 60),
    ]
    if conf.flood_seconds:
        # Of the whole address: in an office of many, one person waits and no other.
        who = senders.daily_hash(shared.secret, address or "", now)
        limits.append(Limit(f"post:one:{who}", 1, conf.flood_seconds))
    return limits


def stamp(values: Mapping[str, Any]) -> str:
    """Return the stamp of a form: the one that came, if it is ours, else a new one."""
    shared = handbill()
    came = str(values.get("stamp") or "")
    known = senders.seconds_since(shared.secret, came, shared.now()) is not None
    return came if known else senders.stamp(shared.secret, shared.now())


def _seconds(values: Mapping[str, Any]) -> float | None:
    shared = handbill()
    came = values.get("stamp") or ""
    if not isinstance(came, str):
        _ = translations(language()).gettext
        raise InvalidDraft({"stamp": _("This must be text.")})
    return senders.seconds_since(shared.secret, came, shared.now())


def insists(values: Mapping[str, Any]) -> bool:
    """Say whether she wants it sent as it is, whatever a rule says.

    :raise InvalidDraft: if a program says neither yes nor no.
    """
    value = values.get("as_it_is")
    if bodies.is_form(request):
        return value is not None
    if value is None or isinstance(value, bool):
        return bool(value)
    _ = translations(language()).gettext
    raise InvalidDraft({"as_it_is": _("This must be true or false.")})
