"""How a moderator likes her screen: kept with her, and the same on all her machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import orm

from comments_api.errors import InvalidDraft
from comments_api.models import Moderator
from comments_api.translation import translations

MINE = "mine"  # the list of what a moderator wrote herself, whatever its status
REPORTED = "reported"  # the list of what readers complained about, whatever its status
TABS = ("pending", "approved", "spam", "trash", MINE, REPORTED)  # the lists of the queue
OLDEST, NEWEST = "oldest", "newest"
ORDERS = (OLDEST, NEWEST)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a moderator chose.

    :ivar keys: single letters decide.
    :ivar orders: for each list where she chose one, which comment stands first.
    """

    keys: bool = True
    orders: Mapping[str, str] = field(default_factory=dict)

    def order_of(self, tab: str) -> str:
        """Return the order of a list: what waits begins with the oldest, anything else does not."""
        return self.orders.get(tab, OLDEST if tab in {"pending", REPORTED} else NEWEST)


USUAL = Preferences()


def of(moderator: Moderator) -> Preferences:
    """Return what a moderator chose; what makes no sense (any more) counts as not chosen."""
    kept = moderator.preferences or {}
    orders = kept.get("orders")
    chosen = orders.items() if isinstance(orders, dict) else ()
    return Preferences(
        keys=kept.get("keys") is not False,
        orders={tab: order for tab, order in chosen if tab in TABS and order in ORDERS},
    )


def set_keys(session: orm.Session, moderator_id: int, *, on: bool) -> None:
    """Let single letters decide, or not any more."""
    _keep(session, moderator_id, lambda old: replace(old, keys=on))


def set_order(
    session: orm.Session, moderator_id: int, tab: str, order: str, *, lang: str = "en"
) -> None:
    """Keep which comment stands first in a list.

    :raise InvalidDraft: if there is no such list or order.
    """
    if tab not in TABS or order not in ORDERS:
        raise InvalidDraft({"order": translations(lang).gettext("Please choose one of the list.")})
    _keep(session, moderator_id, lambda old: replace(old, orders={**old.orders, tab: order}))


def _keep(
    session: orm.Session, moderator_id: int, change: Callable[[Preferences], Preferences]
) -> None:
    moderator = session.get_one(Moderator, moderator_id)
    old = of(moderator)
    new = change(old)
    if new != old:  # no write for nothing
        kept = {"keys": new.keys, "orders": dict(new.orders)}
        moderator.preferences = {**(moderator.preferences or {}), **kept}
