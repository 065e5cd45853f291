"""From what a person typed to safe HTML: the only way in."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# Stored with each comment; raise it when the output changes, so that all can be rendered again.
RENDERER = "1"
DEEPEST = 20

_TAGS = {
    "p", "br", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}}
_EMPTY_LINES = re.compile(r"\n\s*\n")
_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#.-]{1,30}")


class TooDeep(ValueError):
    """Raised if quotes, lists and emphasis are nested deeper than a page can show."""


def _parser() -> MarkdownIt:
    # A single line break is a line break, so that pasted letters read well. The parser drops what
    # is nested deeper than maxNesting; such a text is refused before anything could be lost.
    options = {"html": False, "breaks": True, "maxNesting": DEEPEST * 2 + 2}
    parser = MarkdownIt("commonmark", options)
    parser.enable("strikethrough")
    parser.disable(["html_block", "html_inline", "image", "heading", "lheading"])
    # What is struck out was said and taken back: <del>, not <s>.
    parser.add_render_rule("s_open", lambda *_: "<del>")
    parser.add_render_rule("s_close", lambda *_: "</del>")
    return parser


_PARSER = _parser()


def render(source: str) -> Markup:
    """Return the safe HTML of a comment's text.

    Sanitising comes last: nothing may change the result afterwards.

    :raise TooDeep: if it is nested so deeply that some of it would be lost.
    """
    tokens = _PARSER.parse(source)
    if any(_level(token) > DEEPEST * 2 for token in tokens):
        raise TooDeep
    return _sanitised(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def is_safe(html: str) -> bool:
    """Say whether HTML is such as `render` makes, so that it may be shown as it is."""
    return _sanitised(html) == html


def _sanitised(html: str) -> Markup:
    # The sanitiser's own output: the one place where this is right.
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=_keep,
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener noreferrer",
        )
    )


def _level(token: Token) -> int:
    return token.level + max((child.level for child in token.children or ()), default=0)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _is_absolute(value) else None
    if attribute == "class":
        return value if _LANGUAGE.fullmatch(value) else None
    return value


def _is_absolute(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "mailto" or (parts.scheme in {"http", "https"} and bool(parts.hostname))


def is_website(address: str) -> bool:
    """Say whether a person's website may be linked: http or https, with a host and no sign-in."""
    if any(char.isspace() or char in "<>\"'`\\" for char in address):
        return False
    try:
        parts = urlsplit(address)
        _port = parts.port  # raises ValueError if it is no number
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        return False


def of_text(text: str) -> Markup:
    """Return plain text, escaped, as paragraphs that keep their line breaks; nothing of nothing."""
    paragraphs = (part.splitlines() for part in _EMPTY_LINES.split(text.strip()) if part)
    return Markup().join(
        Markup("<p>{}</p>\n").format(Markup("<br>\n").join(lines)) for lines in paragraphs
    )


def plain(rendered: str) -> str:
    """Return the words of rendered HTML, for an excerpt or a feed's title."""
    return " ".join(Markup(rendered).striptags().split())
