"""One address of each type of page of the demonstration, and all that there are."""

from __future__ import annotations

import re

from comments_api.sites import Build

MODERATION = {
    "moderate-pending": "/moderate/",
    "moderate-approved": "/moderate/approved",
    "moderate-spam": "/moderate/spam",
    "moderate-trash": "/moderate/trash",
    "moderate-mine": "/moderate/mine",
    "moderate-reported": "/moderate/reported",
    "moderate-filtered": "/moderate/approved?q=the&order=oldest&kind=comment&since=2026-01-01",
    "moderate-rules": "/moderate/rules",
    "moderate-record": "/moderate/record",
    "moderate-numbers": "/moderate/numbers",
    "moderate-health": "/moderate/health",
    "moderate-mail": "/moderate/mail",
    "moderate-people": "/moderate/people",
    "moderate-me": "/moderate/me",
    "moderate-own-posts": "/moderate/own-posts",
}
ENTRANCE = {"sign-in": "/moderate/sign-in", "enter": "/moderate/enter/made-up"}


def every(build: Build) -> list[str]:
    """Return the address of every page of the site, but of the shell that only the API fills."""
    pages = sorted(path.relative_to(build.web).as_posix() for path in build.web.rglob("*.html"))
    return [
        "/" + page.removesuffix("index.html") for page in pages if not page.startswith("_shell/")
    ]


def types(build: Build) -> dict[str, str]:
    """Return an address for each type of page of the site."""
    pages = every(build)
    found = {
        "home": "/",
        "post": _first(build, "post-"),
        "letter": _first(pages, "/letters/"),
        "page": "/about/",
        "category": _first(pages, "/category/"),
        "tag": _first(pages, "/tag/"),
        "author": _first(pages, "/author/"),
        "not-found": "/404.html",
    }
    for name in ("letters", "categories", "tags", "authors", "archives", "comments"):
        found[name] = f"/{name}/"
    return found


def shells(build: Build) -> dict[str, str]:
    """Return an address for each page of the API."""
    key = busiest(build)
    number = comments_of(build, key)[0]
    return {
        "form": f"/api/threads/{key}/form",
        "no-parent": f"/api/threads/{key}/form?reply=999999",
        "thanks": f"/api/threads/{key}/thanks",
        "report": f"/api/comments/{number}/report",
        "report-thanks": f"/api/comments/{number}/report?sent=1",
        "gone": "/api/comments/999999",
        "follow": f"/api/follow?thread={key}",
        "follow-site": "/api/follow",
        "error": "/api/threads/nothing/thanks",
        "me": "/api/me",
        "erase": "/api/me/erase",
    }


def busiest(build: Build) -> str:
    """Return the thread of a post whose page holds the most comments and takes more."""

    def comments(key: str) -> int:
        page = post(build, key)
        text = build.read(f"{page.strip('/')}/index.html")
        return text.count(b'id="comment-') if b"data-thread-form" in text else -1

    keys = [key for key in build.manifest.threads if key.startswith("post-")]
    return max(sorted(keys), key=comments)


def comments_of(build: Build, key: str) -> list[int]:
    """Return the numbers of the public comments of a thread, in the order of its page."""
    text = build.read(f"{post(build, key).strip('/')}/index.html")
    return [int(number) for number in re.findall(rb'id="comment-(\d+)"', text)]


def post(build: Build, key: str) -> str:
    """Return the address of a thread's page."""
    info = build.manifest.threads[key]
    return info.page(info.lang)[0]


def _first(found: Build | list[str], beginning: str) -> str:
    if isinstance(found, Build):
        return post(found, busiest(found))
    return next(page for page in found if page.startswith(beginning) and page != beginning)
