"""HTML from elsewhere becomes our markup: every word stays, nothing else shows."""

from __future__ import annotations

import re

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comments_api import markup, text
from comments_api.transfer.escaping import quoted
from comments_api.transfer.markup_of import to_markup

# What a browser begins a new line for, or parts by a gap.
PARTED = {
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl",
    "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
}  # fmt: skip
# Programs and drawings are no words.
DROPPED = {"script", "style", "svg", "math"}
NASTY = [
    "<p>One</p>\n\n<p>Two <b>three</b></p>",
    "line one\nline two\n\nparagraph two",
    "a<br>b<br/><br />c",
    "1. not a list\n- nor this\n+ nor this\n* nor this\n> nor a quote\n# nor a heading",
    "---\n***\n___\n- - -\n=====",
    "12) too\n1986. A great year\n0. zero",
    "*stars* _under_ __two__ snake_case ~~gone~~ `code` ``` fence\n```\nx\n```",
    "[link](http://evil.example) ![pic](http://evil.example/x.png) [ref]: http://x.example",
    "&lt;b&gt;not bold&lt;/b&gt; &amp;copy; &amp;amp; &amp;#65; &copy; & &&amp;",
    "&lt;http://auto.example&gt; &lt;bob@example.org&gt; <http://x.example>",
    "back\\slash \\* \\\\ \\[ trailing\\",
    "    four spaces\n\ttab\n&nbsp;&nbsp;&nbsp;&nbsp;nbsp",
    "<script>alert('x')</script>seen<style>p{}</style>",
    "<img src=x onerror=alert(1)>pic<svg onload=alert(1)><text>drawn</text></svg>",
    "<a href='javascript:alert(1)'>j</a> <a href='/moderate/'>r</a> <a>n</a> <a href=''>e</a>",
    "<b>a</b><b>b</b><i>c</i><b><i>d</i></b>e<i>f<b>g</b></i>",
    "un<b>frigging</b>believable <b>\"quoted\"</b>x x<i>(y)</i>z <del> spaced </del>",
    "<b>open <i>over</b> lap</i> <b>never closed",
    "<b>two\n\nparagraphs</b> <a href='http://x.example'>and\n\na link</a>",
    "<ul><li>a<li>b<ol start=7><li>c<li>d</ol></ul>text<ol><li><p>x</p><p>y</p></ol>",
    "<li>alone</li><ul>text in a list<li></li><li>- dash</li><li>1. one</li></ul>",
    "<blockquote cite='http://x.example'>q<blockquote>r\n\ns</blockquote></blockquote>",
    "<pre>  keep\n    this\n\n  ``` fence\n</pre><pre></pre><pre><b>x</b> &lt;y&gt;</pre>",
    "<code>a `tick` b</code><code>`</code><code> </code><code></code><code>two\nlines</code>",
    "<p><code><p>in</p></code></p><pre><pre>twice</pre></pre>",
    "<h1>Head</h1><hr><table><tr><th>a<th>b<tr><td>c<td>d</table><dl><dt>t<dd>d</dl>",
    "<q>said</q> <cite>Book</cite> <em>e</em> <u>u</u> <font color=red>f</font>",
    "<!-- comment -->seen<!--live thread:post-x:en--><?php echo 1 ?><![CDATA[ data ]]>",
    "<div><div><div>deep</div></div></div></div></p></b></unknown>",
    "😀 \U0001f1ec\U0001f1e7 \u05e9\u05dc\u05d5\u05dd \u202eabc\u202c e\u0301 \u2028line\u2029",
    "<a href='http://x.example/a(b)c?d=*e*&amp;f=_g_'>x</a><a href=\"mailto:a@b.example\">m</a>",
    "<a href='http://x.example/\"onclick=\"'>] [x](y)</a>!<a href='http://x.example'>not a pic</a>",
    "<p>unclosed <b>bold <p>next",
    "]]>\n]](\n[[[[\n((((\n<<<<\n>>>>\n````\n~~~~\n____\n****",
    "<", ">", "&", "", " \n ", "<>", "</>", "&#0;&#x110000;&bogus;",
]  # fmt: skip
PIECES = [
    *("<p>", "</p>", "<br>", "<b>", "</b>", "<i>", "</i>", "<del>", "</del>", "<code>", "</code>"),
    *("<pre>", "</pre>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<q>", "</q>"),
    *("<blockquote>", "</blockquote>", "<a href='http://x.example/'>", "</a>", "<div>", "</div>"),
    *("\n", "\n\n", " ", "  ", "\t", "*", "**", "_", "~~", "`", "```", "[", "]", "(", ")", "<"),
    *(">", "> ", "- ", "1. ", "#", "\\", "&", "&amp;", "&lt;", "!", "a", "b", "-", "---", '"', "ä"),
    *("<hr>", "<table>", "<td>", "</table>", "<cite>", "<x>", "<!--", "-->", "é", "…"),
]


def words(html: str) -> list[str]:
    """Return what somebody reads of HTML, as a browser's parser understands it."""
    page = f"<!doctype html><body>{html}"  # a fragment's parser loses text beside a table
    tree = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    said: list[str] = []

    def read(element):
        gap = " " if element.tag in PARTED else ""
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] not in DROPPED:
            said.extend([gap, element.text or ""])
            for child in element:
                read(child)
            said.append(gap)
        said.append(element.tail or "")

    read(tree)
    # Of <q> a browser makes quotation marks, which are no words.
    return "".join(said).replace("\u201c", "").replace("\u201d", "").split()


@pytest.mark.parametrize("html", NASTY)
def test_the_words_of_nasty_comments_stay(html):
    html = text.normal(html)

    assert words(str(markup.render(to_markup(html)))) == words(html)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("<b>a</b><b>*</b>")
def test_the_words_of_any_mixture_of_elements_and_marks_stay(html):
    assert words(str(markup.render(to_markup(html)))) == words(html)


@settings(deadline=None)
@given(st.lists(st.sampled_from(NASTY) | st.text(max_size=15), max_size=3).map("\n".join))
def test_the_words_of_any_mixture_of_nasty_comments_stay(html):
    html = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", text.normal(html))

    assert words(str(markup.render(to_markup(html)))) == words(html)


@settings(deadline=None)
@given(st.text(alphabet="*_~`[]()<>#+-=.!&\\|1a \n\t'\"", max_size=60))
def test_plain_text_shows_as_it_was_typed(typed):
    assert words(str(markup.render(quoted(typed)))) == typed.split()


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("a <b>bold</b> <strong>word</strong>", "a **bold** **word**"),
        ("an <i>i</i> <em>em</em> <cite>book</cite>", "an *i* *em* *book*"),
        ("<del>a</del> <s>b</s> <strike>c</strike>", "~~a~~ ~~b~~ ~~c~~"),
        ("<b> spaces </b>inside", "**spaces** inside"),
        ("<p>One.</p>\n<p>Two.</p>", "One.\n\nTwo."),
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("one<br>\ntwo<br><br>three", "one\ntwo\n\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ("<blockquote cite='x'><p>a</p></blockquote>b", "> a\n\nb"),
        ("<code>x</code> <code>a`b</code>", "`x` ``a`b``"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ('<pre><code class="language-py">a\n</code></pre>', "```py\na\n```"),
        ("<q>said</q>", "“said”"),
        ("<h2>Head</h2><u>u</u>", "Head\n\nu"),
        ("snake_case_name and 2*3", "snake_case_name and 2\\*3"),
        ("<code>a <b>b</b> <code>c</code></code>", "`a b c`"),
        ("<b><code>x</code></b>", "**`x`**"),
        ("a \t\n\t b \t c\t\n \n\td", "a\nb c\n\nd"),
    ],
)
def test_it_writes_what_somebody_would_have_typed(html, written):
    assert to_markup(html) == written


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "http://example.org/a(b)c/*d*_e_?f=1&copy;=2#g",
        "https://example.org/%C3%A4/%20x",
        "mailto:bob@example.org",
    ],
)
def test_an_absolute_link_survives(address):
    html = f'<p>see <a href="{address.replace("&", "&amp;")}" title="t">a *link*</a></p>'

    rendered = str(markup.render(to_markup(html)))

    tree = html5lib.parseFragment(rendered, treebuilder="etree", namespaceHTMLElements=False)
    links = [(e.attrib["href"], e.text) for e in tree.iter("a")]
    assert links == [(address, "a *link*")]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "/moderate/", "//evil.example", "data:x", "http://", "ftp://x"],
)
def test_any_other_link_becomes_its_text(address):
    assert to_markup(f'<a href="{address}">words</a>') == "words"


@pytest.mark.parametrize(
    "html",
    [
        *("<div>" * 20_000, "<b><i><a>" * 3000, "<blockquote>" * 3000, "<ul><li>" * 2000),
        *("*" * 9999, "<code>" * 3000, "<b><code><i>" * 1000, "<code><table><td>" * 500),
        # A table begins a world of its own, in which a link may stand though it is in one.
        "<a href='http://x.example/'><table><td>" * 500,
    ],
)
def test_deep_or_long_html_loses_no_word(html):
    rendered = str(markup.render(to_markup(html + "seen")))

    assert "seen" in rendered


def test_a_long_run_of_spaces_is_read_once():
    # Nobody counts the steps of a regular expression. One that looks at the run again from each
    # of its spaces needs a quarter of an hour for these: more than any test is given.
    assert to_markup("a" + " " * 500_000 + "b") == "a b"


@settings(deadline=None)
@given(st.lists(st.sampled_from(NASTY), max_size=2).map("\n".join))
def test_what_was_written_is_written_the_same_again(html):
    rendered = str(markup.render(to_markup(html)))

    assert markup.plain(str(markup.render(to_markup(rendered)))) == markup.plain(rendered)
