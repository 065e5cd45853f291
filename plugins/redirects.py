"""Old addresses lead to new ones: by pages that any file server can hold, and by rules.

The rules lie beside the web root, as the manifest does, and are swapped with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from plugins import former
from plugins.letters.generator import LettersGenerator
from plugins.letters.problems import BadContent
from plugins.words import rooted

NGINX, CADDY = "redirects.nginx", "redirects.caddy"
# By this a page of ours is known, so that a build into the same folder can write it again.
_OURS = b'<meta http-equiv="refresh"'
_SAFE = "/%:@!*()+,;=&?~'-._"


@dataclass(frozen=True, slots=True)
class Moved:
    """An old address of this site, and what stands elsewhere now."""

    address: str
    content: Any

    @property
    def file(self) -> str | None:
        """The path of a file that could stand at the old address; None if none can."""
        parts = urlsplit(self.address)
        path = unquote(parts.path).strip("/")
        name = path.rpartition("/")[2]
        if parts.query or "\0" in path or len(name.encode()) > 200:
            return None
        if name.endswith((".html", ".htm")):
            return path
        return None if re.search(r"\.[A-Za-z0-9]{1,5}$", name) else f"{path}/index.html"


def found(contents: Iterable[Any]) -> list[Moved]:
    """Return every old address of this site.

    :raise BadContent: if two pages were at the same one.
    """
    moved: dict[str, Moved] = {}
    for content in contents:
        for address in former.addresses(content):
            if not address.startswith("/"):
                continue
            first = moved.setdefault(unquote(address).rstrip("/"), Moved(address, content))
            if first.content is not content:
                raise BadContent(
                    f'{_path(content)}: formerly: "{address}" is claimed by '
                    f"{_path(first.content)} already"
                )
    return [moved[key] for key in sorted(moved)]


def _path(content: Any) -> str:
    return str(content.relative_source_path)


def gather(generators: Sequence[Generator]) -> None:
    """Find all old addresses once everything is read."""
    posts = next(g for g in generators if isinstance(g, ArticlesGenerator))
    pages = next(g for g in generators if isinstance(g, PagesGenerator))
    letters = next(g for g in generators if isinstance(g, LettersGenerator))
    contents = [
        *(*posts.articles, *posts.translations, *pages.pages, *pages.translations),
        *(*letters.letters, *letters.translations),
    ]
    posts.settings["MOVED"] = found(contents)


class RedirectGenerator(Generator):
    """Writes a page at each old address that a file can have, and the rules for all of them."""

    def generate_output(self, writer: Any) -> None:
        """Write pages and rules.

        :raise BadContent: if something else stands at an old address.
        """
        moved: list[Moved] = self.settings["MOVED"]
        for one in moved:
            file = one.file
            if file is not None:
                self._refuse_live(one, Path(self.output_path) / file)
                self._write(writer, one, file)
        beside = Path(self.output_path).parent
        (beside / NGINX).write_text(nginx(moved), "utf-8")
        (beside / CADDY).write_text(caddy(moved), "utf-8")

    def _refuse_live(self, one: Moved, path: Path) -> None:
        if path.is_file() and _OURS not in path.read_bytes()[:4096]:
            raise BadContent(
                f'{_path(one.content)}: formerly: "{one.address}" is the address of a page'
            )

    def _write(self, writer: Any, one: Moved, file: str) -> None:
        content = one.content
        careful = {
            "sensitive": True,
            "helplines": list(self.settings["CAMPAIGN"].helplines.values()),
            "exit_url": content.exit_url if hasattr(content, "exit_url") else "",
        }
        writer.write_file(
            file,
            self.get_template("moved"),
            self.context,
            relative_urls=False,
            page_language=content.lang,
            entry=careful if content.sensitive else {},
            moved_to=content,
            url=one.address.lstrip("/"),
        )


# -- rules for servers ----------------------------------------------------------------------------


def rules(moved: Iterable[Moved]) -> Mapping[str, str]:
    """Return for each old address, with and without its last slash, the new one."""
    made: dict[str, str] = {}
    for one in moved:
        parts = urlsplit(one.address)
        query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
        path = quote(unquote(parts.path), safe="/:@!*()+,;=&~'-._").rstrip("/")
        target = quote(unquote(rooted(one.content)), safe="/:@!*()+,;=&~'-._")
        for old in (f"{path}/{query}", f"{path}{query}"):
            if old.startswith("/") and old != target:
                made.setdefault(old, target)
    return made


def nginx(moved: Iterable[Moved]) -> str:
    """Return the inside of nginx's `map $request_uri $moved { … }`."""
    lines = (f'"{old}" "{new}";\n' for old, new in rules(moved).items())
    return "# Old addresses; include it in: map $request_uri $moved { … }\n" + "".join(lines)


def caddy(moved: Iterable[Moved]) -> str:
    """Return the inside of Caddy's `map {uri} {moved} { … }`."""
    lines = (f'"{old}" "{new}"\n' for old, new in rules(moved).items())
    return "# Old addresses; import it in: map {uri} {moved} { … }\n" + "".join(lines)


def add_generator(_pelican: Any) -> type[RedirectGenerator]:
    """Tell Pelican of the old addresses."""
    return RedirectGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.all_generators_finalized.connect(gather)
    signals.get_generators.connect(add_generator)
