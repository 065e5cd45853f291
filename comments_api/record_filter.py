"""Which lines of the record somebody wants to see: the fields of an address, read and written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from comments_api.errors import InvalidDraft
from comments_api.text import whole
from comments_api.translation import translations

SETTINGS = "settings"  # stands among the actions for every change of settings
AUTHORS, RULES = "authors", "rules"  # stand among the people for those who are none of us

Cursor = tuple[datetime, int, int]  # a moment, which of the two tables, and a number in it
_CURSOR = re.compile(r"(\d{1,17})\.([01])\.(\d{1,18})")
_ACTION = re.compile(r"[a-z-]{0,30}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines somebody wants to see.

    :ivar person: the number of a moderator, or AUTHORS, or RULES.
    :ivar action: of a decision, or SETTINGS.
    :ivar until: the last day that is wanted.
    """

    person: str = ""
    action: str = ""
    comment: int | None = None
    since: date | None = None
    until: date | None = None
    cursor: Cursor | None = None

    @classmethod
    def of(cls, args: Mapping[str, str], lang: str) -> Filter:
        """Return what the fields of an address ask for.

        :raise InvalidDraft: with a sentence for each field that makes no sense.
        """
        return _Fields(args, lang).wanted()

    def query(self, **changes: Any) -> str:
        """Return the fields of the address of this list, changed: what `of` understands."""
        fields = asdict(replace(self, **changes))
        fields["cursor"] = written(fields["cursor"]) if fields["cursor"] else ""
        return urlencode({name: str(value) for name, value in fields.items() if value})


def written(cursor: Cursor) -> str:
    """Return a place in the list as an address has it."""
    moment, rank, number = cursor
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}.{rank}.{number}"


class _Fields:
    """Reads the fields of an address, and notes what is wrong with them."""

    def __init__(self, args: Mapping[str, str], lang: str) -> None:
        self._args = args
        self._gettext = translations(lang).gettext
        self.errors: dict[str, str] = {}

    def wanted(self) -> Filter:
        """Return what they ask for.

        :raise InvalidDraft: if one of them makes no sense.
        """
        found = Filter(
            person=self._person(),
            action=self._action(),
            comment=self._number("comment"),
            since=self._day("since"),
            until=self._day("until"),
            cursor=self._cursor(),
        )
        if self.errors:
            raise InvalidDraft(self.errors)
        return found

    def _said(self, name: str) -> str:
        return self._args.get(name, "").strip()

    def _person(self) -> str:
        person = self._said("person")
        if person not in {"", AUTHORS, RULES} and whole(person) is None:
            self.errors["person"] = self._gettext("There is nobody like this.")
        return person

    def _action(self) -> str:
        action = self._said("action")
        if not _ACTION.fullmatch(action):
            self.errors["action"] = self._gettext("There is no such action.")
        return action

    def _number(self, name: str) -> int | None:
        typed = self._said(name).removeprefix("#")
        if not typed or whole(typed) is not None:
            return int(typed) if typed else None
        self.errors[name] = self._gettext("Please give a number.")
        return None

    def _day(self, name: str) -> date | None:
        typed = self._said(name)
        try:
            found = date.fromisoformat(typed) if typed else None
            if found and not 1970 < found.year < 9999:
                raise ValueError(typed)
        except ValueError:
            self.errors[name] = self._gettext("This is no day, like 2026-12-31.")
            return None
        return found

    def _cursor(self) -> Cursor | None:
        found = _CURSOR.fullmatch(self._said("cursor"))
        if found is None:  # an address that was cut short begins at the newest line
            return None
        return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2]), int(found[3])
