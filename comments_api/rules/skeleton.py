"""Names that nobody may borrow: those of the staff, of the site, and words like "moderator".

Two names are alike if their skeletons are equal (UTS 39): what is left of them without case,
accents and hidden letters, when all letters that look the same are one.
"""

from __future__ import annotations

from collections.abc import Iterable

from comments_api.rules.folding import ALIKE, BREAK, fold, looks

# Who speaks for a campaign, in the languages that the theme speaks.
ROLES = (
    *("admin", "administrator", "campaign", "moderator", "moderators", "webmaster"),
    *("administrateur", "administratrice", "administrateurs"),
    *("campagne", "modérateur", "modératrice", "modérateurs", "modération", "webmestre"),
)


def skeletons(name: str) -> list[tuple[str, ...]]:
    """Return the words of a name as one sees them; a name can be seen in two ways."""
    return [_skeleton(read) for read in dict.fromkeys((fold(name), looks(name)))]


def _skeleton(read: str) -> tuple[str, ...]:
    alike = read.translate(ALIKE).replace("rn", "m").replace("vv", "w")
    return tuple(alike.replace(BREAK, " ").split())


class Names:
    """Names that are kept, and who looks like them.

    :param anywhere: must not be a part of a longer name either.
    :param alone: may be: many people share a first name.
    """

    def __init__(self, anywhere: Iterable[str], alone: Iterable[str] = ()) -> None:
        self._whole: dict[str, str] = {}
        self._parts: dict[tuple[str, ...], str] = {}
        for name in anywhere:
            self._keep(name, also_as_part=True)
        for name in alone:
            self._keep(name, also_as_part=len(name.split()) > 1)

    def _keep(self, name: str, *, also_as_part: bool) -> None:
        for words in filter(None, skeletons(name)):
            self._whole.setdefault("".join(words), name)
            if also_as_part:
                self._parts.setdefault(words, name)

    def like(self, name: str) -> str | None:
        """Return the name that somebody's looks like or holds, if there is one."""
        return next(filter(None, map(self._like, skeletons(name))), None)

    def _like(self, words: tuple[str, ...]) -> str | None:
        if found := self._whole.get("".join(words)):
            return found
        runs = (
            words[start : start + length]
            for length in range(len(words), 0, -1)
            for start in range(len(words) - length + 1)
        )
        return next((self._parts[run] for run in runs if run in self._parts), None)
