"""Which thread a page of another system belongs to: by its addresses, or as somebody wrote down."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from comments_api.errors import UnreadableExport
from comments_api.manifest import Manifest
from comments_api.transfer.foreign import Export, Page

# Parts of an address that do not say which page is meant.
_NO_MATTER = re.compile(
    r"replytocom|unapproved|moderation-hash|feed|preview|cpage|amp|noamp|share|nb|ref"
    r"|utm_.*|mc_[ce]id|_g[al]|(?:fb|g|d|y|ms)clid|igshid"
)
_SAME_DAY = timedelta(hours=36)  # the clocks of blog and site may differ by a zone


def names(address: str) -> Iterator[str]:
    """Yield the names under which an address is looked up, the most exact first.

    However it is encoded, with or without host, last slash or `index.php`: it is one name. What
    follows a question mark is left out only if it is known not to matter: a number (`?p=12`) is all
    that tells one page from another, and from that of its folder.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return
    path = unicodedata.normalize("NFC", unquote(parts.path)).strip().rstrip("/")
    path = re.sub(r"^/index\.php(?=/|$)|/index\.(?:php|html?)$", "", path)
    given = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(pair for pair in given if not _NO_MATTER.fullmatch(pair[0])))
    host = (parts.hostname or "").removeprefix("www.")
    for place in [f"//{host}{path}", path] if host else [path]:
        yield f"{place}?{query}" if query else place


@dataclass
class Places:
    """What is known of where the pages of the site were and are.

    :ivar given: what the map file says, for addresses and ids.
    """

    manifest: Manifest
    given: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._former = dict(_former(self.manifest))
        self._live = dict(_live(self.manifest))
        self._slugs = _slugs(self.manifest)

    def find(self, page: Page) -> str | None:
        """Return the key of the thread of a page's comments, or None if no page has it."""
        if page.id in self.given:
            return self.given[page.id]
        looked = [name for address in page.addresses for name in names(address)]
        for known in (self.given, self._former, self._live):
            if found := next((known[name] for name in looked if name in known), None):
                return found
        return self._by_slug(page)

    def thread_at(self, target: str) -> str | None:
        """Return the thread that a line of the map file means, by its key or a page's address."""
        if target in self.manifest.threads:
            return target
        return next((self._live[name] for name in names(target) if name in self._live), None)

    def _by_slug(self, page: Page) -> str | None:
        """Return the thread of the one post with the same slug, written on the same day."""
        if page.date is None:
            return None
        known = self._slugs.get(unquote(page.slug), [])
        found = {key for key, day in known if abs(day - page.date) < _SAME_DAY}
        return found.pop() if len(found) == 1 else None


def lost_key(export: Export, page: Page) -> str:
    """Return the key of a thread for the comments of a page that the site does not have."""
    words = re.sub("[^a-z0-9]+", "-", f"{export.source}-{page.id}".lower()).strip("-")
    return words[:190]


def _live(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for thread in manifest.threads.values():
        for url, _title in thread.pages.values():
            for name in names(url):
                yield name, thread.key


def _former(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for thread in manifest.threads.values():
        for address in thread.formerly:
            yield next(names(address), address), thread.key


def _slugs(manifest: Manifest) -> Mapping[str, list[tuple[str, datetime]]]:
    found: defaultdict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for thread in manifest.threads.values():
        day = datetime.fromisoformat(thread.context["dated"])
        for url, _title in thread.pages.values():
            found[url.rstrip("/").rpartition("/")[2]].append((thread.key, day))
    return found


# -- the map file ---------------------------------------------------------------------------------


def read_map(path: Path, places: Places) -> dict[str, str]:
    """Return what a map file says: old addresses or ids, each with a thread.

    Each line is an old address or an id, a tab, and a thread's key or the address of a page of the
    site; lines that begin with `#` are for people.

    :raise UnreadableExport: if a line cannot be understood; names it.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or line.startswith("#"):
            continue
        old, tab, target = line.partition("\t")
        where = f"{path}, line {number}"
        if not tab or not old.strip() or not target.strip():
            raise UnreadableExport(f"{where}: write the old address, a tab, and the new one")
        thread = places.thread_at(target.strip())
        if thread is None:
            raise UnreadableExport(f'{where}: no page or thread of the site is "{target.strip()}"')
        name = _named(old.strip())
        if found.setdefault(name, thread) != thread:
            raise UnreadableExport(f'{where}: "{old.strip()}" has another target already')
    return found


def _named(old: str) -> str:
    return old if re.fullmatch(r"[\w-]+", old) else next(names(old), old)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise UnreadableExport(f"{path} is not UTF-8: save it so in your editor") from None
    except OSError as error:
        raise UnreadableExport(f"{path} cannot be read: {error.strerror}") from None
