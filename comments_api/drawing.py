"""The one autoescaped Jinja environment for everything that shows readers' words on the site.

Pelican's environment never sees a comment, and this one never sees Pelican.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import jinja2
from jinja2.runtime import Context
from markupsafe import Markup

from comments_api import dates
from comments_api.settings import ROOT
from comments_api.translation import locale, translations

FOLDERS = (
    ROOT / "theme-overrides" / "templates",
    ROOT / "theme" / "templates",
    ROOT / "comments_api" / "templates",
)


T = TypeVar("T")
P = ParamSpec("P")
_kept: list[Callable[[], None]] = []


def kept(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the newest results of a function that draws, until the templates may have changed."""

    def keeper(function: Callable[P, T]) -> Callable[P, T]:
        cached = lru_cache(maxsize=most)(function)
        _kept.append(cached.cache_clear)
        return cast("Callable[P, T]", cached)

    return keeper


def forget() -> None:
    """Draw everything anew from now on, from the templates and catalogues as they are."""
    translations.cache_clear()
    for clear in _kept:
        clear()


@kept(32)
def environment(lang: str, folders: tuple[Path, ...] = FOLDERS) -> jinja2.Environment:
    """Return the environment of a language; a group's own templates come before the theme's."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"lang": lang, "direction": locale(lang).text_direction}
    made.filters |= {"day": _day, "day_short": _day_short, "time": _time, "iso": _iso}
    return made


def draw(template: str, lang: str, **values: Any) -> str:
    """Return the template filled with the values."""
    return environment(lang).get_template(template).render(values)


@kept(64)
def macro(template: str, name: str, lang: str, timezone: str) -> Callable[..., Markup]:
    """Return a macro of a template, ready for many calls in one language and time zone."""
    module = (
        environment(lang).get_template(template).make_module({"context": {"timezone": timezone}})
    )
    found: Callable[..., Markup] = getattr(module, name)
    return found


def _moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _local(context: Context, value: datetime | str) -> datetime:
    zone = context.get("context", {}).get("timezone", "UTC")
    return dates.local(_moment(value), zone)


@jinja2.pass_context
def _day(context: Context, value: datetime | str) -> str:
    return dates.day(_local(context, value).date(), context["lang"])


@jinja2.pass_context
def _day_short(context: Context, value: datetime | str) -> str:
    return dates.day_short(_local(context, value).date(), context["lang"])


@jinja2.pass_context
def _time(context: Context, value: datetime | str) -> str:
    # Without its zone: equal moments in two zones are equal, but are written differently.
    wall = _local(context, value).replace(second=0, microsecond=0, tzinfo=None)
    return dates.time(wall, context["lang"])


def _iso(value: datetime | str) -> str:
    return dates.iso(_moment(value).astimezone(UTC))
