"""The one autoescaped Jinja environment for everything that shows readers' words on the site.

Pelican's environment never sees a comment, and this one never sees Pelican.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache, partial
from hashlib import blake2b
from types import CodeType
from typing import Any, ParamSpec, TypeVar, cast

import jinja2
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from comments_api import dates
from comments_api.settings import ROOT
from comments_api.translation import locale, number, translations

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
def environment(lang: str) -> jinja2.Environment:
    """Return the environment of a language; a group's own templates come before the theme's."""
    made = bare(lang, escapes=True)
    made.globals |= {"lang": lang, "direction": locale(lang).text_direction, "_": _saying(lang)}
    made.filters |= {"day": _day, "day_short": _day_short, "time": _time, "iso": _iso}
    made.filters["number"] = partial(number, lang=lang)
    return made


def bare(lang: str, *, escapes: bool) -> jinja2.Environment:
    """Return an environment that says its sentences in a language, and knows nothing else."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDERS),
        autoescape=escapes,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled(lang, escapes),
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    return made


class Compiled(jinja2.BytecodeCache):
    """What templates were compiled to: a new build brings the same ones, but for a few."""

    def __init__(self) -> None:
        self.templates: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if it was compiled from the text that it has now."""
        text, code = self.templates.get(bucket.key, (None, None))
        if text == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        assert bucket.code is not None
        self.templates[bucket.key] = bucket.checksum, bucket.code


@cache
def _compiled(lang: str, escapes: bool) -> Compiled:
    """Return what keeps the code for one kind of environment: escaping is compiled into it."""
    return Compiled()


def _saying(lang: str) -> Callable[..., Markup]:
    """Return what says sentences as Jinja's own function does, but each plain one made only once.

    A page of 50 cards says two thousand, and most of them again and again.
    """
    translate = translations(lang).gettext

    @cache
    def plain(sentence: str) -> Markup:
        return Markup(translate(sentence)) % {}

    def say(sentence: str, /, **values: Any) -> Markup:
        return Markup(translate(sentence)) % values if values else plain(sentence)

    return say


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


def version(inner: str) -> str:
    """Return a short name for exactly these bytes."""
    return blake2b(inner.encode(), digest_size=12).hexdigest()


Day = date | str  # or a moment, in either form


def _parsed(value: Day) -> date:
    """Return a moment, or a day without a time: that one is the same day in every zone."""
    if not isinstance(value, str):
        return value
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def _local(context: Context, value: Day) -> date:
    moment = _parsed(value)
    if not isinstance(moment, datetime):
        return moment
    zone = context.get("context", {}).get("timezone", "UTC")
    return dates.local(moment, zone)


def _local_day(context: Context, value: Day) -> date:
    found = _local(context, value)
    return found.date() if isinstance(found, datetime) else found


@jinja2.pass_context
def _day(context: Context, value: Day) -> str:
    return dates.day(_local_day(context, value), context["lang"])


@jinja2.pass_context
def _day_short(context: Context, value: Day) -> str:
    return dates.day_short(_local_day(context, value), context["lang"])


@jinja2.pass_context
def _time(context: Context, value: datetime | str) -> str:
    local = _local(context, value)
    assert isinstance(local, datetime), "a day has no time"
    # Without its zone: equal moments in two zones are equal, but are written differently.
    wall = local.replace(second=0, microsecond=0, tzinfo=None)
    return dates.time(wall, context["lang"])


def _iso(value: Day) -> str:
    return dates.iso(_parsed(value))
