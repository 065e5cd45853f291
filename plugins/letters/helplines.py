"""Who to ring, content/data/helplines.toml, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from plugins.letters import records
from plugins.letters.letter import Helpline
from plugins.letters.problems import Notes
from plugins.letters.records import Record

FILE = "data/helplines.toml"
_TEXTS = ("run_by", "text", "hours", "languages", "cost", "confidential", "region")
KEYS = frozenset({"id", "name", "phone", "what", "source", "verified", "url", *_TEXTS})


def read(content: Path, notes: Notes, today: date) -> Mapping[str, Helpline]:
    """Return the helplines by id, in the order of the file; note what is wrong with them."""
    found = records.read(content / FILE, "helpline", KEYS, notes)
    return {record.id: _helpline(record, today) for record in found}


def _helpline(record: Record, today: date) -> Helpline:
    for key in ("name", "phone", "what", "source"):
        if not record.values.get(key):
            record.error(key, f"needs {key}")
    if (phone := record.text("phone")) and not re.fullmatch(r"\+?[0-9][0-9 ]*", phone):
        record.error("phone", f'"{phone}" may hold digits and spaces only')
    return Helpline(
        id=record.id,
        name=record.text("name"),
        phone=phone,
        what=record.text("what"),
        source=record.https("source"),
        verified=record.verified(today) or today,
        url=record.https("url"),
        line=record.first,
        **{key: record.text(key) for key in _TEXTS},
    )
