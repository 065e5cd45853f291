"""What the live regions of a letter must know: plain JSON, kept in the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from comments_api import dates
from plugins.letters import text
from plugins.letters.edition import Edition
from plugins.letters.generator import LetterPage
from plugins.letters.letter import Letter, Paragraph

Context = dict[str, Any]


def common(page: LetterPage, thread: str, site: Mapping[str, Any]) -> Context:
    """Return what every region of a letter knows."""
    letter = page.compiled
    return {
        "slug": letter.slug,
        "title": letter.title,
        "url": f"/{page.url}",
        "ask": letter.ask,
        "kind": letter.kind,
        "timezone": letter.timezone,
        "thread": thread,
        "site_url": site["site_url"],
        "site_name": site["name"],
        # A draft is shown as it will be.
        "state": "auto" if letter.state == "draft" else letter.state,
        "date": dates.iso(letter.date),
        "deadline": dates.iso(letter.deadline) if letter.deadline else None,
        "deadline_reason": letter.deadline_reason,
        "outcome": letter.outcome,
        "outcome_date": dates.iso(letter.outcome_date) if letter.outcome_date else None,
        "successor": _link(page.successor_page),
    }


def ledger(page: LetterPage) -> Context:
    """Return what the ledger and the feed of a letter know besides."""
    letter = page.compiled
    answering = dict.fromkeys([*letter.targets, *(reply.target for reply in letter.replies)])
    return {
        "api": f"/api/letters/{letter.slug}",
        "feed": page.feed_url,
        "done_url": page.done_url,
        "counter": letter.counter,
        "goal": letter.goal,
        "goal_unit": letter.goal_unit,
        "goal_bump": letter.goal_bump,
        # Somebody else may answer for whom a letter went to: the author has noted her, then.
        "targets": [{"id": one.id, "title": one.title} for one in answering],
        "replies": [
            {
                "day": reply.date.isoformat(),
                "target": reply.target.id,
                "outcome": reply.outcome,
                "permission": reply.permission,
                "text": reply.text,
            }
            for reply in letter.replies
        ],
        "changes": [
            {"day": change.date.isoformat(), "kind": change.kind, "what": change.what}
            for change in letter.changes
        ],
        "chaser": _link(page.chaser_page),
        "chase_after": letter.chase_after,
        "chase_from": _chase_from(letter) if page.chaser_page else None,
    }


def _chase_from(letter: Letter) -> str:
    """Return the beginning of the day on which the chaser is offered."""
    zone = ZoneInfo(letter.timezone)
    day = letter.date.astimezone(zone).date() + timedelta(days=letter.chase_after)
    return dates.iso(datetime.combine(day, time(), zone).astimezone(UTC))


def _link(page: Any) -> Context | None:
    return {"url": f"/{page.url}", "title": str(page.title)} if page else None


def send(page: LetterPage) -> Context:
    """Return what the ways to send a letter need besides."""
    letter = page.compiled
    return {
        "api": f"/api/letters/{letter.slug}",
        "done_url": page.done_url,
        "print_url": page.print_url,
        "pdf_url": page.pdf_url,
        "txt_url": page.txt_url,
        "json_url": page.json_url,
        "ics_url": page.ics_url,
        "post_by": letter.post_by.isoformat() if letter.post_by else None,
        "choose": letter.choose,
        "audience": letter.audience,
        "copies_to": [target.title for target in letter.copies_to],
        "sensitive": letter.sensitive,
        "counter": letter.counter and page.published,
        "budget": page.settings["MAILTO_BUDGET"],
        "call_script": _call_script(page),
        "editions": [_edition(one) for one in page.editions],
    }


def _call_script(page: LetterPage) -> list[Context]:
    first = page.first
    if first is None:
        return []
    letter = page.compiled
    return [
        {"tag": "p" if isinstance(block, Paragraph) else "ul", "lines": lines}
        for block, lines in zip(
            letter.call_script,
            text.paragraphs(letter.call_script, letter, first.target),
            strict=True,
        )
    ]


def _edition(one: Edition) -> Context:
    target, hand_off = one.target, one.hand_off
    return {
        "id": target.id,
        "title": target.title,
        "name": target.name,
        "role": target.role,
        "organisation": target.organisation,
        "address": list(one.address) if target.postal else [],
        "salutation": one.salutation,
        "closing": one.closing,
        "email": target.email,
        "mailto": hand_off.href if hand_off else "",
        "fits": hand_off.fits if hand_off else False,
        "words_over": hand_off.over if hand_off else 0,
        "form": target.contact_form,
        "phone": target.phone,
        "channels": list(one.channels),
        "txt_url": one.txt_url,
        "pdf_url": one.pdf_url,
    }
