"""How a moderator likes her screen: kept with her, and the same on all her machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import orm

from comments_api.errors import InvalidDraft
from comments_api.models import Moderator
from comments_api.translation import translations

# The lists of the queue: by status, what she wrote herself, what readers complained about.
TABS = ("pending", "approved", "spam", "trash", "mine", "reported")
OLDEST, NEWEST = "oldest", "newest"
ORDERS = (OLDEST, NEWEST)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a moderator chose.

    :ivar tab: the list that she looked at last.
    :ivar keys: single letters decide.
    :ivar orders: for each list where she chose one, which comment stands first.
    """

    tab: str = TABS[0]
    keys: bool = True
    orders: Mapping[str, str] = field(default_factory=dict)

    def order_of(self, tab: str) -> str:
        """Return the order of a list: what waits begins with the oldest, anything else does not."""
        return self.orders.get(tab, OLDEST if tab in {"pending", "reported"} else NEWEST)


USUAL = Preferences()


def of(moderator: Moderator) -> Preferences:
    """Return what a moderator chose; what makes no sense (any more) counts as not chosen."""
    kept = moderator.preferences or {}
    orders = kept.get("orders")
    chosen = orders.items() if isinstance(orders, dict) else ()
    return Preferences(
        tab=kept["tab"] if kept.get("tab") in TABS else USUAL.tab,
        keys=kept.get("keys") is not False,
        orders={tab: order for tab, order in chosen if tab in TABS and order in ORDERS},
    )


def set_(
    session: orm.Session, moderator_id: int, *, lang: str = "en", **values: Any
) -> Preferences:
    """Keep what a moderator chose, and return all of it.

    :param values: `tab`, `keys` (on or off), `order` (of that tab, or of the one before).
    :raise InvalidDraft: if there is no such choice.
    """
    wrong = {name: value for name, value in values.items() if not _makes_sense(name, value)}
    if wrong:
        sentence = translations(lang).gettext("Please choose one of the list.")
        raise InvalidDraft(dict.fromkeys(wrong, sentence))
    moderator = session.get_one(Moderator, moderator_id)
    new = _changed(of(moderator), values)
    if new != of(moderator):  # not a write for each page she looks at
        kept = {"tab": new.tab, "keys": new.keys, "orders": dict(new.orders)}
        moderator.preferences = {**(moderator.preferences or {}), **kept}
    return new


def _makes_sense(name: str, value: object) -> bool:
    known: dict[str, tuple[object, ...]] = {"tab": TABS, "keys": (True, False), "order": ORDERS}
    return value in known.get(name, ())


def _changed(old: Preferences, values: Mapping[str, Any]) -> Preferences:
    tab = str(values.get("tab", old.tab))
    chosen = {tab: str(values["order"])} if "order" in values else {}
    return Preferences(tab, bool(values.get("keys", old.keys)), {**old.orders, **chosen})
