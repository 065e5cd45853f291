"""Mails as plain text: their templates, and the number that names each for ever."""

from __future__ import annotations

import jinja2

from comments_api.drawing import bare, kept
from comments_api.models import Outbox


def number_of(row: Outbox) -> str:
    """Return what names a mail for ever: with its time, since a number can be used again."""
    return f"{row.id}.{row.created.timestamp():.6f}"


def drawn(template: str, lang: str, **values: object) -> str:
    """Return a mail's text: a template of plain text, filled with the values."""
    return _environment(lang).get_template(f"mail/{template}").render(values).strip() + "\n"


@kept(32)
def _environment(lang: str) -> jinja2.Environment:
    """Return an environment for plain text: nothing is escaped, since nothing is HTML."""
    return bare(lang, escapes=False)
