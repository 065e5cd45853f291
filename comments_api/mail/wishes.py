"""What somebody may ask to be told of, field by field, and what is said when it is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from comments_api import text
from comments_api.drafts import is_email
from comments_api.errors import InvalidDraft, UnknownThread
from comments_api.mail.headers import BadAddress, plain_address
from comments_api.mail.subscriptions import Wish
from comments_api.manifest import Manifest
from comments_api.models import Pace, Scope
from comments_api.translation import translations

FIELDS = frozenset({"email", "scope", "thread", "pace", "lang"})
SCOPES = (Scope.THREAD, Scope.POSTS)
PACES = (Pace.IMMEDIATE, Pace.DAILY)
# What the comment form offers: nothing, what concerns her comment, or everything on the page.
CHOICES = ("", "replies", "thread")


def check(fields: Mapping[str, object], manifest: Manifest, lang: str) -> Wish:
    """Return what the fields ask for; without a scope, the thread if one is named.

    :raise InvalidDraft: with a sentence for each field that is wrong.
    :raise UnknownThread: if no page has the thread.
    """
    given = {name: fields.get(name) or "" for name in FIELDS}
    errors = _wrong(given, lang)
    if errors:
        raise InvalidDraft(errors)
    said = {name: text.normal(str(value)).strip() for name, value in given.items()}
    scope = Scope(said["scope"] or (Scope.THREAD if said["thread"] else Scope.POSTS))
    if scope == Scope.THREAD and said["thread"] not in manifest.threads:
        raise UnknownThread(said["thread"])
    return Wish(
        email=said["email"],
        scope=scope,
        lang=said["lang"] if said["lang"] in manifest.site["languages"] else lang,
        thread_key=said["thread"] if scope == Scope.THREAD else "",
        pace=Pace(said["pace"] or Pace.IMMEDIATE),
    )


def _wrong(given: Mapping[str, object], lang: str) -> dict[str, str]:
    _ = translations(lang).gettext
    errors = {
        name: _("This must be text.") for name, value in given.items() if not isinstance(value, str)
    }
    if "email" not in errors and not can_be_mailed(str(given["email"])):
        errors["email"] = _("This is not an e-mail address like name@example.org.")
    for name, possible in (("scope", SCOPES), ("pace", PACES)):
        if name not in errors and given[name] not in ("", *possible):
            errors[name] = _("Please choose one of these: %(names)s.") % {
                "names": ", ".join(possible)
            }
    return errors


def can_be_mailed(email: str) -> bool:
    """Say whether a mail can be sent to what was typed."""
    email = text.normal(email).strip()
    try:
        return is_email(email) and bool(plain_address(email))
    except BadAddress:
        return False


# -- beside a comment -------------------------------------------------------------------------


def check_choice(value: object, email: str, lang: str, *, mails: bool) -> str:
    """Return what a commenter chose to be told of, one of CHOICES.

    :param email: where to, as she typed it.
    :param mails: whether this site sends mail.
    :raise InvalidDraft: if it cannot be done; a choice that came to nothing would be a lie.
    """
    _ = translations(lang).gettext
    choice = "" if value is None else value
    if choice not in CHOICES:
        names = ", ".join(CHOICES[1:])
        raise InvalidDraft(
            {"follow": _("Please choose one of these: %(names)s.") % {"names": names}}
        )
    if choice and not mails:
        raise InvalidDraft({"follow": _("This site sends no mail. You can follow its feeds.")})
    if choice and not can_be_mailed(email):
        raise InvalidDraft({"author_email": _("Please give the address where the mail is to go.")})
    return str(choice)


def of_choice(choice: str, email: str, lang: str, thread_key: str, comment_id: int) -> list[Wish]:
    """Return what a choice beside a comment asks for; who wants all of it wants answers too."""
    answers = Wish(email, Scope.REPLIES, lang, thread_key, comment_id)
    page = Wish(email, Scope.THREAD, lang, thread_key)
    return [answers, page] if choice == "thread" else [answers]
