"""Reasons in words, for moderators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from comments_api.models.base import DAMAGED
from comments_api.translation import mark as _mark
from comments_api.translation import translations

Say = Callable[[str, str], str]  # of a detail, in a language


def words(reason: str, lang: str) -> str:
    """Return a reason in words; one that no rule gives any more, as it was stored."""
    code, _, detail = reason.partition(":")
    say = _SAYINGS.get(code)
    return say(detail, lang) if say else reason


def _plain(sentence: str) -> Say:
    return lambda _detail, lang: translations(lang).gettext(sentence)


def _with_detail(plain: str, detailed: str) -> Say:
    """Say more if the reason has a detail: in the record it has none."""

    def say(detail: str, lang: str) -> str:
        _ = translations(lang).gettext
        return _(detailed) % {"detail": detail} if detail else _(plain)

    return say


def _links(detail: str, lang: str) -> str:
    _ = translations(lang)
    if not detail.isdecimal():
        return _.gettext("It has many links.")
    sentence = _.ngettext("It has %(num)s link.", "It has %(num)s links.", int(detail))
    return sentence % {"num": detail}


def _record(detail: str, lang: str) -> str:
    _ = translations(lang).gettext
    rejected, slash, decided = detail.partition("/")
    if not slash:
        return _("Much of what this person sent lately was rejected.")
    sentence = _("Of the last %(decided)s comments of this person, %(rejected)s were rejected.")
    return sentence % {"decided": decided, "rejected": rejected}


def _blocked(detail: str, lang: str) -> str:
    _ = translations(lang).gettext
    known = {
        "name": _("name"),
        "email": _("e-mail"),
        "domain": _("domain"),
        "address": _("network"),
        "identity": _("identity"),
    }
    if not detail:
        return _("Blocked.")
    by = ", ".join(known.get(field, field) for field in detail.split(", "))
    return _("Blocked by %(by)s.") % {"by": by}


# What moderators can choose, in the order in which it is offered.
REJECTIONS: Mapping[str, str] = {
    "offensive": _mark("It offends people."),
    "abusive": _mark("It insults somebody."),
    "spam": _mark("It is spam."),
    "banned-word": _mark("It has words that we do not publish."),
    "advert": _mark("It is advertising."),
    "illegal": _mark("It breaks the law."),
    "harassment": _mark("It harasses somebody."),
    "misinformation": _mark("What it says is false."),
    "other": _mark("For another reason."),
}
REWRITINGS: Mapping[str, str] = {
    "personal": _mark("It showed private details."),
    "layout": _mark("Its layout was broken."),
    "language": _mark("Its language was rude."),
    "legal": _mark("Something in it broke the law."),
    "other": _mark("For another reason."),
}


def _chosen(known: Mapping[str, str]) -> Say:
    def say(detail: str, lang: str) -> str:
        sentence = known.get(detail)
        return translations(lang).gettext(sentence) if sentence else detail or "…"

    return say


_SAYINGS: Mapping[str, Say] = {
    "everything-is-held": _plain(_mark("Every comment is held.")),
    "thread-is-held": _plain(_mark("Every comment on this page is held.")),
    "trap": _plain(_mark("It filled in a field that nobody can see.")),
    "too-fast": _plain(_mark("It was sent faster than anybody can write.")),
    "blocked": _blocked,
    "links": _links,
    "held-words": _with_detail(
        _mark("It has words of the list to look at."), _mark("Words to look at: %(detail)s")
    ),
    "staff-name": _with_detail(
        _mark("The name looks like one of ours."), _mark("The name looks like “%(detail)s”.")
    ),
    "repeat": _plain(_mark("The same text was sent elsewhere a moment ago.")),
    "recent-record": _record,
    "new-commenter": _plain(_mark("From somebody we do not know yet.")),
    "spam-words": _with_detail(
        _mark("It has words of the list of spam."), _mark("Words of spam: %(detail)s")
    ),
    "rejected": _chosen(REJECTIONS),
    "rewritten": _chosen(REWRITINGS),
    "imported": _plain(_mark("It came from another system.")),
    DAMAGED: _plain(_mark("This row of the database is damaged.")),
    "private-page": _plain(_mark("Readers could not see the page that it was on.")),
}
_DECIDED = {"rejected", "rewritten"}  # why a moderator did something: never on a card
CODES = tuple(code for code in _SAYINGS if code not in _DECIDED)
