"""What a reader may send, field by field, and what is said when it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from comments_api import markup, text
from comments_api.errors import InvalidDraft
from comments_api.translation import number, translations

# In code points. Longer text is refused by name, never cut.
LONGEST = {"content": 10_000, "author_name": 80, "author_email": 254, "author_url": 500}
REQUIRED = ("content", "author_name")
# Bytes of a whole request. A form writes one character with up to twelve, and a comment of the
# full length must fit in any script.
BODY_LIMIT = 160 * 1024

_EMAIL = re.compile(r"[^@\s<>\"(),:;\\]+@[^@\s<>\"(),:;\\.]+(?:\.[^@\s<>\"(),:;\\.]+)+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment that nobody stored yet: only what a reader may say, checked.

    :ivar rendered: the safe HTML of its text.
    """

    author_name: str
    author_email: str
    author_url: str
    content: str
    parent: int | None
    rendered: Markup


def check(fields: Mapping[str, object], lang: str) -> Draft:
    """Return the draft that the fields describe; missing ones are empty.

    :raise InvalidDraft: with a sentence for each field that is wrong.
    """
    texts = {name: fields.get(name) for name in LONGEST}
    texts = {name: "" if value is None else value for name, value in texts.items()}
    errors = {name: wrong for name in LONGEST if (wrong := _wrong(name, texts[name], lang))}
    parent, parent_error = _parent(fields.get("parent"), lang)
    if parent_error:
        errors["parent"] = parent_error
    clean = {name: text.normal(str(value)).strip() for name, value in texts.items()}
    rendered = Markup()
    if "content" not in errors:
        try:
            rendered = _rendered(clean["content"], lang)
        except InvalidDraft as error:
            errors |= error.errors
    if errors:
        raise InvalidDraft(errors)
    return Draft(**clean, parent=parent, rendered=rendered)


def check_text(content: str, lang: str) -> tuple[str, Markup]:
    """Return a comment's text as it is stored, and its safe HTML, as a moderator writes it.

    :raise InvalidDraft: if it is empty, too long or too deeply nested.
    """
    if wrong := _wrong("content", content, lang):
        raise InvalidDraft({"content": wrong})
    clean = text.normal(content).strip()
    return clean, _rendered(clean, lang)


def _wrong(name: str, value: object, lang: str) -> str | None:
    """Return what is wrong with a field, or None; checked on what was sent, before any cleaning."""
    _ = translations(lang).gettext
    if wrong := wrong_text(value, LONGEST[name], lang):
        return wrong
    assert isinstance(value, str)
    if name in REQUIRED and text.is_blank(value):
        return {
            "content": _("Your comment is empty. Please write something."),
            "author_name": _("Please give a name. Any name you like will do."),
        }[name]
    special = _CHECKS.get(name)
    return special(text.normal(value).strip(), lang) if special else None


def wrong_text(value: object, longest: int, lang: str) -> str | None:
    """Return what is wrong with something typed if it is not text, too long or not typed at all."""
    _ = translations(lang).gettext
    ngettext = translations(lang).ngettext
    if not isinstance(value, str):
        return _("This must be text.")
    # Browsers send a line break as two characters, and count it as one.
    if (length := len(value.replace("\r\n", "\n"))) > longest:
        over = length - longest
        sentence = ngettext(
            "This is %(over)s character too long: %(longest)s are possible.",
            "This is %(over)s characters too long: %(longest)s are possible.",
            over,
        )
        numbers = {"over": over, "longest": longest}
        return sentence % {key: number(value, lang) for key, value in numbers.items()}
    if text.has_forbidden(text.normal(value)):
        return _(
            "This holds characters that cannot be shown. Please type it instead of pasting it."
        )
    return None


def is_email(value: str) -> bool:
    """Say whether mail could be sent there, as far as the eye can tell."""
    fits = len(value) <= LONGEST["author_email"] and not text.has_forbidden(value)
    return fits and _EMAIL.fullmatch(value) is not None


def is_name(value: str) -> bool:
    """Say whether somebody may call herself so."""
    return _wrong("author_name", value, "en") is None


def _wrong_name(value: str, lang: str) -> str | None:
    if text.has_tricks(value):
        return translations(lang).gettext("Please use plain letters in your name, on one line.")
    return None


def _wrong_email(value: str, lang: str) -> str | None:
    if value and not _EMAIL.fullmatch(value):
        return translations(lang).gettext("This is not an e-mail address like name@example.org.")
    return None


def _wrong_website(value: str, lang: str) -> str | None:
    if value and not markup.is_website(value):
        return translations(lang).gettext("A website begins with https:// or http://.")
    return None


_CHECKS = {
    "author_name": _wrong_name,
    "author_email": _wrong_email,
    "author_url": _wrong_website,
}


def _parent(value: object, lang: str) -> tuple[int | None, str | None]:
    if value is None or value == "":
        return None, None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        value = int(value)
    if type(value) is int and 0 < value < 2**63:
        return value, None
    return None, translations(lang).gettext("The comment you reply to must be given by its number.")


def _rendered(content: str, lang: str) -> Markup:
    """Render a text, refusing one that would show nothing (only a link's definition, say)."""
    _ = translations(lang).gettext
    try:
        rendered = markup.render(content)
    except markup.TooDeep:
        sentence = _("Quotes or lists stand too deep inside each other. Please use fewer.")
        raise InvalidDraft({"content": sentence}) from None
    if text.is_blank(markup.plain(rendered)) and "<hr>" not in rendered:
        sentence = _("Nothing of your comment would be seen. Please write it as plain text.")
        raise InvalidDraft({"content": sentence})
    return rendered
