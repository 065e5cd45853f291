"""Letters in Pelican: the compiler's result as pages and files; posts and letters tied together."""

from __future__ import annotations

import hmac
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from markdown import Markdown
from markupsafe import Markup
from pelican import Pelican, signals
from pelican.contents import Content, Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator
from pelican.readers import MarkdownReader, default_metadata
from pelican.utils import order_content, process_translations

from comments_api.settings import ROOT, own_secret
from plugins.letters import body, calendar, compiler, edition, osdi, petitions, sheets, text
from plugins.letters.compiler import Campaign, Care, Place
from plugins.letters.edition import Edition
from plugins.letters.header import PELICANS, SHARED
from plugins.letters.letter import Blank, Letter
from plugins.letters.paper import Press
from plugins.letters.problems import BadContent, Level, Mode

KINDS = {"LetterPage": "letter", "Article": "post", "Page": "page"}
DRAFT_KEY = ROOT / "instance" / "draft-key"


class LetterPage(Page):
    """The page of a letter: its introduction as Pelican's content, and all that was compiled."""

    default_template = "letter"

    compiled: Letter
    editions: Sequence[Edition] = ()
    related_post: Any = None
    chaser_page: Any = None
    successor_page: Any = None
    petition_states: Sequence[petitions.Petition] = ()

    def __getattr__(self, name: str) -> Any:
        """Give what was compiled under its own name."""
        if name.startswith("_") or "compiled" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.__dict__["compiled"], name)

    @property
    def intro_html(self) -> Markup:
        """The text above the letter."""
        return Markup(self.content)  # the author's own

    @property
    def first(self) -> Edition | None:
        """The edition that the page shows."""
        return self.editions[0] if self.editions else None

    @cached_property
    def blank_list(self) -> list[Blank]:
        """What there is to fill in, in the order of the text, each once."""
        found = {place.name: place for place in _blanks(self.compiled)}
        return list(found.values())

    @property
    def published(self) -> bool:
        """Say whether readers may know of it."""
        return bool(self.status == "published")

    def below(self, name: str) -> str:
        """Return the address of something that belongs to the letter."""
        return f"/{self.url}{name}"

    print_url = property(lambda self: self.below("print/"))
    done_url = property(lambda self: self.below("done/"))
    txt_url = property(lambda self: self.below("letter.txt"))
    pdf_url = property(lambda self: self.below("letter.pdf"))
    json_url = property(lambda self: self.below("letter.json"))

    @property
    def ics_url(self) -> str | None:
        """Where the deadline's calendar file is, if there is a deadline."""
        return self.below("deadline.ics") if self.compiled.deadline else None

    @property
    def feed_url(self) -> str:
        """Where the feed of what happened to the letter is."""
        prefix = "" if self.in_default_lang else f"/{self.lang}"
        return f"{prefix}/feeds/letters/{self.slug}.atom.xml"

    @property
    def call_html(self) -> Markup:
        """What to say on the telephone."""
        first = self.first
        return first.marked(self.compiled.call_script) if first else Markup("")

    @property
    def asks(self) -> Sequence[str]:
        """What the page after sending asks for, in the author's order."""
        return self.compiled.share_after


def _blanks(letter: Letter) -> Iterator[Blank]:
    yield from (place for place in body.places(letter.body) if isinstance(place, Blank))


# -- compiling ------------------------------------------------------------------------------------


def place_of(settings: Mapping[str, Any]) -> Place:
    """Return where the content of a site is."""
    return Place(
        content=Path(settings["PATH"]),
        timezone=settings["TIMEZONE"],
        lang=settings["DEFAULT_LANG"],
        home=settings["COUNTRY"],
        budget=settings["MAILTO_BUDGET"],
        letters=tuple(settings["LETTER_PATHS"]),
        posts=tuple(settings["ARTICLE_PATHS"]),
        pages=tuple(settings["PAGE_PATHS"]),
    )


def mode_of(settings: Mapping[str, Any]) -> Mode:
    """Return how strict a build is."""
    return Mode(
        strict=settings["LETTERS_STRICT"],
        publishing=settings["LETTERS_PUBLISHING"],
        accept_stale=settings["LETTERS_ACCEPT_STALE"],
    )


def now_of(settings: Mapping[str, Any]) -> datetime:
    """Return the moment that dates are compared with."""
    return settings["AS_OF"] or datetime.now(UTC)


def press_of(settings: Mapping[str, Any]) -> Press:
    """Return what sets letters on paper, with what it has set already."""
    return Press(Path(settings["LETTERS_CACHE"]) / "pdf")


def prepare(pelican: Pelican) -> None:
    """Compile all letters before Pelican reads a file, and say what is wrong.

    :raise BadContent: if anything is; with all of it, one line for each problem.
    """
    settings: dict[str, Any] = pelican.settings
    mode = mode_of(settings)
    campaign = compiler.compile(place_of(settings), now_of(settings), press_of(settings))
    said = [one for one in campaign.problems.said(mode) if one.level is not Level.INFO]
    if any(one.level is Level.ERROR for one in said):
        raise BadContent("\n" + "\n".join(map(str, said)))
    for one in said:
        print(one, file=sys.stderr)
    settings["CAMPAIGN"] = campaign
    settings["ACCEPTED_STALE"] = campaign.problems.stale() if mode.publishing else []


class LettersGenerator(Generator):
    """Makes pages and files of the compiled letters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letters: list[LetterPage] = []
        self.translations: list[LetterPage] = []
        self.drafts: list[LetterPage] = []
        self._reader = MarkdownReader(self.settings)
        self._markdown = Markdown(**self._reader.settings["MARKDOWN"])
        self._markdown.preprocessors.deregister("meta")  # the compiler has read the header
        self._press = press_of(self.settings)
        self._desk = petitions.Desk(
            Path(self.settings["LETTERS_CACHE"]) / "petitions",
            self.settings["PETITIONS_FROM"],
            now_of(self.settings).date(),
        )

    @property
    def every(self) -> list[LetterPage]:
        """All letters, published or not, in all languages."""
        return [*self.translations, *self.letters, *self.drafts]

    def generate_context(self) -> None:
        """Make a page of each compiled letter."""
        campaign: Campaign = self.settings["CAMPAIGN"]
        pages = [self._page(letter, campaign) for letter in campaign.letters]
        self.drafts = [page for page in pages if page.status == "draft"]
        published = [page for page in pages if page.status != "draft"]
        originals, self.translations = process_translations(
            published, translation_id=self.settings["LETTER_TRANSLATION_ID"]
        )
        self.letters = order_content(originals, "reversed-date")
        for trouble in dict.fromkeys(self._desk.trouble):
            print(f"WARNING petition: {trouble}", file=sys.stderr)
        self.context["letters"] = self.letters

    def _page(self, letter: Letter, campaign: Campaign) -> LetterPage:
        source = campaign.sources[letter.path]
        page = LetterPage(
            self._html(letter.intro),
            self._metadata(letter, source),
            settings=self.settings,
            source_path=str(Path(self.path) / letter.path),
            context=self.context,
        )
        page.compiled = letter
        page.sensitive = letter.sensitive
        _place(page, self.settings)
        if letter.goes_out:
            page.editions = edition.editions(
                letter, f"/{page.url}", self.settings["COUNTRY"], self.settings["MAILTO_BUDGET"]
            )
        page.petition_states = self._desk.all(letter.petitions)
        self.add_source_path(page)
        self.add_static_links(page)
        return page

    def _html(self, markdown: str) -> str:
        return str(self._markdown.reset().convert(markdown))

    def _metadata(self, letter: Letter, source: Any) -> dict[str, Any]:
        """Return the header's keys that Pelican and the other plugins read."""
        found: dict[str, Any] = default_metadata(self.settings, self._reader.process_metadata)
        for key in sorted((PELICANS | SHARED) - {"date", "sensitive", "helplines", "exit"}):
            if value := source.get(key):
                found[key] = self._reader.process_metadata(key, " ".join(value.split("\n")))
        found |= {"title": letter.title, "slug": letter.slug, "lang": letter.lang}
        found["date"] = letter.date
        if letter.state == "draft":
            found["status"] = "draft"
        return found

    def generate_output(self, writer: Any) -> None:
        """Write pages and files."""
        for page in self.every:
            for template, save_as, url in _pages(page):
                writer.write_file(
                    save_as,
                    self.get_template(template),
                    self.context,
                    letter=page,
                    relative_urls=self.settings["RELATIVE_URLS"],
                    url=url,
                )
            for address, content in self._files(page):
                path = Path(self.output_path) / address.removeprefix("/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        self._press.sweep()

    def _files(self, page: LetterPage) -> Iterator[tuple[str, bytes]]:
        """Yield the files of a letter with their addresses."""
        site = self.settings["SITEURL"]
        letter = page.compiled
        yield page.json_url, osdi.document(letter, page.editions, f"{site}/{page.url}", site)
        if (entry := calendar.deadline(letter, f"{site}/{page.url}")) and page.ics_url:
            yield page.ics_url, entry
        if not page.editions:
            return
        yield page.txt_url, text.file([one.page for one in page.editions])
        yield page.pdf_url, sheets.printed(self._press, page.editions).content
        for one in page.editions:
            if not one.alone:
                yield one.txt_url, text.file([one.page])
                yield one.pdf_url, sheets.printed(self._press, [one]).content

    def refresh_metadata_intersite_links(self) -> None:
        """Turn {filename} links in summaries into addresses."""
        for page in self.every:
            page.refresh_metadata_intersite_links()


def _pages(page: LetterPage) -> Iterator[tuple[str, str, str]]:
    """Yield template, file and address of each page of a letter."""
    yield page.template, page.save_as, page.url
    yield "letter_done", f"{page.url}done/index.html", f"{page.url}done/"
    if page.editions:  # else nobody posts it
        yield "letter_print", f"{page.url}print/index.html", f"{page.url}print/"


# -- where pages are ------------------------------------------------------------------------------


def _place(page: LetterPage, settings: Mapping[str, Any]) -> None:
    """Give a letter its address; Pelican knows no settings for letters."""
    if page.status == "draft":
        hide(page)
        return
    kind = "LETTER" if page.in_default_lang else "LETTER_LANG"
    values = {"slug": page.slug, "lang": page.lang}
    page.override_url = settings[f"{kind}_URL"].format(**values)
    page.override_save_as = settings[f"{kind}_SAVE_AS"].format(**values)


def hide(content: Content) -> None:
    """Give a draft an address that only those know who were told."""
    kind = KINDS[type(content).__name__]
    content.override_url = f"drafts/{draft_token(kind, content.lang, content.slug)}/"
    content.override_save_as = f"{content.override_url}index.html"


def draft_token(kind: str, lang: str, slug: str) -> str:
    """Return what makes a draft's address unguessable, the same at every build of this machine.

    :param kind: `letter`, `post` or `page`.
    """
    name = f"{kind}/{lang}/{slug}"
    return hmac.new(own_secret(DRAFT_KEY).encode(), name.encode(), "sha256").hexdigest()[:24]


# -- posts and letters ----------------------------------------------------------------------------


def connect(generators: Sequence[Generator]) -> None:
    """Tie posts and letters that name each other; the compiler has checked that they exist."""
    posts = next(g for g in generators if isinstance(g, ArticlesGenerator))
    letters = next(g for g in generators if isinstance(g, LettersGenerator))
    pages = next(g for g in generators if isinstance(g, PagesGenerator))
    campaign: Campaign = letters.settings["CAMPAIGN"]
    drafts = [*posts.drafts, *posts.drafts_translations]
    hidden = [*posts.hidden_articles, *posts.hidden_translations]
    every_post = [*posts.articles, *posts.translations, *hidden, *drafts]
    # What is published never speaks of a draft: its address would be in everybody's hands.
    post_by_slug = _by_slug([*posts.articles, *posts.translations])
    letter_by_slug = _by_slug([*letters.letters, *letters.translations])
    unpublished = [*drafts, *pages.draft_pages, *pages.draft_translations]
    for content in unpublished:
        hide(content)
    # For whoever builds: the manifest is not served.
    letters.settings["DRAFTS"] = [f"/{one.url}" for one in [*letters.drafts, *unpublished]]
    for post in every_post:
        post.letter = _found(letter_by_slug, post.metadata.get("letter"), post)
    for content in [*every_post, *_pages_of(pages)]:
        _make_safe(content, campaign)
    for page in letters.every:
        page.related_post = _found(post_by_slug, page.compiled.related_post, page)
        page.chaser_page = _found(letter_by_slug, page.compiled.chaser, page)
        page.successor_page = _found(letter_by_slug, page.compiled.successor, page)
        page.exit_url = page.compiled.exit or letters.settings["EXIT_URL"]


def _pages_of(pages: PagesGenerator) -> list[Any]:
    hidden = [*pages.hidden_pages, *pages.hidden_translations]
    drafts = [*pages.draft_pages, *pages.draft_translations]
    return [*pages.pages, *pages.translations, *hidden, *drafts]


def _by_slug(contents: Iterable[Any]) -> dict[tuple[str, str], Any]:
    return {(one.slug, one.lang): one for one in contents}


def _found(known: Mapping[tuple[str, str], Any], slug: str | None, content: Any) -> Any:
    default = content.settings["DEFAULT_LANG"]
    return known.get((slug or "", content.lang)) or known.get((slug or "", default))


def _make_safe(post: Any, campaign: Campaign) -> None:
    """Give a post or page what one that is about people in danger shows."""
    path = Path(post.source_path).relative_to(post.settings["PATH"]).as_posix()
    care = campaign.care.get(path, Care())
    post.sensitive = care.sensitive
    post.helplines = list(care.helplines)
    post.content_note = care.content_note
    post.exit_url = care.exit or post.settings["EXIT_URL"]


def add_generator(_pelican: Any) -> type[LettersGenerator]:
    """Tell Pelican of the letters."""
    return LettersGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(prepare)
    signals.get_generators.connect(add_generator)
    signals.all_generators_finalized.connect(connect)
