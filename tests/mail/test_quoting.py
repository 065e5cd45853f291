"""Readers' words in our mails: readable, and nothing in them to press."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_api.mail.quoting import WIDTH, defused, quoted, said
from comments_api.markup import TooDeep, render


def words(source, longest=5_000):
    return quoted(render(source), longest)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("I wrote to *them*.", "> I wrote to them."),
        ("one\ntwo", "> one\n> two"),
        ("one\n\ntwo", "> one\n>\n> two"),
        ("> they say\n\nI say", "> > they say\n>\n> I say"),
        ("- one\n- two", "> - one\n>\n> - two"),
        ("- one\n\n  more", "> - one\n>\n> more"),
        ("```\na\nb\n```", "> a\n> b"),
        ("one\n\n---\n\ntwo", "> one\n>\n> * * *\n>\n> two"),
        ("a & b < c", "> a & b < c"),
        ("<b>bold</b>", "> <b>bold</b>"),
        ("--", "> --"),
    ],
)
def test_a_comment_reads_as_it_was_meant(source, shown):
    assert words(source) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("[read this](https://evil.example/x)", "> read this [link]"),
        ("<https://evil.example/x>", "> [link]"),
        ("https://evil.example/x?y=1#z, so", "> [link], so"),
        ("(see https://evil.example/x).", "> (see [link])."),
        ("HTTPS://EVIL.EXAMPLE", "> [link]"),
        ("1https://evil.example", "> 1[link]"),
        ("www.evil.example", "> [link]"),
        ("evil.example", "> evil[.]example"),
        ("**ev**il.**exam**ple", "> evil[.]example"),
        ("mallory@evil.example", "> mallory@evil[.]example"),
        ("mailto:mallory@evil.example", "> [link]"),
        ("[write](mailto:mallory@evil.example)", "> write [link]"),
        ("тест.рф", "> тест[.]рф"),
        ("192.0.2.1", "> 192[.]0.2.1"),
        (r"\\\\server\\share", "> [link]"),
        ("javascript:alert(1)", "> [link])"),
        ("![a picture](https://evil.example/x.png)", "> !a picture [link]"),
    ],
)
def test_nothing_in_it_can_be_pressed(source, shown):
    assert words(source) == shown


@pytest.mark.parametrize(
    "plain", ["It costs 3.14, e.g. at 10.30.", "Dear U.S.A. …", "Note: this", "and/or", "v1.2.3"]
)
def test_what_is_no_link_stays_as_it_is(plain):
    assert defused(plain) == plain


LINKS = re.compile(r"://\S|\bwww\.\w|(?<![\w.])mailto:\w|\w\.[a-zA-Z]{2}", re.IGNORECASE)


@given(st.text("abwtphs:/.@\\ \n>*[]()<-1é", max_size=60))
def test_no_mixture_makes_a_link(source):
    try:
        shown = words(source)
    except TooDeep:
        return

    assert not LINKS.search(shown)


@given(st.text(max_size=300))
def test_every_line_is_behind_its_mark(source):
    try:
        shown = words(source)
    except TooDeep:
        return

    assert all(line.startswith(">") for line in shown.split("\n") if line)
    assert "\r" not in shown


def test_long_lines_are_wrapped_and_words_stay_whole():
    shown = words("word " * 100 + "x" * 100)

    lines = shown.split("\n")
    assert all(len(line) <= WIDTH for line in lines[:-1])
    assert lines[-1] == "> " + "x" * 100


def test_a_long_comment_is_cut_between_words():
    assert words("one two three four\n\nfive", longest=10) == "> one two …"
    assert words("one\n\ntwo three", longest=8) == "> one\n>\n> two …"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Bob", "Bob"),
        ("Bob\r\nBcc: x", "Bob Bcc: x"),
        ("\u202eBob\u2066", "Bob"),
        ("Visit https://evil.example now", "Visit [link] now"),
    ],
)
def test_a_name_is_one_line_without_links(name, shown):
    assert said(name) == shown
