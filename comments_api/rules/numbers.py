"""The numbers that the rules go by. Their defaults in a running site: settings.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where each rule begins; 0 switches one off.

    :ivar max_links: a comment with so many links is held.
    :ivar trust_after: so many approved comments, and somebody we know is trusted.
    :ivar record_percent: so much of what somebody sent was rejected, and more is held.
    :ivar record_days: how far back that looks.
    :ivar record_least: of how many decided comments it is worth to say.
    :ivar repeat_minutes: the same text elsewhere within that time is held.
    :ivar fastest_seconds: nobody reads a form and fills it in in less.
    """

    max_links: int = 2
    trust_after: int = 2
    record_percent: int = 30
    record_days: int = 7
    record_least: int = 3
    repeat_minutes: int = 6
    fastest_seconds: int = 2

    @property
    def record_span(self) -> timedelta:
        """How far back somebody's record is looked at."""
        return timedelta(days=self.record_days)

    @property
    def repeat_span(self) -> timedelta:
        """How long the same text is a repetition."""
        return timedelta(minutes=self.repeat_minutes)


USUAL = Numbers()
