"""HTML answers of the API: the site's own shell page with its one hole filled."""

from __future__ import annotations

import threading
from pathlib import Path

from markupsafe import escape

from comments_api.errors import SiteTrouble
from comments_api.sites import Build

HOLE = "<!--hole-->"
TITLE = "%%TITLE%%"


class Shells:
    """The shell pages of the live build, read once each."""

    def __init__(self) -> None:
        self._pages: dict[Path, str] = {}
        self._lock = threading.Lock()

    def fill(
        self, build: Build, lang: str, title: str, body: str, *, sensitive: bool = False
    ) -> str:
        """Return a whole page in a language.

        :param sensitive: it belongs to a page about people in danger: with the way out, and
            without the title, which would stay in the browser's history.
        :raise SiteTrouble: if the build has no shell page.
        """
        page = self._page(build, lang, "sensitive/" if sensitive else "")
        return page.replace(TITLE, str(escape(title)), 1).replace(HOLE, body, 1)

    def _page(self, build: Build, lang: str, kind: str) -> str:
        language = lang if lang in build.manifest.site["languages"] else build.manifest.site["lang"]
        name = f"_shell/{language}/{kind}index.html"
        path = build.web / name
        if path not in self._pages:
            text = build.read(name).decode()
            if HOLE not in text or (TITLE not in text and not kind):
                raise SiteTrouble(f"{path} has no {HOLE} or {TITLE}: build the site again.")
            with self._lock:
                self._pages = {path: text, **dict(list(self._pages.items())[:8])}
        return self._pages[path]
