"""Language, dates and addresses for the theme's templates. Nothing here knows of comments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import jinja2
from jinja2.runtime import Context
from pelican import signals
from pelican.generators import Generator

from comments_api import dates
from comments_api.translation import locale, number, translations

# The objects that carry the language of the page that is being written, in this order.
_CARRIERS = ("article", "letter", "page")


def language_of(context: Context | dict[str, Any]) -> str:
    """Return the language of the page that is being written."""
    if explicit := context.get("page_language"):
        return str(explicit)
    found: Iterable[Any] = (context.get(name) for name in _CARRIERS)
    for content in found:
        if getattr(content, "lang", None):
            return str(content.lang)
    return str(context["DEFAULT_LANG"])


def rooted(content: Any) -> str:
    """Return the address of a content object or a path, from the site's root."""
    address = str(getattr(content, "url", content))
    return "/" + address.removeprefix("/")


def _gettext(context: Context, message: str) -> str:
    return translations(language_of(context)).gettext(message)


def _ngettext(context: Context, one: str, many: str, number: int) -> str:
    return translations(language_of(context)).ngettext(one, many, number)


def _page_dir(context: Context) -> str:
    return locale(language_of(context)).text_direction


def _absolute(context: Context, content: Any) -> str:
    return str(context["SITEURL"]) + rooted(content)


def _local(context: Context, moment: date) -> date:
    """Return the day in the site's time zone; a day without a time stays as it is."""
    if isinstance(moment, datetime):
        return dates.local(moment, context["TIMEZONE"]).date()
    return moment


def _day(context: Context, moment: date) -> str:
    return dates.day(_local(context, moment), language_of(context))


def _number(context: Context, value: int) -> str:
    return number(value, language_of(context))


def _day_short(context: Context, moment: date) -> str:
    return dates.day_short(_local(context, moment), language_of(context))


def equip(generator: Generator) -> None:
    """Give a generator's templates their words."""
    env: Any = generator.env
    env.install_gettext_callables(
        jinja2.pass_context(_gettext), jinja2.pass_context(_ngettext), newstyle=True
    )
    env.globals |= {
        "page_lang": jinja2.pass_context(language_of),
        "page_dir": jinja2.pass_context(_page_dir),
        "path": rooted,
        "absolute": jinja2.pass_context(_absolute),
    }
    env.filters |= {
        "number": jinja2.pass_context(_number),
        "day": jinja2.pass_context(_day),
        "day_short": jinja2.pass_context(_day_short),
        "iso": dates.iso,
    }


def register() -> None:
    """Connect to Pelican."""
    signals.generator_init.connect(equip)
