"""The links of a comment: anchors and bare addresses, each once."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

from comments_api import markup

# The sanitiser writes every anchor like this.
_ANCHOR = re.compile(r'<a href="([^"]*)"')
_BARE = re.compile(r"(?:https?://|(?<![\w.-])www\.)[^\s<>\"]+", re.IGNORECASE)
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
    if "xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except UnicodeError:  # no such host can exist
            return address
    return host + slash + path


def host_of(address: str) -> str:
    """Return the host of a link, a website or an e-mail; nothing if there is none."""
    host = re.split(r"[/?#]", _SCHEME.sub("", address.strip().lower(), count=1), maxsplit=1)[0]
    host = host.rpartition("@")[2]
    return idna(re.sub(r":\d*$", "", host).rstrip("."))
