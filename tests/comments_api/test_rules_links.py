import time

import pytest

from comments_api import markup
from comments_api.rules.blocks import Barred, Blocks, Sender
from comments_api.rules.fields import fields
from comments_api.rules.links import host_of, links_in


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("No link, only example.org and a.b", 0),
        ("https://example.org/", 1),
        ("http://example.org HTTPS://EXAMPLE.ORG/", 1),
        ("www.example.org and https://example.org", 1),
        ("<https://example.org/>", 1),
        ("[here](https://example.org/)", 1),
        ("[https://example.org/](https://example.org)", 1),
        ("[one](https://a.example/) [two](https://b.example/)", 2),
        ("[one](https://a.example/x_(y)) https://a.example/x_(y)", 1),
        ("(see https://a.example/x, https://b.example/y.)", 2),
        ("https://example.org/ä <https://example.org/ä>", 1),
        ("<https://exämple.org/>, https://exämple.org", 1),
        ("**https://a.example/**", 1),
        ("`https://a.example/`", 1),
        ("    https://a.example/", 1),
        ("[a]: https://a.example/\n\n[a] [a]", 1),
        ("> https://a.example/\n> www.b.example", 2),
        ("<bob@example.org>", 1),
        ("[x](javascript:alert) [y](/local)", 0),
        ("wwww.example.org my-www.example.org", 0),
        ("&#104;ttps://a.example/", 1),
        ("h**ttps**://a.example/", 1),
    ],
)
def test_each_address_counts_once(text, count):
    assert len(links_in(markup.render(text))) == count


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.Example.org:8080/path?x=1", "example.org"),
        ("http://user@example.org", "example.org"),
        ("bob@mail.example.org", "mail.example.org"),
        ("https://xn--exmple-cua.org/", "exämple.org"),
        ("https://exämple.org?x", "exämple.org"),
        ("example.org.", "example.org"),
        ("https://xn--a.example/", "xn--a.example"),
        ("https://xn--strae-oqa.example/", "straße.example"),
        ("https://ö.xn--exmple-cua.org/", "ö.exämple.org"),
        ("https://i❤.example", "i❤.example"),
        ("https://xn--i-7iq.example", "i❤.example"),
        ("", ""),
    ],
)
def test_a_host_is_found_in_links_websites_and_emails(address, host):
    assert host_of(address) == host


@pytest.mark.parametrize(
    "website",
    [
        "https://spam%2Eexample/",
        "https://%73pam.example/",
        "https://%EF%BD%93pam.example/",
        "https://ｓpam.example/",
        "https://𝐬pam.example/",
        "https://🅂pam.example/",
        "https://spam。example/",
        "https://spam．example./",
        "https://spam｡example。/",
        "https://sp\u00adam.example/",
        "https://sp\ufe0fam.example/",
        "https://sp\u180fam.example/",
        "https://SPAM.EXAMPLE:443/",
        "https://ö.xn--spam-example.spam.example/",
    ],
    ids=ascii,
)
def test_a_blocked_domain_is_known_however_a_browser_lets_it_be_written(website, now):
    assert markup.is_website(website)
    blocks = Blocks([Barred("domain", "spam.example", "spam", None)])
    sent = fields("Bob", "", website, "Hello", "<p>Hello</p>", None)

    assert blocks.on(Sender(sent, None), now)


@pytest.mark.parametrize("written", ["xn--exmple-cua.org", "ö.xn--exmple-cua.org", "EXÄMPLE.org"])
def test_a_domain_in_its_own_letters_is_known_in_both_ways_of_writing_it(written, now):
    blocks = Blocks([Barred("domain", host_of("exämple.org"), "spam", None)])
    sent = fields("Bob", "", f"https://{written}/", "Hello", "<p>Hello</p>", None)

    assert blocks.on(Sender(sent, None), now)


@pytest.mark.parametrize(
    "host", ["spam.example.org", "notspam.example", "spam-example", "xn--spm-qla.example"]
)
def test_a_domain_that_only_begins_alike_is_another_one(host, now):
    blocks = Blocks([Barred("domain", "spam.example", "spam", None)])
    sent = fields("Bob", "", f"https://{host}/", "Hello", "<p>Hello</p>", None)

    assert not blocks.on(Sender(sent, None), now)


@pytest.mark.parametrize("piece", ["xn--a.", "xn--", "a", "%2E", "。", "ｓ", ".", "xn--9"])
def test_a_host_many_times_too_long_is_read_all_the_same(piece):
    begun = time.process_time()

    host_of("https://" + piece * 100_000)

    assert time.process_time() - begun < 10
