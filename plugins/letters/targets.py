"""The address book of the letters, content/data/targets.toml, checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from babel import Locale

from plugins.letters import addresses, records
from plugins.letters.letter import Target
from plugins.letters.problems import Notes
from plugins.letters.records import Record

FILE = "data/targets.toml"
WAYS = ("post", "email", "form", "phone")
KEYS = frozenset(
    [
        "id",
        "name",
        "given",
        "family",
        "role",
        "organisation",
        "salutation",
        "closing",
        "postal",
        "country",
        "email",
        "contact_form",
        "phone",
        "source",
        "verified",
        "until",
        "preferred",
        "public_role",
    ]
)


def read(content: Path, notes: Notes, today: date) -> Mapping[str, Target]:
    """Return the targets by id; note what is wrong with them."""
    found = records.read(content / FILE, "target", KEYS, notes)
    return {record.id: _target(record, today) for record in found}


def _target(record: Record, today: date) -> Target:
    name = record.text("name") or f"{record.text('given')} {record.text('family')}".strip()
    country = _country(record)
    target = Target(
        id=record.id,
        name=name,
        role=record.text("role"),
        organisation=record.text("organisation"),
        salutation=_salutation(record),
        closing=record.text("closing") or ("Yours sincerely" if name else "Yours faithfully"),
        postal=_postal(record, country),
        country=country,
        email=_email(record),
        contact_form=record.https("contact_form"),
        phone=_phone(record),
        source=record.https("source"),
        verified=record.verified(today),
        until=record.day("until"),
        preferred=_preferred(record),
        line=record.first,
    )
    target = replace(target, faulty=_faulty(record, target))
    _check_whole(record, target)
    return target


def _faulty(record: Record, target: Target) -> bool:
    keys = ("email", "contact_form", "phone")
    return any(record.values.get(key) and not getattr(target, key) for key in keys)


def _check_whole(record: Record, target: Target) -> None:
    if not target.role:
        record.error("role", "needs a role: offices outlive those who hold them")
    if not record.values.get("source"):
        record.error("source", "needs a source: the https address where this was found")
    if record.values.get("public_role") is not True:
        record.error(
            "public_role",
            "needs `public_role = true`: only people in a public office may stand here",
        )
    if not target.channels() and not any(record.values.get(k) for k in ("email", "postal")):
        record.error("email", "needs a way to reach it: postal, email, contact_form or phone")


def _country(record: Record) -> str:
    code = record.text("country")
    if len(code) == 2 and code in Locale("en").territories:
        return code
    record.error("country", f'"{code}" is no code of a country, like GB')
    return ""


def _salutation(record: Record) -> str:
    value = record.text("salutation")
    ends = unicodedata.category(value[-1])[0] if value else ""
    if not value or not value[0].isalpha() or (ends not in {"L", "M", "N"} and value[-1] != "."):
        record.error("salutation", "needs words like Dear Home Secretary, without a comma after it")
    return value


def _postal(record: Record, country: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in record.texts("postal"))
    if not lines:
        return ()
    if wrong := addresses.wrong_postal(lines, country):
        record.error("postal", wrong)
        return lines
    if country == "GB" and lines[-2] != lines[-2].upper():
        town = lines[-2].upper()
        record.notes.info(
            record.line("postal"), "postal", f'"{record.id}": the town is written as "{town}"'
        )
        return (*lines[:-2], town, lines[-1])
    return lines


def _email(record: Record) -> str:
    value = record.values.get("email", "")  # as it is: a space at its end is a mistake
    if isinstance(value, str) and value and (wrong := addresses.wrong_email(value)):
        record.error("email", f'"{value}" {wrong}')
        return ""
    return record.text("email")


def _phone(record: Record) -> str:
    value = record.text("phone")
    if value and (wrong := addresses.wrong_phone(value)):
        record.error("phone", wrong)
        return ""
    return value


def _preferred(record: Record) -> str:
    value = record.text("preferred")
    if value and value not in WAYS:
        record.error("preferred", f'"{value}" is not one of {", ".join(WAYS)}')
    return value
