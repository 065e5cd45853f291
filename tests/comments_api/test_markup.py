import contextlib

import html5lib
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from comments_api import markup

TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "del",
    "s",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
    "hr",
}
ATTRIBUTES = {"a": {"href", "title", "rel"}, "code": {"class"}, "ol": {"start"}}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><i title='--&gt;&lt;img onerror=alert(1)&gt;'>",
    "<a href='javascript:alert(1)' onclick='alert(1)' style='x'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x) [y](file:///etc/passwd) [z](//evil.example) [w](/moderate/)",
    "[x](https://evil.example 'a\" onmouseover=\"alert(1)')",
    "![x](https://evil.example/pixel.png) ![y](javascript:alert(1))",
    "[![x](https://evil.example/pixel.png)](https://evil.example)",
    "<javascript:alert(1)> <data:text/html,x> <https://evil.example/\"onclick=>",
    "[ref]\n\n[ref]: javascript:alert(1) 'x'",
    "```x\" onclick=\"alert(1)\n</code><script>alert(1)</script>\n```",
    "``` language-a b\"c\nx\n```",
    "# heading\n\nanother\n=======\n\nand\n---",
    "<!-- comment --><!--live thread:post-the-vote:en--><!--/live-->",
    "<?php x ?><!DOCTYPE x><![CDATA[ x ]]>",
    "</section></article></body>",
    "<form action=x><input name=do><button>",
    "<base href=//evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
    "1. <li onfocus=alert(1) tabindex=0>\n> > <style>*{}</style>",
    "9999999999. x\n\n-1. y",
    "*a **b ~~c* d** e~~ `f",
    "\u2028\u2029\ufeff<\u200bscript>",
]  # fmt: skip


def elements(html):
    """Return the elements that a browser makes of it, and fail on an HTML comment."""
    tree = html5lib.parseFragment(str(html), treebuilder="etree", namespaceHTMLElements=False)
    found = [element for element in tree.iter() if element is not tree]
    assert all(isinstance(element.tag, str) for element in found), "an HTML comment came through"
    return [element for element in found if element.tag != "DOCUMENT_FRAGMENT"]


def judge(html):
    for element in elements(html):
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
        if "href" in element.attrib:
            assert element.attrib["href"].lower().startswith(("http://", "https://", "mailto:"))
        if element.tag == "a":
            assert element.attrib["rel"] == "nofollow ugc noopener noreferrer"


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_but_the_allowed_elements_comes_through(source):
    judge(markup.render(source))


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=4).map("".join))
def test_no_mixture_of_hostile_texts_comes_through(source):
    judge(markup.render(source))


@given(st.text(alphabet="<>&\"'`![]()*_~#-=:/ \n\\ajx", max_size=80))
def test_no_mixture_of_special_characters_comes_through(source):
    judge(markup.render(source))


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        (
            "*a* **b** ~~c~~ `d`",
            "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n",
        ),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("# a", "<p># a</p>\n"),
        ("a\n===", "<p>a<br>\n===</p>\n"),
        ("***", "<hr>\n"),
        ("```py\n<b>\n```", '<pre><code class="language-py">&lt;b&gt;\n</code></pre>\n'),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>\n"),
        ("https://example.org", "<p>https://example.org</p>\n"),
        ("[x](/a)", '<p><a rel="nofollow ugc noopener noreferrer">x</a></p>\n'),
    ],
)
def test_it_renders_what_people_write(source, rendered):
    assert markup.render(source) == rendered


def test_it_keeps_the_address_of_a_link():
    link = elements(markup.render("[x](https://example.org/?a=1&b=2 'title')"))[-1]

    assert (link.attrib["href"], link.attrib["title"]) == ("https://example.org/?a=1&b=2", "title")


def test_a_picture_becomes_a_link_or_text_and_loads_nothing():
    assert "<img" not in markup.render("![x](https://evil.example/pixel.png)")


@pytest.mark.parametrize("source", HOSTILE)
def test_it_renders_the_same_at_any_time(source):
    with time_machine.travel(0, tick=False):
        before = markup.render(source)

    assert markup.render(source) == before


@pytest.mark.parametrize(
    "source", ["> " * 45 + "x", "- " * 45 + "x", "*a **b " * 50 + "x" + "c** d*" * 50]
)
def test_it_says_what_is_nested_too_deep(source):
    with pytest.raises(markup.TooDeep):
        markup.render(source)


@pytest.mark.parametrize("source", ["> " * 10 + "x", "- a\n  - b\n    - c", "plain"])
def test_it_lets_pass_what_people_nest(source):
    assert markup.plain(markup.render(source))


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "part", ["[", "](", "*", "_a", "`", "<", "> ", "- ", "&", "![", "\\", "*a_", "[a](<"]
)
def test_it_ends_soon_on_text_that_repeats_itself(part):
    source = (part * 10_000)[:10_000]

    with contextlib.suppress(markup.TooDeep):  # which is refused as soon
        judge(markup.render(source))


@pytest.mark.parametrize(
    "address", ["https://example.org", "http://example.org/a?b=c#d", "https://例え.jp/"]
)
def test_a_website_may_be_linked(address):
    assert markup.is_website(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "//example.org", "example.org", "ftp://example.org",
        "https://", "https:///path", "https://user:pass@example.org", "https://exa mple.org",
        "https://a.org/\"onclick=", "https://a.org/<x>", "https://[::1", "mailto:a@a.org",
        "https:\\\\example.org", "https://example.org/\n",
    ],
)  # fmt: skip
def test_a_website_may_not_be_linked(address):
    assert not markup.is_website(address)


def test_plain_words_are_left_of_rendered_text():
    assert markup.plain(markup.render("*a* &lt;b&gt;\n\n> c")) == "a <b> c"
