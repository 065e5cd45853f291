"""What the settings make of mail: all that is needed, or a sentence at the start."""

from __future__ import annotations

import pytest

from comments_api import settings
from comments_api.errors import BadSetting
from comments_api.mail.headers import Mailbox
from comments_api.mail.office import office
from comments_api.mail.server import Cover, Server
from comments_api.settings import Settings

GIVEN = {
    "COMMENTS_SMTP_URL": "smtp://bob:s3cret@mail.example.org",
    "COMMENTS_MAIL_FROM": "Our campaign <news@example.org>",
    "COMMENTS_DIGEST_HOUR": "18",
}


def test_the_settings_make_an_office():
    loaded = settings.load(GIVEN)

    made = office(loaded, "secret")

    assert loaded.mails
    assert made.server == Server("mail.example.org", 587, Cover.STARTTLS, "bob", "s3cret")
    assert made.sender == Mailbox("Our campaign", "news@example.org")
    assert (made.site_url, made.digest_hour) == ("http://127.0.0.1:8000", 18)


def test_without_a_server_there_is_none_and_no_mail():
    assert office(Settings(), "secret") is None
    assert not Settings().mails


def test_a_server_without_a_sender_is_refused():
    loaded = settings.load({"COMMENTS_SMTP_URL": GIVEN["COMMENTS_SMTP_URL"]})

    with pytest.raises(BadSetting, match="COMMENTS_MAIL_FROM is missing"):
        office(loaded, "secret")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMENTS_SMTP_URL", "mail.example.org"),
        ("COMMENTS_SMTP_URL", "smtp://bob:s3cret?@mail.example.org"),
        ("COMMENTS_MAIL_FROM", "Our campaign"),
        ("COMMENTS_DIGEST_HOUR", "24"),
        ("COMMENTS_DIGEST_HOUR", "eight"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name, value):
    with pytest.raises(BadSetting, match=name):
        settings.load({**GIVEN, name: value})


def test_a_password_is_never_repeated():
    with pytest.raises(BadSetting) as error:
        settings.load({"COMMENTS_SMTP_URL": "smtp://bob:s3cret@mail example.org:x"})

    shown = error.value
    while shown is not None:
        assert "s3cret" not in str(shown)
        shown = None if shown.__suppress_context__ else shown.__context__
