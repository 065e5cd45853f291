"""Which elements of HTML mean something to our markup, and which only part words."""

from __future__ import annotations

INLINE = {"em": "*", "i": "*", "cite": "*", "strong": "**", "b": "**"}
INLINE |= {"del": "~~", "s": "~~", "strike": "~~"}
LISTS = {"ul", "ol"}
QUOTES = {"q": ("\u201c", "\u201d")}
CELLS = {"td", "th"}
# What begins and ends a line; of most of them only the text stays.
BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
    "tr", "ul",
}  # fmt: skip
PARTED = BLOCKS | CELLS | {"br"}
KNOWN = PARTED | set(INLINE) | set(QUOTES) | {"a", "code"}
KEPT: dict[str, set[str]] = {"a": {"href"}, "code": {"class"}, "ol": {"start"}}
