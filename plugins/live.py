"""Live regions in built pages: drawing them at build, and telling the API where they are.

`live("thread", article)` in a template puts a region between its markers. When all pages are
written, their markers are read back, and the manifest notes which file holds which region.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import sqlalchemy as sa
from jinja2.runtime import Context
from markupsafe import Markup
from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, Generator

from comments_api import dates, manifest, pages, regions, retention, rows, settings
from comments_api.db import Database
from comments_api.errors import DatabaseTrouble, PageDamaged
from comments_api.manifest import Manifest, Region, ThreadInfo
from plugins.letters import contexts
from plugins.letters.generator import LetterPage, LettersGenerator, now_of
from plugins.news import news
from plugins.threads import BadThread, checked, declared_threads, thread_key
from plugins.words import language_of

RECENT = 10
OF_LETTERS = frozenset({"stamp", "ask", "send", "late", "pass", "ledger"})
OF_THE_FRONT = frozenset({"front", "act"})


class Build:
    """The live regions of one build, drawn from one snapshot of the database, or from none."""

    def __init__(
        self, site: Mapping[str, Any], threads: Mapping[str, ThreadInfo], as_of: datetime
    ) -> None:
        self.site = site
        self.threads = threads
        self.regions: dict[str, Region] = {}
        self._drawn: dict[str, str] = {}
        self.reader: rows.Reader | None = None
        self.resources = ExitStack()  # what is closed when the build is written
        self.as_of = dates.minute(as_of)

    def region(self, region: Region) -> str:
        """Return the region's HTML without markers, drawn once, and remember that a page holds it.

        :raise BadThread: if two pages describe the same region differently.
        """
        known = self.regions.setdefault(region.id, region)
        if known.context != region.context:
            raise BadThread(
                f"the region {region.id} is described in two ways; check `thread:` in the headers"
            )
        if region.id not in self._drawn:
            found = self._gathered(region)
            self._drawn[region.id] = regions.render(region, found, self.as_of)
        return self._drawn[region.id]

    def _gathered(self, region: Region) -> Any:
        if self.reader is None:
            return _EMPTY[region.kind]
        return regions.gather(self.reader, region)


# What each kind shows without a database: a build made anywhere is complete but for comments.
_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(regions.KINDS, ()),
    "count": 0,
    "thread": regions.Talk(),
}


# -- regions from what the content says -------------------------------------------------------


def region_of(thread: ThreadInfo, kind: str, lang: str) -> Region:
    """Return a region of a thread in a language."""
    url, title = thread.page(lang)
    feed = feed_path(thread, lang)
    return Region(
        kind, thread.key, lang, {**thread.context, "url": url, "title": title, "feed": feed}
    )


def feed_path(thread: ThreadInfo, lang: str) -> str:
    """Return the address of a thread's feed."""
    prefix = "" if lang == thread.lang else f"/{lang}"
    return f"{prefix}/feeds/threads/{thread.key}.atom.xml"


def letter_region(letter: LetterPage, kind: str, site: Mapping[str, Any]) -> Region:
    """Return a region of a letter: what time and readers have made of it."""
    context = contexts.common(letter, thread_key(letter), site)
    if kind in {"ledger", "letter-feed"}:
        context |= contexts.ledger(letter)
    elif kind == "send":
        context |= contexts.send(letter)
    elif kind == "pass":
        context |= {"share_text": str(letter.share_text), "ics_url": letter.ics_url}
    return Region(kind, checked(letter, str(letter.slug), "slug"), letter.lang, context)


def front_region(
    letters: Iterable[LetterPage], kind: str, lang: str, site: Mapping[str, Any]
) -> Region:
    """Return a region of the first page: it shows the newest letter that is open by then."""
    asking = [one for one in letters if one.lang == lang and one.state in {"auto", "open"}]
    found = [contexts.common(letter, thread_key(letter), site) for letter in asking]
    return Region(kind, "home", lang, {"timezone": site["timezone"], "letters": found})


# -- Pelican ----------------------------------------------------------------------------------


def _common(conf: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": conf["SITENAME"],
        "site_url": conf["SITEURL"],
        "timezone": conf["TIMEZONE"],
        "lang": conf["DEFAULT_LANG"],
        "mode": conf["COMMENTS_MODE"],
        "close_after": conf["COMMENTS_CLOSE_AFTER"],
        "policy_url": conf["POLICY_URL"],
        "help_url": conf["HELP_URL"],
        "limit": settings.load().thread_limit,
        "mail": conf["MAIL"],
        "sign_in": [[one.key, one.name] for one in settings.load().oidc_providers],
    }


class Live:
    """What the templates call: `live(kind, content)`."""

    def __init__(
        self,
        build: Build,
        common: Mapping[str, Any],
        newest: datetime,
        letters: Sequence[LetterPage] = (),
    ) -> None:
        self.build = build
        self.common = common
        self.newest = newest
        self.letters = letters

    def __call__(self, context: Context, kind: str, content: Any = None) -> Markup:
        """Return a live region, with its markers, for the page that is being written."""
        if content is not None and getattr(content, "status", "published") != "published":
            return self._draft(kind, content)
        region = self._region(kind, content, language_of(context))
        # The region's own environment escaped everything in it.
        return Markup(pages.mark(region.id, self.build.region(region)))

    def _draft(self, kind: str, content: Any) -> Markup:
        """Return what a draft will show; nothing of it is live yet, and it has no thread."""
        if kind not in OF_LETTERS or not isinstance(content, LetterPage):
            return Markup("")
        region = letter_region(content, kind, self.common)
        # Of its own day: nothing outside a region may show when the site was built.
        return Markup(regions.render(region, _EMPTY[kind], dates.minute(content.date)))

    def _region(self, kind: str, content: Any, lang: str) -> Region:
        if kind in {"thread", "count"}:
            return region_of(self.build.threads[thread_key(content)], kind, content.lang)
        if kind in OF_LETTERS:
            return letter_region(content, kind, self.common)
        if kind in OF_THE_FRONT:
            return front_region(self.letters, kind, lang, self.common)
        if kind == "recent":  # as many as the template asks for
            return Region(kind, str(content or RECENT), lang, {"timezone": self.common["timezone"]})
        raise BadThread(
            f'live("{kind}"): there is no such kind of region; see comments_api/regions.py'
        )

    def feeds(self, languages: Iterable[str]) -> Iterable[tuple[str, Region]]:
        """Return every feed of comments and of letters with the path of its file."""
        for thread in self.build.threads.values():
            for lang in thread.pages:
                yield feed_path(thread, lang), region_of(thread, "thread-feed", lang)
        for letter in self.letters:
            yield letter.feed_url, letter_region(letter, "letter-feed", self.common)
        for lang in languages:
            path = comments_feed_path(lang, self.common["lang"])
            context = {
                "site_url": self.common["site_url"],
                "title": self.common["name"],
                "url": "/comments/",
                "feed": path,
                "dated": dates.iso(self.newest),
            }
            yield path, Region("comments-feed", "", lang, context)


def comments_feed_path(lang: str, default: str) -> str:
    """Return the address of the feed of all comments."""
    return "/feeds/comments.atom.xml" if lang == default else f"/{lang}/feeds/comments.atom.xml"


def prepare(generators: Sequence[Generator]) -> None:
    """Find all threads, open the database and give every template the function `live`.

    :raise DatabaseTrouble: if the database cannot be read.
    """
    conf: dict[str, Any] = generators[0].settings
    common = _common(conf)
    posts = next(g for g in generators if isinstance(g, ArticlesGenerator))
    letters = next(g for g in generators if isinstance(g, LettersGenerator))
    contents = [
        *sorted(posts.articles, key=lambda post: (post.date, post.slug)),
        *posts.translations,
    ]
    contents += [*letters.letters, *letters.translations]
    build = Build(common, declared_threads(contents, common), now_of(conf))
    conf["NEWS"] = news(contents)
    _open_database(build, conf)
    newest = max((content.date for content in contents), default=datetime(2009, 1, 1, tzinfo=UTC))
    published = [*letters.letters, *letters.translations]
    conf["LIVE"] = live = Live(build, common, newest, published)
    conf["LANGUAGES"] = languages = sorted(
        {common["lang"], *(content.lang for content in contents)}
    )
    for generator in generators:
        if hasattr(generator, "env"):
            generator.env.globals["live"] = jinja2.pass_context(
                lambda context, *args: live(context, *args)
            )
        generator.context["LANGUAGES"] = languages


def _open_database(build: Build, conf: dict[str, Any]) -> None:
    """Open one snapshot for the whole build, so that its pages agree with each other."""
    url = conf["LIVE_DATABASE"]
    if url == "none":
        return
    database = Database(url or settings.load().database_url)
    if database.file is not None and not database.file.is_file():
        raise DatabaseTrouble(_no_database(database, "there is no such file"))
    build.resources.callback(database.close)
    try:
        connection = build.resources.enter_context(database.snapshot())
        build.reader = rows.Reader(connection, build.threads)
        build.as_of = build.reader.as_of() or build.as_of
    except (sa.exc.SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error)
        raise DatabaseTrouble(_no_database(database, reason)) from error


def _no_database(database: Database, reason: str) -> str:
    return (
        f"The comments cannot be read from {database.url.render_as_string()}: {reason}. "
        "Run `flask --app comments_api db upgrade`, or build without comments: "
        'LIVE_DATABASE = "none".'
    )


def finish(pelican: Pelican) -> None:
    """Write the comment feeds, read the markers of all pages back and write the manifest.

    :raise PageDamaged: if a page holds markers that no template wrote.
    """
    conf: dict[str, Any] = pelican.settings
    web = Path(pelican.output_path)
    live: Live = conf["LIVE"]
    files = _written_feeds(live, conf["LANGUAGES"], web)
    files |= _found_in_pages(live.build, web)
    content = Manifest(
        site={
            **live.common,
            "languages": conf["LANGUAGES"],
            "accepted_stale": conf["ACCEPTED_STALE"],
            "drafts": conf["DRAFTS"],
            "news": conf["NEWS"],
            "keeps": retention.promised(conf["RUN_BY"]),
        },
        threads=live.build.threads,
        regions=live.build.regions,
        files=dict(sorted(files.items())),
        assets={name: conf["ASSETS"].address(name) for name in sorted(conf["ASSETS"].names)},
    )
    (web.parent / manifest.NAME).write_bytes(content.to_json())
    live.build.resources.close()


def _written_feeds(live: Live, languages: Sequence[str], web: Path) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    for address, region in live.feeds(languages):
        path = address.removeprefix("/")
        (web / path).parent.mkdir(parents=True, exist_ok=True)
        (web / path).write_text(live.build.region(region), encoding="utf-8", newline="\n")
        files[path] = [region.id]
    return files


def _found_in_pages(build: Build, web: Path) -> dict[str, list[str]]:
    files: dict[str, list[str]] = {}
    for page in sorted(web.rglob("*.html")):
        path = page.relative_to(web).as_posix()
        try:
            found = pages.regions_of(page.read_bytes())
        except PageDamaged as error:
            raise PageDamaged(f"{path}: {error}") from error
        if strange := [region_id for region_id in found if region_id not in build.regions]:
            raise PageDamaged(f"{path} holds a marker that no template wrote: {strange[0]}")
        if found:
            files[path] = found
    return files


def register() -> None:
    """Connect to Pelican."""
    signals.all_generators_finalized.connect(prepare)
    signals.finalized.connect(finish)
