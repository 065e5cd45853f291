"""The words of the site in other languages, for templates and answers alike."""

from __future__ import annotations

import gettext
from functools import lru_cache
from io import BytesIO

from babel.core import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from comments_api.settings import ROOT

FOLDER = ROOT / "theme" / "translations"
SOURCE = "en"


@lru_cache(maxsize=64)
def translations(lang: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; English, the language of the source, if there is none.

    Catalogues are read as they are written by hand: no compiled file can be stale.
    """
    path = FOLDER / lang.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        general = lang.partition("-")[0]
        return translations(general) if general != lang else gettext.NullTranslations()
    return _read(path.read_bytes(), lang.replace("-", "_"))


@lru_cache(maxsize=64)
def _read(written: bytes, lang: str) -> gettext.GNUTranslations:
    """Return a catalogue; one that stayed as it was, as most do, is read only once."""
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(written), locale=lang))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def mark(sentence: str) -> str:
    """Mark a sentence for translation, which happens where it is said."""
    return sentence


def number(value: int, lang: str) -> str:
    """Write a number: 1,234."""
    return str(format_decimal(value, locale=locale(lang)))


@lru_cache(maxsize=64)
def locale(lang: str) -> Locale:
    """Return how dates and numbers are written in a language; as in Britain if it is unknown."""
    try:
        return Locale.parse("en-GB" if lang == SOURCE else lang, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
