"""What the doctor finds, in words; and which settings make a site less safe than it could be."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from comments_api.settings import ROOT, Settings
from comments_api.translation import translations

_LONG_IDLE, _LONG_DAY = 12 * 60, 7 * 24  # minutes and hours that a session may last at most
_LONG_KEPT = 30  # days
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Level(StrEnum):
    """How a finding is meant."""

    WELL = "well"
    LOOK = "look"  # somebody should think about it
    BAD = "bad"  # something does not work, or is not safe


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    :ivar about: what it is about, in a word or two.
    :ivar words: how it stands and, unless it is well, what to do.
    """

    level: Level
    about: str
    words: str


def of_settings(settings: Settings, lang: str, secret: Path | None = None) -> list[Finding]:
    """Return what of the settings is risky, or that nothing is.

    :param secret: the file with the secret that was made by itself, if it is used.
    """
    about = translations(lang).gettext("Settings")
    found = [Finding(level, about, words) for level, words in _risks(settings, lang, secret)]
    fine = translations(lang).gettext("Nothing in the settings is risky.")
    return found or [Finding(Level.WELL, about, fine)]


def own_secret(settings: Settings) -> Path | None:
    """Return the file with the secret that was made by itself, if it is used."""
    return None if settings.secret_key else ROOT / "instance" / "secret"


def _risks(settings: Settings, lang: str, secret: Path | None) -> Iterator[tuple[Level, str]]:
    _ = translations(lang).gettext
    if not settings.https and not settings.loopback:
        yield (
            Level.BAD,
            _(
                "COMMENTS_SITE_URL begins with http: passwords and cookies travel so that others "
                "can read them. Use https."
            ),
        )
    if not settings.loopback and not settings.trusted_proxies:
        yield (
            Level.LOOK,
            _(
                "COMMENTS_TRUSTED_PROXIES is empty. If a web server passes requests on, name it: "
                "otherwise all readers seem to be one, and limits meet the wrong people."
            ),
        )
    if secret is not None and secret.exists() and secret.stat().st_mode & _OTHERS:
        yield (
            Level.BAD,
            _("Other people on this machine can read %(file)s. Run: chmod 600 %(file)s")
            % {"file": f"{secret.parent.name}/{secret.name}"},
        )
    yield from _of_comments(settings, lang)
    yield from _of_sessions(settings, lang)


def _of_comments(settings: Settings, lang: str) -> Iterator[tuple[Level, str]]:
    _ = translations(lang).gettext
    if not settings.trust_after:
        yield (
            Level.LOOK,
            _("COMMENTS_TRUST_AFTER is 0: where a page is open, everybody is published at once."),
        )
    if not settings.max_links:
        yield Level.LOOK, _("COMMENTS_MAX_LINKS is 0: no comment waits because of its links.")
    for name in ("address_days", "removed_days"):
        if getattr(settings, name) > _LONG_KEPT:
            yield (
                Level.LOOK,
                _("%(name)s is more than %(days)d: what is kept longer can be lost or demanded.")
                % {"name": f"COMMENTS_{name.upper()}", "days": _LONG_KEPT},
            )


def _of_sessions(settings: Settings, lang: str) -> Iterator[tuple[Level, str]]:
    _ = translations(lang).gettext
    for name, most, said in (
        ("session_idle_minutes", _LONG_IDLE, _("12 hours")),
        ("session_hours", _LONG_DAY, _("7 days")),
    ):
        if getattr(settings, name) > most:
            yield (
                Level.LOOK,
                _(
                    "%(name)s is more than %(time)s: whoever finds a moderator's computer can "
                    "decide in her name."
                )
                % {"name": f"COMMENTS_{name.upper()}", "time": said},
            )
