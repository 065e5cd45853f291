"""Settings of the site for development. What differs in public stands in publishconf.py."""

from __future__ import annotations

from pathlib import Path

from comments_api import settings
from plugins import source

_settings = settings.load()
_root = Path(__file__).parent

# -- the campaign: change these first -----------------------------------------------------------
SITENAME = "Keep the Specialist Teams"
SITESUBTITLE = "We want police teams whose only task is to find people who were trafficked."
AUTHOR = "The campaign team"
SPOT_COLOUR = "#c8102e"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
SOCIAL_IMAGE = "images/social.png"  # shown where a page is shared
COUNTRY = "GB"  # letters are posted here: only other countries stand in an address
EXIT_URL = "https://www.bbc.co.uk/weather"  # where "Exit this page" leads
NEUTRAL_NAME = "Noticeboard"  # what the browser's history calls the site on sensitive pages
DONATE_URL = ""  # one of the asks after a letter was sent, if there is one
MAIL = _settings.mails  # forms offer mail only where some is sent
COMMENTS_MODE = "held"  # what `comments:` means for a post that does not say
COMMENTS_CLOSE_AFTER = 0  # days after which comments close where a post does not say; 0: never

# -- where things are ---------------------------------------------------------------------------
RUN_BY = _settings  # those of the API: the privacy page says what they make of people's data
SITEURL = _settings.site_url
SOURCE_URL = _settings.source_url or source.ADDRESS
PATH = str(_root / "content")
OUTPUT_PATH = str(_root / "output" / "web")
THEME = str(_root / "theme")
THEME_TEMPLATES_OVERRIDES = [str(_root / "theme-overrides" / "templates")]
THEME_STATIC_PATHS: list[str] = []  # the plugin `assets` writes them, under hashed names
ARTICLE_PATHS = ["posts"]
LETTER_PATHS = ["letters"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images"]
DELETE_OUTPUT_DIRECTORY = False  # a build goes to a fresh folder: readers never see half a site
PLUGINS = [
    *("plugins.words", "plugins.assets", "plugins.letters"),
    *("plugins.live", "plugins.shell", "plugins.source", "plugins.redirects", "plugins.retention"),
]
LIVE_DATABASE = ""  # as COMMENTS_DATABASE_URL says; "none" builds without comments
LETTERS_STRICT = False  # warnings are errors, but for those that come from the date
LETTERS_PUBLISHING = False  # what is out of date is an error; publishconf.py sets it
LETTERS_ACCEPT_STALE = False  # it is a warning even so: `inv publish --accept-stale`
LETTERS_CACHE = str(_root / "instance" / "cache")  # PDFs, and what petitions answered last
MAILTO_BUDGET = 1800  # characters of a mail link that every program opens
PETITIONS_FROM = ""  # where petitions are asked for; here nobody is, what is kept is shown
AS_OF = None  # the moment that dates are compared with, instead of now; tests pin it
POLICY_URL = "/comment-policy/"
HELP_URL = "/help-and-safety/"
PRIVACY_URL = "/privacy/"

# -- addresses: they last -----------------------------------------------------------------------
USE_FOLDER_AS_CATEGORY = False
DEFAULT_CATEGORY = "News"
ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_LANG_URL = "{lang}/{date:%Y}/{date:%m}/{slug}/"
DRAFT_URL = "drafts/{slug}/"
DRAFT_LANG_URL = "{lang}/drafts/{slug}/"
LETTER_URL = "letters/{slug}/"
LETTER_LANG_URL = "{lang}/letters/{slug}/"
LETTER_TRANSLATION_ID = "slug"
PAGE_URL = "{slug}/"
PAGE_LANG_URL = "{lang}/{slug}/"
CATEGORY_URL = "category/{slug}/"
TAG_URL = "tag/{slug}/"
AUTHOR_URL = "author/{slug}/"
ARTICLE_SAVE_AS = ARTICLE_URL + "index.html"
ARTICLE_LANG_SAVE_AS = ARTICLE_LANG_URL + "index.html"
DRAFT_SAVE_AS = DRAFT_URL + "index.html"
DRAFT_LANG_SAVE_AS = DRAFT_LANG_URL + "index.html"
LETTER_SAVE_AS = LETTER_URL + "index.html"
LETTER_LANG_SAVE_AS = LETTER_LANG_URL + "index.html"
PAGE_SAVE_AS = PAGE_URL + "index.html"
PAGE_LANG_SAVE_AS = PAGE_LANG_URL + "index.html"
CATEGORY_SAVE_AS = CATEGORY_URL + "index.html"
TAG_SAVE_AS = TAG_URL + "index.html"
AUTHOR_SAVE_AS = AUTHOR_URL + "index.html"
DIRECT_TEMPLATES = [
    *("index", "archives", "categories", "tags", "authors"),
    *("letters", "comments", "404", "sitemap", "robots"),
]
ARCHIVES_SAVE_AS = "archives/index.html"
CATEGORIES_SAVE_AS = "categories/index.html"
TAGS_SAVE_AS = "tags/index.html"
AUTHORS_SAVE_AS = "authors/index.html"
LETTERS_SAVE_AS = "letters/index.html"
COMMENTS_SAVE_AS = "comments/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
ROBOTS_SAVE_AS = "robots.txt"
TEMPLATE_EXTENSIONS = [".html", ".xml", ".txt"]
DEFAULT_PAGINATION = 10  # at most 50: a decision rewrites every list that shows a count
PAGINATION_PATTERNS = (
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)

# -- feeds of posts; feeds of comments are live regions -----------------------------------------
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_DOMAIN = SITEURL
CATEGORY_FEED_ATOM = "feeds/category/{slug}.atom.xml"
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None

# -- how it is written --------------------------------------------------------------------------
DATE_FORMATS: dict[str, str] = {}
TYPOGRIFY = False
MARKDOWN = {
    "extension_configs": {
        # Guessing the language of unlabelled code is a third of a build's time.
        "markdown.extensions.codehilite": {"css_class": "highlight", "guess_lang": False},
        "markdown.extensions.extra": {},
        "markdown.extensions.meta": {},
    },
    "output_format": "html5",
}
JINJA_ENVIRONMENT = {
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "extensions": ["jinja2.ext.i18n"],
}
# One sheet, one script for each kind of page; `css/site.css` ends with the campaign's colour.
ASSET_BUNDLES = {
    "css/site.css": ["css/tokens.css", "css/base.css", "css/layout.css", "css/blocks/*.css"],
    "css/moderation.css": ["css/moderation.css"],
}
