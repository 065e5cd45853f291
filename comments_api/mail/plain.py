"""Mails as plain text: their templates, and the number that names each for ever."""

from __future__ import annotations

import jinja2

from comments_api.drawing import FOLDERS, kept
from comments_api.models import Outbox
from comments_api.translation import translations


def number_of(row: Outbox) -> str:
    """Return what names a mail for ever: with its time, since a number can be used again."""
    return f"{row.id}.{row.created.timestamp():.6f}"


def drawn(template: str, lang: str, **values: object) -> str:
    """Return a mail's text: a template of plain text, filled with the values."""
    return _environment(lang).get_template(f"mail/{template}").render(values).strip() + "\n"


@kept(32)
def _environment(lang: str) -> jinja2.Environment:
    """Return an environment for plain text: nothing is escaped, since nothing is HTML."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDERS),
        autoescape=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    return made
