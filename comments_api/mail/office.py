"""What all mails of a site have in common, as the settings say it."""

from __future__ import annotations

from dataclasses import dataclass

from comments_api.errors import BadSetting
from comments_api.mail.headers import Mailbox
from comments_api.mail.server import Server
from comments_api.settings import Settings


@dataclass(frozen=True, slots=True)
class Office:
    """The campaign's post office.

    :ivar secret: signs the links that end mail.
    :ivar digest_hour: of the site's clock, when those hear who want one mail a day.
    """

    server: Server
    sender: Mailbox
    site_url: str
    secret: str
    digest_hour: int


def office(settings: Settings, secret: str) -> Office | None:
    """Return the office, or None where no mail is sent.

    :raise BadSetting: if there is a server, and nobody in whose name mail could be sent.
    """
    if settings.smtp_url is None:
        return None
    if settings.mail_from is None:
        raise BadSetting(
            "COMMENTS_SMTP_URL is set, and COMMENTS_MAIL_FROM is missing: "
            "set it to a name and an address, such as Our campaign <news@example.org>."
        )
    return Office(
        settings.smtp_url, settings.mail_from, settings.site_url, secret, settings.digest_hour
    )
