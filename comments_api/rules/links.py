"""The links of a comment: anchors and bare addresses, each once."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote

from comments_api import markup
from comments_api.text import is_unseen

# The sanitiser writes every anchor like this.
_ANCHOR = re.compile(r'<a href="([^"]*)"')
_BARE = re.compile(r"(?:https?://|(?<![\w.-])www\.)[^\s<>\"]+", re.IGNORECASE)
_LONGEST_LABEL = 63  # characters between two dots of a host, by RFC 1035
_SCHEME = re.compile(r"(?:https?://|mailto:)?(?:www\.)?", re.IGNORECASE)


def links_in(rendered: str) -> list[str]:
    """Return what the rendered text links to or names as an address of the web, each once."""
    anchors = [html.unescape(found) for found in _ANCHOR.findall(rendered)]
    bare = _BARE.findall(markup.plain(rendered)) if _may_name(rendered) else []
    return list(dict.fromkeys(_normal(link) for link in (*anchors, *bare)))


def _may_name(rendered: str) -> bool:
    lower = rendered.lower()
    return "://" in lower or "www." in lower


def _normal(link: str) -> str:
    """Return an address as it is compared: the text of a link often repeats where it leads."""
    bare = _SCHEME.sub("", unquote(link).rstrip(".,;:!?…)]}»”’'*_"), count=1)
    return idna(bare.rstrip("/").lower())


def idna(address: str) -> str:
    """Return an address whose host is written in its own letters, not as `xn--…`."""
    host, slash, path = address.partition("/")
    return ".".join(map(_label, host.split("."))) + slash + path


def _label(label: str) -> str:
    if not label.startswith("xn--") or len(label) > _LONGEST_LABEL:
        return label
    try:
        # Not Python's "idna": it knows the letters of 2002, and makes "ss" of "ß".
        own = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:  # no such host can exist
        return label
    return own if own.isprintable() else label


def host_of(address: str) -> str:
    """Return the host of a link, a website or an e-mail; nothing if there is none."""
    host = re.split(r"[/?#\\]", _SCHEME.sub("", address.strip().lower(), count=1), maxsplit=1)[0]
    host = host.rpartition("@")[2]
    return idna(_plain(re.sub(r":\d*$", "", host)).rstrip("."))


def _plain(host: str) -> str:
    """Return a host as a browser understands it, however its letters and dots are written."""
    if "%" in host:
        host = unquote(host)
    if host.isascii():
        return host.lower()
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", host).lower())
    return "".join(char for char in plain.replace("。", ".") if not is_unseen(char))
