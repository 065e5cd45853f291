"""What a build tells the API: its threads, its live regions and the files that hold them.

The plugin `live` writes it beside the web root; everybody else only reads it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from comments_api.errors import SiteTrouble

FORMAT = 1
NAME = "manifest.json"
WEB = "web"


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of a page whose content comes from the database: its four parts."""

    kind: str
    key: str
    lang: str
    context: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The name in the markers and in the manifest."""
        return f"{self.kind}:{self.key}:{self.lang}"

    @property
    def marks(self) -> frozenset[str]:
        """The keys under which it can be marked as dirty.

        Its own; the empty one, which stands for all of a kind; and for what a letter has come to,
        its thread's, since whoever decides on a comment knows no letters.
        """
        return frozenset({self.key, "", self.context.get("thread", "")})


@dataclass(frozen=True, slots=True)
class ThreadInfo:
    """What the build knows of a thread.

    :ivar pages: for each language the root-relative address of its page, and its title.
    :ivar formerly: where its pages were before; root-relative, or with the host of another site.
    """

    key: str
    lang: str
    pages: Mapping[str, tuple[str, str]]
    context: Mapping[str, Any] = field(default_factory=dict)
    formerly: tuple[str, ...] = ()

    def page(self, lang: str) -> tuple[str, str]:
        """Return address and title in a language, or in the thread's own."""
        return self.pages.get(lang) or self.pages[self.lang]


@dataclass(frozen=True)
class Manifest:
    """All that the API knows of a build."""

    site: Mapping[str, Any]
    threads: Mapping[str, ThreadInfo]
    regions: Mapping[str, Region]
    files: Mapping[str, list[str]]
    assets: Mapping[str, str]

    @cached_property
    def holders(self) -> Mapping[str, list[str]]:
        """The files that hold a region, by its id."""
        holders: defaultdict[str, list[str]] = defaultdict(list)
        for path, ids in self.files.items():
            for region_id in dict.fromkeys(ids):
                holders[region_id].append(path)
        return holders

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], list[Region]]:
        named: defaultdict[tuple[str, str], list[Region]] = defaultdict(list)
        for region in self.regions.values():
            for key in region.marks:
                named[region.kind, key].append(region)
        return named

    def named(self, kind: str, key: str) -> list[Region]:
        """Return the regions that a mark means, in all their languages; see Region.marks."""
        return self._named.get((kind, key), [])

    def region(self, kind: str, key: str, lang: str) -> Region | None:
        """Return a region in a language, or in any that there is."""
        found = self.regions.get(f"{kind}:{key}:{lang}")
        return found or next((r for r in self.named(kind, key) if r.key == key), None)

    def is_sensitive(self, thread: str) -> bool:
        """Say whether a thread is about people in danger; of one that is gone nobody knows."""
        info = self.threads.get(thread)
        return info is not None and bool(info.context["sensitive"])

    def page(self, thread: str, lang: str) -> tuple[str, str] | None:
        """Return address and title of a thread's page in a language, or None if it is gone."""
        info = self.threads.get(thread)
        return info.page(lang) if info else None

    def threads_called(self, words: str) -> list[str]:
        """Return the keys of the threads that somebody means.

        :param words: a key, the address of a page, or a part of its title in any language.
        """
        if words in self.threads:
            return [words]
        path, part = _path(words), words.casefold()
        pages = [(key, page) for key, info in self.threads.items() for page in info.pages.values()]
        there = [key for key, (url, _) in pages if url == path]
        named = [key for key, (_, title) in pages if part in title.casefold()]
        return list(dict.fromkeys(there or named))

    def letters_of(self, thread: str, lang: str) -> list[Region]:
        """Return the ledgers of the letters that a thread belongs to, each in one language."""
        keys = (r.key for r in self.named("ledger", thread) if r.context["thread"] == thread)
        found = (self.region("ledger", key, lang) for key in dict.fromkeys(keys))
        return [region for region in found if region is not None]

    def to_json(self) -> bytes:
        """Write it, the same bytes for the same build."""
        content = {
            "format": FORMAT,
            "site": self.site,
            "threads": {
                t.key: {
                    "lang": t.lang,
                    "pages": t.pages,
                    "context": t.context,
                    "formerly": t.formerly,
                }
                for t in self.threads.values()
            },
            "regions": [
                {"kind": r.kind, "key": r.key, "lang": r.lang, "context": r.context}
                for r in self.regions.values()
            ],
            "files": self.files,
            "assets": self.assets,
        }
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def read(path: Path) -> Manifest:
    """Read the manifest of a build.

    :raise SiteTrouble: if there is none, or another version of Handbill wrote it.
    """
    try:
        data = orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise SiteTrouble(f"{path} is missing: build the site with `inv build`.") from error
    except (OSError, orjson.JSONDecodeError) as error:
        raise SiteTrouble(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SiteTrouble(
            f"{path} was written by another version: build the site again with `inv build`."
        )
    return _parsed(data)


def _parsed(data: dict[str, Any]) -> Manifest:
    threads = {
        key: ThreadInfo(
            key=key,
            lang=value["lang"],
            pages={lang: (url, title) for lang, (url, title) in value["pages"].items()},
            context=value["context"],
            formerly=tuple(value.get("formerly", ())),
        )
        for key, value in data["threads"].items()
    }
    regions = by_id(Region(**value) for value in data["regions"])
    return Manifest(data["site"], threads, regions, data["files"], data["assets"])


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:  # brackets that hold no address of a network
        return address


def by_id(regions: Iterable[Region]) -> dict[str, Region]:
    """Return regions by their ids."""
    return {region.id: region for region in regions}
