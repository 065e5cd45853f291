"""What a reader's browser loads for a page with 100 comments."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.isso import NAME, Isso
from benchmarks.report import Row, counted, ratio
from benchmarks.sites import THREAD_SIZE, Site
from comments_api.settings import ROOT
from plugins import assets

MOST = 5 * 1024
STATIC = ROOT / "theme" / "static"
OF_THREAD = ("css/blocks/form.css", "css/blocks/comment.css", "css/blocks/thread.css")
_SCRIPT = re.compile(r'<script\b[^>]*\bsrc="([^"]+)"')
_SHEET = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"')


def rows(site: Site, isso: Isso | None) -> Iterator[Row]:
    """Weigh the page as it was built, and the part of script and style that comments need."""
    web, page = site.shared.site.live().web, site.page.read_bytes()
    html = page.decode()
    shown = len(re.findall(r'<li[^>]* id="comment-\d+"', html))
    yield counted(
        f"script to read {THREAD_SIZE} comments",
        f"0 bytes, 0 requests: {shown} stand in the page",
        "0 and 0",
        met=shown == THREAD_SIZE,
    )
    yield _of_comments(isso)
    yield Row("the page itself", _both(page))
    yield _loaded("all its script", web, _SCRIPT.findall(html))
    yield _loaded("all its style", web, _SHEET.findall(html))


def _of_comments(isso: Isso | None) -> Row:
    """Weigh what form, thread and live refresh need: one script, and their part of the style."""
    script, style = _served("js/thread.js"), _served(*OF_THREAD)
    return Row(
        "script and style of comments, gzip",
        f"{script + style:,} bytes ({script:,} + {style:,})",
        f"{NAME}, script {isso.script:,} bytes" if isso else "",
        ratio(script + style, isso.script) if isso else "",
        bar=f"≤ {MOST:,} bytes",
        met="yes" if script + style <= MOST else "no",
    )


def _served(*names: str) -> int:
    source = b"\n".join((STATIC / name).read_bytes() for name in names)
    return _packed(assets.small(names[0], source))


def _loaded(what: str, web: Path, addresses: list[str]) -> Row:
    contents = [(web / address.removeprefix("/")).read_bytes() for address in addresses]
    packed = sum(_packed(content) for content in contents)
    return Row(what, f"{packed:,} bytes gzip, requests: {len(contents)}")


def _both(content: bytes) -> str:
    return f"{len(content):,} bytes, {_packed(content):,} gzip"


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, 6))
