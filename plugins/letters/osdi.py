"""A letter as JSON for other programs, with the names of the Open Supporter Data Interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from comments_api import dates
from plugins.letters.edition import Edition
from plugins.letters.letter import Letter, Target

_KINDS = {"letter": "outreach", "call": "outreach", "email": "outreach", "petition": "petition"}


def document(letter: Letter, editions: Sequence[Edition], address: str, site: str) -> bytes:
    """Return a letter as JSON; numbers that change are asked for at the API."""
    content = {
        "identifiers": [f"handbill:{letter.slug}"],
        "origin_system": site,
        "name": letter.slug,
        "title": letter.title,
        "summary": letter.ask,
        "type": letter.kind,
        "action_type": _KINDS.get(letter.kind, "outreach"),
        "language": letter.lang,
        "created_date": dates.iso(letter.date),
        "browser_url": address,
        "deadline": dates.iso(letter.deadline) if letter.deadline else None,
        "deadline_reason": letter.deadline_reason,
        "goal": letter.goal,
        "targets": [_target(edition.target) for edition in editions],
        "messages": [_message(edition) for edition in editions],
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "type": field.type,
                "required": field.required,
            }
            for field in letter.fields
        ],
        # What time and readers make of it is asked for there.
        "_links": {
            "self": {"href": f"{address}letter.json"},
            "status": {"href": f"{site}/api/letters/{letter.slug}"},
        },
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"


def _target(target: Target) -> dict[str, Any]:
    postal = {"address_lines": target.postal, "country": target.country}
    return {
        "identifiers": [f"handbill:{target.id}"],
        "name": target.name,
        "title": target.role,
        "organization": target.organisation,
        "email_addresses": [{"address": target.email}] if target.email else [],
        "phone_numbers": [{"number": target.phone}] if target.phone else [],
        "postal_addresses": [postal] if target.postal else [],
    }


def _message(edition: Edition) -> dict[str, Any]:
    return {
        "target": f"handbill:{edition.target.id}",
        "subject": edition.plain_subject,
        "body": edition.text,
    }
