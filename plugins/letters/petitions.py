"""Petitions that somebody else runs: what the UK Parliament's own JSON says of them, kept.

The network never decides whether a site can be built: what was heard last is shown with its date,
and a petition that was never heard of is a plain link.
"""

from __future__ import annotations

import calendar
import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from plugins.letters.letter import PetitionLink

PARLIAMENT = re.compile(r"https://petition\.parliament\.uk/petitions/(\d+)/?")
STATES = {"open": "open", "closed": "closed", "rejected": "rejected"}
TIMEOUT = 5.0  # seconds
LARGEST = 2_000_000  # bytes of an answer
MONTHS_OPEN = 6  # a petition to the UK Parliament closes six months after it opened


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition as it was when it was last asked for.

    :ivar state: `open`, `closed`, `rejected`, or "" if that is not known.
    :ivar as_of: the day of the figures, or None if there are none.
    """

    label: str
    url: str
    state: str = ""
    signatures: int | None = None
    closes: date | None = None
    as_of: date | None = None


class Desk:
    """Where petitions are asked for and kept.

    :ivar asked_at: the root of Parliament's site, or "" to ask nobody.
    :ivar trouble: what could not be asked, in words.
    """

    def __init__(self, folder: Path, asked_at: str, today: date) -> None:
        self._folder = folder
        self._asked_at = asked_at.rstrip("/")
        self._today = today
        self._reachable = bool(asked_at)
        self.trouble: list[str] = []

    def all(self, links: Iterable[PetitionLink]) -> list[Petition]:
        """Return petitions with what is known of each."""
        return [self.one(link) for link in links]

    def one(self, link: PetitionLink) -> Petition:
        """Return a petition with what is known of it."""
        plain = Petition(link.label, link.url)
        found = PARLIAMENT.fullmatch(link.url)
        if not found:
            return plain
        number = found[1]
        if self._reachable:
            self._ask(number, link)
        return self._kept(number, plain)

    def _ask(self, number: str, link: PetitionLink) -> None:
        try:
            answer = _fetched(f"{self._asked_at}/petitions/{number}.json")
            facts = _facts(answer)
        except (OSError, http.client.HTTPException) as error:
            if not isinstance(error, urllib.error.HTTPError):
                self._reachable = False  # one time-out is enough for a build
            self.trouble.append(f"{link.url} could not be asked ({error}); what is kept is shown")
        except ValueError as error:
            self.trouble.append(f"{link.url} answered nonsense ({error}); what is kept is shown")
        else:
            self._keep(number, facts, link)

    def _keep(self, number: str, facts: dict[str, Any], link: PetitionLink) -> None:
        kept = self._folder / f"{number}.json"
        beside = kept.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(orjson.dumps({**facts, "as_of": self._today.isoformat()}))
            beside.replace(kept)
        except OSError as error:
            self.trouble.append(f"{link.url}: its answer cannot be kept ({error})")

    def _kept(self, number: str, plain: Petition) -> Petition:
        try:
            kept = orjson.loads((self._folder / f"{number}.json").read_bytes())
            return replace(
                plain,
                state=str(kept["state"]),
                signatures=int(kept["signatures"]),
                closes=date.fromisoformat(kept["closes"]) if kept["closes"] else None,
                as_of=date.fromisoformat(kept["as_of"]),
            )
        except FileNotFoundError:
            return plain
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.trouble.append(f"{plain.url}: what was kept of it cannot be read ({error})")
            return plain


def _fetched(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    until = time.monotonic() + TIMEOUT
    content = b""
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        # The time-out of a socket is for each piece; a site may send one a second for hours.
        while piece := answer.read1(65_536):
            content += piece
            if len(content) > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
            if time.monotonic() > until:
                raise TimeoutError("it answered too slowly")
    return content


def _facts(answer: bytes) -> dict[str, Any]:
    """Return what is shown of a petition.

    :raise ValueError: if the answer is not what Parliament's site gives.
    """
    try:
        found = orjson.loads(answer)["data"]["attributes"]
        opened = _day(found.get("opened_at"))
        closed = _day(found.get("closed_at"))
        return {
            "state": STATES.get(found["state"], ""),
            "signatures": _count(found["signature_count"]),
            "closes": (closed or (_months_later(opened) if opened else None)),
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no {error}") from None


def _count(value: object) -> int:
    if type(value) is int and value >= 0:
        return value
    raise ValueError(f"{value!r} signatures")


def _day(value: str | None) -> date | None:
    return datetime.fromisoformat(value).date() if value else None


def _months_later(day: date) -> date:
    """Return the day so many months on, or the last of its month where there is none."""
    years, month = divmod(day.month - 1 + MONTHS_OPEN, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))
