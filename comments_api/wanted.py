"""Which comments a moderator wants to see: the list, its order and its filters, as an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from comments_api import searching, text
from comments_api.drafts import wrong_text
from comments_api.errors import InvalidDraft
from comments_api.models import CommentKind
from comments_api.preferences import ORDERS, TABS, USUAL, Preferences
from comments_api.translation import translations

FILTERS = ("thread", "author", "email", "block", "kind", "reason", "since", "until", "q")
KINDS = tuple(kind.value for kind in CommentKind)
_LONGEST = 500  # imported names can be long
_DAY = re.compile(r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[a-z-]{1,40}")
_CURSOR = re.compile(r"(-?[0-9]{1,16})\.(-?[0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list of comments.

    :ivar order: which comes first: `oldest` or `newest`.
    :ivar thread: the key of one; as with all filters, nothing if it does not matter.
    :ivar author: a name, as it was typed.
    :ivar block: of addresses.
    :ivar reason: the code of one for which comments are held.
    :ivar since, until: days on which they were sent, these included.
    :ivar q: what their names, addresses or texts have.
    :ivar cursor: after which comment it goes on; nothing at the beginning.
    :ivar liked: what she prefers; an address does not repeat it.
    """

    tab: str = TABS[0]
    order: str = ""
    thread: str = ""
    author: str = ""
    email: str = ""
    block: str = ""
    kind: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None
    q: str = ""
    cursor: str = ""
    liked: Preferences = USUAL

    def __post_init__(self) -> None:
        if not self.order:
            object.__setattr__(self, "order", self.liked.order_of(self.tab))

    @classmethod
    def of(
        cls, args: Mapping[str, Any], preferences: Preferences = USUAL, *, lang: str = "en"
    ) -> Wanted:
        """Return what an address asks for.

        :raise InvalidDraft: with a sentence for each field that makes no sense.
        """
        given = {
            name: text.normal(str(args.get(name) or "")).strip()
            for name in ("tab", "order", *FILTERS, "cursor")
        }
        errors = {name: _wrong(name, value, lang) for name, value in given.items() if value}
        if errors := {name: sentence for name, sentence in errors.items() if sentence}:
            raise InvalidDraft(errors)
        since, until = (_day(given.pop(name)) for name in ("since", "until"))
        if since and until and until < since:
            _ = translations(lang).gettext
            raise InvalidDraft({"until": _("This day is before the first one.")})
        values = {name: value for name, value in given.items() if value}
        return cls(**values, since=since, until=until, liked=preferences)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, as an address has them."""
        return {name: str(value) for name in FILTERS if (value := getattr(self, name))}

    @property
    def after(self) -> tuple[int, int] | None:
        """The two numbers of the comment after which it goes on."""
        found = _CURSOR.fullmatch(self.cursor)
        return (int(found[1]), int(found[2])) if found else None

    def query(self, **changes: Any) -> str:
        """Return the address of the same list, changed; without a cursor, from its beginning.

        Another tab comes in the order that she likes for it.
        """
        moved = "order" not in changes and changes.get("tab", self.tab) != self.tab
        more = {"order": ""} if moved else {}
        return replace(self, **{"cursor": "", **more, **changes})._address()

    def _address(self) -> str:
        chosen = self.order != self.liked.order_of(self.tab)
        values = {"order": self.order if chosen else "", **self.filters, "cursor": self.cursor}
        query = urlencode({name: value for name, value in values.items() if value}, quote_via=quote)
        return f"/moderate/{self.tab}?{query}".rstrip("?")


def cursor_of(one: int, other: int) -> str:
    """Return the two numbers of a comment as an address has them."""
    return f"{one}.{other}"


def _wrong(name: str, value: str, lang: str) -> str | None:
    """Return what is wrong with a value that was given."""
    _ = translations(lang).gettext
    longest = searching.LONGEST if name == "q" else _LONGEST
    if wrong := wrong_text(value, longest, lang):
        return wrong
    known = {"tab": TABS, "order": ORDERS, "kind": KINDS}
    if name in known:
        return None if value in known[name] else _("Please choose one of the list.")
    if name in {"since", "until"}:
        return None if _day(value) else _("This is not a day like 2026-11-21.")
    if name == "q":
        return None if searching.terms(value) else _("Please give a letter or a digit at least.")
    pattern = {"reason": _CODE, "cursor": _CURSOR}.get(name)
    return None if not pattern or pattern.fullmatch(value) else _("Please choose one of the list.")


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None
