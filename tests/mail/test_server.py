"""Which server takes our mail, as the setting names it."""

from __future__ import annotations

import pytest

from comments_api.mail.server import Cover, Server, parse


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 587, Cover.STARTTLS)),
        ("smtps://mail.example.org", Server("mail.example.org", 465, Cover.TLS)),
        ("smtp://mail.example.org:2525/", Server("mail.example.org", 2525, Cover.STARTTLS)),
        ("smtp://localhost", Server("localhost", 25, Cover.NONE)),
        ("smtp://127.0.0.1:2525", Server("127.0.0.1", 2525, Cover.NONE)),
        ("smtp://[::1]:2525", Server("::1", 2525, Cover.NONE)),
        ("smtps://localhost", Server("localhost", 465, Cover.TLS)),
        (
            "smtp://bob%40example.org:p%3A%2F%3F%23@mail.example.org",
            Server("mail.example.org", 587, Cover.STARTTLS, "bob@example.org", "p:/?#"),
        ),
    ],
)
def test_an_address_names_a_server(url, server):
    assert parse(url) == server


@pytest.mark.parametrize("url", ["", "  "])
def test_nothing_is_no_server(url):
    assert parse(url) is None


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example.org", "http://mail.example.org", "smtp://", "smtp:///x", "smtp://host/x"),
        *(
            "smtp://host:port",
            "smtp://host:99999",
            "smtp://u:s3cret?@host",
            "smtp://u:s3cret#@host",
        ),
        *("smtp://u:s3cret@host:x", "smtp://u:s3cret@[host"),
    ],
)
def test_what_names_no_server_is_refused_without_repeating_it(url):
    with pytest.raises(ValueError, match=r".+") as error:
        parse(url)

    assert "s3cret" not in str(error.value)


def test_a_password_is_not_shown():
    assert "s3cret" not in repr(parse("smtp://bob:s3cret@mail.example.org"))
