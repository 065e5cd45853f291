"""The two lists of words: from files that lie with the content, and from the moderators' page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import text
from comments_api.errors import BadSetting, InvalidDraft
from comments_api.models import WordList
from comments_api.rules import changes
from comments_api.rules.phrases import LONGEST_ENTRY, BadEntry, Entry, Phrases, parse
from comments_api.translation import number, translations

NAMES = ("held", "spam")
LONGEST_LIST = 20_000  # characters; longer ones go into the files


def path_of(folder: Path, name: str) -> Path:
    """Return the file of a list."""
    return folder / f"{name}.txt"


def from_files(folder: Path | None) -> dict[str, list[Entry]]:
    """Return the entries of the files, for each list; of a missing file none.

    :raise BadSetting: if a file cannot be read or an entry makes no sense; with file and line.
    """
    if folder is None:
        return {name: [] for name in NAMES}
    return {name: _from_file(path_of(folder, name)) for name in NAMES}


def _from_file(path: Path) -> list[Entry]:
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BadSetting(f"{path}:{line}: it is not UTF-8") from error
    except OSError as error:
        raise BadSetting(f"{path} cannot be read: {error.strerror}") from error
    except BadEntry as error:
        raise BadSetting(f"{path}:{error.line}: {sentence(error, 'en')}") from error


def stored(session: orm.Session) -> dict[str, str]:
    """Return the lists of the moderators' page as they were typed."""
    found = dict(session.execute(sa.select(WordList.name, WordList.text)).all())
    return {name: found.get(name, "") for name in NAMES}


def version(typed: str) -> str:
    """Return a short name for a list as it is stored."""
    return blake2b(typed.encode(), digest_size=8).hexdigest()


def ready(session: orm.Session, files: Mapping[str, list[Entry]]) -> dict[str, Phrases]:
    """Return each list, of files and page together, ready to be looked for."""
    return {name: Phrases([*files[name], *parse(typed)]) for name, typed in stored(session).items()}


def change(
    session: orm.Session,
    name: str,
    typed: str,
    moderator_id: int | None,
    now: datetime,
    *,
    seen: str | None = None,
    lang: str = "en",
) -> None:
    """Store a list.

    :param seen: the version of the list that she changed.
    :raise InvalidDraft: if it is too long, or an entry makes no sense; says which one. Or if a
        colleague changed it meanwhile: nobody's words go unseen.
    """
    checked(typed, lang)
    clean, now_stored = text.normal(typed).strip(), stored(session)[name]
    if clean == now_stored:
        return
    if seen not in {None, version(now_stored)}:
        _ = translations(lang).gettext
        said = _(
            "A colleague changed this list while you did. It is shown below as it is stored: "
            "take what you want of it, then store yours."
        )
        raise InvalidDraft({"text": said})
    session.merge(WordList(name=name, text=clean, changed=now))
    changes.note(session, f"words:{name}", moderator_id, now)


def checked(typed: str, lang: str) -> list[Entry]:
    """Return the entries of a list as a moderator typed it.

    :raise InvalidDraft: if it is too long, or an entry makes no sense; says which one.
    """
    _ = translations(lang).gettext
    if len(typed) > LONGEST_LIST:
        said = _("A list can have %(longest)s characters here. A longer one goes into a file.")
        raise InvalidDraft({"text": said % {"longest": number(LONGEST_LIST, lang)}})
    if text.has_forbidden(text.normal(typed)):
        raise InvalidDraft({"text": _("This holds characters that no keyboard writes.")})
    try:
        return parse(text.normal(typed))
    except BadEntry as error:
        where = _("Line %(number)s: %(what)s")
        what = {"number": number(error.line, lang), "what": sentence(error, lang)}
        raise InvalidDraft({"text": where % what}) from error


def sentence(error: BadEntry, lang: str) -> str:
    """Return what is wrong with an entry."""
    _ = translations(lang).gettext
    sentences = {
        "everything": _("“%(entry)s” would match nearly every comment."),
        "asterisk": _("In “%(entry)s”, the asterisk must be the last sign."),
        "long": _("“%(entry)s …” is too long: an entry has at most %(longest)s characters."),
    }
    return sentences[error.why] % {"entry": error.entry, "longest": LONGEST_ENTRY}
