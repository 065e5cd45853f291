"""Letters and targets as tests need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from plugins.letters.letter import Letter, Paragraph, Target


def make_target(**changes: Any) -> Target:
    """Return a target that can be reached by post and e-mail."""
    return Target(
        **{
            "id": "chair",
            "name": "Sam Chair",
            "role": "Chair of the council",
            "organisation": "The council",
            "salutation": "Dear Sam Chair",
            "closing": "Yours sincerely",
            "postal": ("1 High Street", "TOWNVILLE", "TN1 1AA"),
            "country": "GB",
            "email": "chair@example.org",
            **changes,
        }
    )


def make_letter(*paragraphs: str, **changes: Any) -> Letter:
    """Return a letter of paragraphs, to one target if no others are given."""
    return Letter(
        **{
            "path": "letters/vote.md",
            "title": "Vote yes",
            "slug": "vote",
            "lang": "en",
            "date": datetime(2026, 11, 5, tzinfo=UTC),
            "targets": (make_target(),),
            "subject": ("Please vote yes",),
            "ask": "Will you vote yes?",
            "body": tuple(Paragraph((text,)) for text in paragraphs),
            **changes,
        }
    )
