import pytest

from comments_api import markup
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
        ("", ""),
    ],
)
def test_a_host_is_found_in_links_websites_and_emails(address, host):
    assert host_of(address) == host
