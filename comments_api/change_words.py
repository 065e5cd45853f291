"""Changes of settings in words: what the codes of their record mean to a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comments_api.text import whole
from comments_api.translation import mark as _mark
from comments_api.translation import translations

Gettext = Callable[[str], str]


def words(what: str, lang: str, names: Mapping[int, str]) -> str:
    """Return what was changed; a code that nobody writes any more, as it was stored.

    :param names: of the people who work on the site, by their numbers.
    """
    _ = translations(lang).gettext
    code, _colon, detail = what.partition(":")
    if code in _SWITCHED:
        is_on, is_off = _SWITCHED[code]
        return _(is_on) if detail == "on" else _(is_off)
    if code in _OF_LISTS and detail in _LISTS:
        return _(_OF_LISTS[code]) % {"name": _(_LISTS[detail])}
    if code in _OF_BLOCKS:
        field = detail.partition(":")[0]
        return _(_OF_BLOCKS[code]) % {"what": _(_KNOWN_BY[field]) if field in _KNOWN_BY else detail}
    if code in _OF_PEOPLE:
        return _person(_, code, detail, names)
    if code == "close-at" and not detail:
        return _("Close everything at a time: taken back")
    if code in _OF_DETAILS:
        return _(_OF_DETAILS[code]) % {"detail": detail}
    return what


def _person(_: Gettext, code: str, detail: str, names: Mapping[int, str]) -> str:
    number, _colon, role = detail.partition(":")
    known = whole(number) or 0
    return _(_OF_PEOPLE[code]) % {
        "name": names.get(known, f"#{number}"),
        "role": _(_ROLES[role]) if role in _ROLES else role,
    }


_SWITCHED: Mapping[str, tuple[str, str]] = {
    "hold-all": (_mark("Hold everything: on"), _mark("Hold everything: off")),
    "close-all": (_mark("Close everything: on"), _mark("Close everything: off")),
}
_LISTS = {"held": _mark("Words to look at"), "spam": _mark("Words of spam")}
_OF_LISTS = {"words": _mark("List changed: %(name)s")}
_KNOWN_BY = {
    "name": _mark("Name"),
    "email": _mark("E-mail"),
    "domain": _mark("Domain"),
    "address": _mark("Network"),
    "identity": _mark("Verified reader"),
}
_OF_BLOCKS = {
    "block": _mark("Blocked by %(what)s"),
    "unblock": _mark("Block taken back: %(what)s"),
}
_ROLES = {"owner": _mark("owner"), "moderator": _mark("moderator"), "author": _mark("author")}
_OF_PEOPLE = {
    "invite": _mark("%(name)s invited as %(role)s"),
    "role": _mark("%(name)s is %(role)s now"),
    "remove-person": _mark("%(name)s removed"),
    "new-link": _mark("New sign-in link for %(name)s"),
    "password": _mark("Password of %(name)s changed"),
    "second-factor-on": _mark("Second factor of %(name)s: on"),
    "second-factor-off": _mark("Second factor of %(name)s: off"),
    "recovery": _mark("New recovery codes for %(name)s"),
}
_OF_DETAILS = {
    "close-at": _mark("Close everything at %(detail)s"),
    "close-thread": _mark("Comments closed: %(detail)s"),
    "open-thread": _mark("Comments open again: %(detail)s"),
}
