"""What Mallory types, and what may stand in a page when she has: judged as a browser reads it."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

ALARM = "alarm-7f3a"  # stands in every attack, so that one that runs can be told from others

TEXTS = [
    f"<script>alert('{ALARM}')</script>",
    f"<img src=x onerror=\"alert('{ALARM}')\">",
    f"<svg/onload=alert('{ALARM}')>",
    f"</p></div></article><script>alert('{ALARM}')</script>",
    f"</textarea><script>alert('{ALARM}')</script>",
    f"</title><script>alert('{ALARM}')</script>",
    f"--><script>alert('{ALARM}')</script><!--",
    f"]]><script>alert('{ALARM}')</script>",
    f"[a](javascript:alert('{ALARM}'))",
    f"[a](JaVaScRiPt:alert('{ALARM}'))",
    f"[a](java&#x0A;script:alert('{ALARM}'))",
    f"[a](data:text/html,<script>alert('{ALARM}')</script>)",
    f"[a](vbscript:{ALARM})",
    f"[a](//mallory.example/{ALARM})",
    f"[a](/moderate/sign-out?{ALARM})",
    f"[a](https://example.org/\"onmouseover=\"alert('{ALARM}'))",
    f"[a](https://example.org 'x\" onmouseover=\"alert(\"{ALARM}\")')",
    f"<https://example.org/?\"><img/src=x/onerror=alert('{ALARM}')>",
    f"![a](https://mallory.example/{ALARM}.png)",
    f"[r]\n\n[r]: javascript:alert('{ALARM}')",
    f"```{ALARM}\" onmouseover=\"alert(1)\nx\n```",
    f"`</code><script>alert('{ALARM}')</script>`",
    f"<a href=\"https://mallory.example/{ALARM}\" style=\"position:fixed;inset:0\">x</a>",
    f"<form action=/moderate/sign-out method=post id=comment-form><button>{ALARM}",
    f"<base href=https://mallory.example/{ALARM}>",
    f"<meta http-equiv=refresh content=\"0;url=https://mallory.example/{ALARM}\">",
    f"<iframe srcdoc=\"<script>alert('{ALARM}')</script>\">",
    f"<math><mtext><table><mglyph><style><img src=x onerror=alert('{ALARM}')>",
    f"<noscript><p title=\"</noscript><img src=x onerror=alert('{ALARM}')>\">",
    f"<style>@import 'https://mallory.example/{ALARM}'</style>",
    f"<!--live:thread:post-the-vote:en--> <!--/live--> {ALARM}",
    f"<!--hole--> %%TITLE%% {ALARM}",
    f"{{{{ 7 * 7 }}}} {{% raw %}} {{attach}}x {{static}}y \\1 \\g<0> $& %s %(name)s {ALARM}",
    f"&lt;script&gt;alert('{ALARM}')&lt;/script&gt;",
    f"&#60;script&#62;alert('{ALARM}')&#60;/script&#62;",
    f"\u2028<script>\u2029alert('{ALARM}')</script>",
]  # fmt: skip
NAMES = [
    f"<script>alert('{ALARM}')</script>",
    f"\"><img src=x onerror=alert('{ALARM}')>",
    f"' onmouseover='alert(\"{ALARM}\")",
    f"</bdi></a><script>alert(`{ALARM}`)</script>",
    f"--><script>alert('{ALARM}')</script>",
    f"{{{{ 7 * 7 }}}} %(name)s \\1 {ALARM}",
]
WEBSITES = [
    f"https://mallory.example/{ALARM}?a=1&b=%22%3E%3Cscript%3E",
    f"https://mallory.example/#{ALARM}{{{{7*7}}}}",
    f"HTTPS://mallory.example/{ALARM}/%00",
]
TITLE = f"</title><script>alert('{ALARM}')</script> \" ' & <b>{{{{ 7 * 7 }}}}</b> --> \\1"

# All that a comment may hold, and what its names and links may look like.
IN_BODIES = {
    "p": set(), "br": set(), "em": set(), "strong": set(), "del": set(), "pre": set(),
    "blockquote": set(), "ul": set(), "li": set(), "hr": set(),
    "a": {"href", "title", "rel"}, "code": {"class"}, "ol": {"start"},
}  # fmt: skip
FORBIDDEN = {"iframe", "object", "embed", "base", "applet", "frame", "style", "math", "marquee"}


def demand_inert_body(body: Element) -> None:
    """Demand that a comment's body holds nothing but what bodies may hold."""
    for element in list(body.iter())[1:]:
        assert element.tag in IN_BODIES, element.tag
        assert set(element.keys()) <= IN_BODIES[element.tag], element.attrib
        if element.tag == "a" and element.get("href") is not None:
            assert urlsplit(element.get("href", "")).scheme in {"http", "https", "mailto"}
            assert element.get("rel") == "nofollow ugc noopener noreferrer"
        if element.tag == "code" and element.get("class") is not None:
            assert element.get("class", "").startswith("language-")
            assert not set(element.get("class", "")) & set(" \"'<>")


def demand_inert_page(tree: Element) -> None:
    """Demand that a page holds no script, handler, style or frame of an attack's."""
    for element in tree.iter():
        tag = str(element.tag)
        assert tag not in FORBIDDEN, tag
        handlers = {name for name in element if str(name).startswith("on")}
        assert not handlers | (set(element.keys()) & {"style", "srcdoc"}), element.attrib
        if tag == "script":
            assert element.get("type") == "application/ld+json" or _own(element.get("src", ""))
            assert "<" not in (element.text or "")
        if tag in {"img", "link", "form", "button", "meta"}:
            demand_own_addresses(element)
        for name in ("href", "src", "action", "formaction"):
            assert not _runs(element.get(name, "")), element.attrib


def demand_own_addresses(element: Element) -> None:
    """Demand that what a page loads or sends goes to no host of Mallory's."""
    for name in ("src", "href", "action", "formaction", "content"):
        if element.get("property") is None and element.get("name") is None:
            assert "mallory.example" not in element.get(name, "")


def _own(address: str) -> bool:
    return address.startswith("/theme/js/")


def _runs(address: str) -> bool:
    scheme = "".join(char for char in address if char > " ").casefold().partition(":")[0]
    return scheme in {"javascript", "data", "vbscript"}
