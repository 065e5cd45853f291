"""What the API answers of the live build, drawn once per change of what it shows."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
import sqlalchemy as sa

from comments_api import regions
from comments_api.db import Database
from comments_api.errors import SiteTrouble
from comments_api.manifest import Region
from comments_api.rows import Reader

KEPT = 128  # in the memory of one process

Place = tuple[Any, ...]  # what it is of, in which build, language and form


@dataclass(frozen=True, slots=True)
class Representation:
    """The bytes of something in one form, and the strong validator of exactly these bytes."""

    body: bytes
    etag: str


class Representations:
    """What was drawn last for each place; what did not change since is not drawn again.

    :param state: a statement that answers with one row all that the representations depend on.
    """

    def __init__(self, database: Database, state: sa.Select[Any]) -> None:
        self._database = database
        self._statement = state
        self._kept: OrderedDict[Place, tuple[object, Representation]] = OrderedDict()
        self._lock = threading.Lock()

    def current(
        self,
        place: Place,
        values: Mapping[str, Any],
        make: Callable[[sa.Connection], Representation],
    ) -> Representation:
        """Return what a place shows as the database has it now."""
        state = self._database.peek(self._statement, values)
        kept = self._kept.get(place)
        if kept is not None and kept[0] == state:
            return kept[1]
        with self._database.snapshot() as connection:
            # Read again: what is drawn must be kept under the state of its own snapshot.
            state = tuple(connection.execute(self._statement, values).one())
            made = make(connection)
        self._keep(place, state, made)
        return made

    def _keep(self, place: Place, state: object, made: Representation) -> None:
        with self._lock:
            self._kept[place] = (state, made)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def of_json(content: Mapping[str, Any]) -> Representation:
    """Return a JSON object."""
    body = orjson.dumps(content)
    return Representation(body, f'"{blake2b(body, digest_size=12).hexdigest()}"')


def html_of(reader: Reader, region: Region) -> Representation:
    """Return a region as the pages have it."""
    text = regions.drawn(reader, region, as_of(reader))
    return Representation(text.encode(), f'"{regions.version_in(text)}"')


def as_of(reader: Reader) -> datetime:
    """Return the minute as of which regions are drawn.

    :raise SiteTrouble: if no site ever went live with this database.
    """
    moment = reader.as_of()
    if moment is None:
        raise SiteTrouble("the clock of the database never started")
    return moment
