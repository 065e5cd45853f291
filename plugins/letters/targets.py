"""The address book of the letters, content/data/targets.toml: reading and checking it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadAddressBook(ValueError):
    """Raised if the address book cannot be used; names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody in a public office to whom a letter can go."""

    id: str
    name: str
    role: str
    organisation: str
    salutation: str
    closing: str
    postal: tuple[str, ...]
    country: str
    email: str

    @property
    def title(self) -> str:
        """What to call the target in a sentence: by name if there is one, else by office."""
        return self.name or self.role


def read(path: Path) -> dict[str, Target]:
    """Return the targets by id.

    :raise BadAddressBook: if the file is not TOML, or a record lacks what it needs.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadAddressBook(f"{path}: {error}") from error
    targets: dict[str, Target] = {}
    for record in data.get("target", []):
        target = _target(path, record)
        if target.id in targets:
            raise BadAddressBook(f'{path}: there are two targets "{target.id}"')
        targets[target.id] = target
    return targets


def _target(path: Path, record: dict[str, Any]) -> Target:
    for key in ("id", "salutation"):
        if not record.get(key):
            raise BadAddressBook(f"{path}: the target {record.get('id', record)!r} has no {key}")
    if not (record.get("name") or record.get("role")):
        raise BadAddressBook(f'{path}: the target "{record["id"]}" needs a name or a role')
    return Target(
        id=record["id"],
        name=record.get("name", ""),
        role=record.get("role", ""),
        organisation=record.get("organisation", ""),
        salutation=record["salutation"],
        closing=record.get(
            "closing", "Yours sincerely" if record.get("name") else "Yours faithfully"
        ),
        postal=tuple(record.get("postal", ())),
        country=record.get("country", ""),
        email=record.get("email", ""),
    )
