"""Every setting of the API, in one table: name, default, help."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from comments_api import oidc_settings
from comments_api.errors import BadSetting
from comments_api.mail import headers, server
from comments_api.mail.headers import Mailbox
from comments_api.mail.server import Server
from comments_api.oidc_settings import Provider

PREFIX = "COMMENTS_"
ROOT = Path(__file__).resolve().parent.parent
SECRET_LENGTH = 32

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _text(value: str) -> str:
    return value.strip()


def _folder(value: str) -> Path:
    return (ROOT / value.strip()).resolve()


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError("it must be 1 or more")
    return number


def _hour(value: str) -> int:
    number = int(value)
    if not 0 <= number <= 23:
        raise ValueError("it must be an hour from 0 to 23")
    return number


def _sender(value: str) -> Mailbox | None:
    return headers.mailbox(value) if value.strip() else None


def _origin(value: str) -> str:
    parts = urlsplit(value.strip())
    port = f":{parts.port}" if parts.port else ""  # raises ValueError if it is no number
    origin = f"{parts.scheme}://{parts.hostname}{port}"
    plain = parts.scheme in {"http", "https"} and parts.hostname and "[" not in parts.netloc
    if not plain or value.strip().rstrip("/").lower() != origin:
        raise ValueError("it must be like https://example.org, without a path")
    return origin


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("it must be 0 or more")
    return number


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for part in value.split(",") if (name := part.strip()))


def _networks(value: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())


def _providers(value: str) -> tuple[Provider, ...]:
    return oidc_settings.parse(value, ROOT)


def _setting(
    default: str, parse: Callable[[str], Any], help_text: str, *, secret: bool = False
) -> Any:
    """Describe one setting; the default is written as it would be in the environment.

    :param secret: it may hold a password, so what was given is never repeated.
    """
    about = {"default": default, "parse": parse, "help": help_text, "secret": secret}
    return field(default=parse(default), metadata=about)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, checked when they are loaded."""

    database_url: str = _setting(
        "sqlite:///instance/handbill.sqlite3",
        _text,
        "Where the comments are kept (SQLAlchemy URL).",
    )
    secret_key: str = _setting(
        "", _text, "At least 32 random characters. On loopback, one is made in instance/secret."
    )
    site: Path = _setting(
        "instance/site", _folder, "The folder with the builds and the link `current`."
    )
    site_url: str = _setting(
        "http://127.0.0.1:8000", _origin, "The site's public origin, as readers type it."
    )
    source_url: str = _setting(
        "",
        _text,
        "Where the site's source can be had (AGPL); empty: an archive that the site carries.",
    )
    trusted_proxies: tuple[Network, ...] = _setting(
        "", _networks, "Networks of the proxies whose X-Forwarded-For is believed, comma-separated."
    )
    thread_limit: int = _setting("2000", _positive, "A thread closes itself at this many comments.")
    post_limit_block: int = _setting(
        "5", _positive, "Comments a minute from one address block (/24 or /48)."
    )
    post_limit_block_hour: int = _setting(
        "30", _positive, "Comments an hour from one address block."
    )
    post_limit_thread: int = _setting("30", _positive, "Comments a minute in one thread.")
    post_limit_site: int = _setting("300", _positive, "Comments a minute on the whole site.")
    flood_seconds: int = _setting(
        "15", _whole, "So long one address waits after a comment before the next; 0: not at all."
    )
    max_links: int = _setting(
        "2", _whole, "A comment with so many links waits for a moderator; 0: links do not count."
    )
    trust_after: int = _setting(
        "2",
        _whole,
        "Who showed who she is, and had so many comments approved, is trusted; 0: everybody is.",
    )
    record_percent: int = _setting(
        "30", _whole, "Who had so much of her recent comments rejected waits; 0: nobody does."
    )
    record_days: int = _setting("7", _positive, "How many days of comments that looks back on.")
    repeat_minutes: int = _setting(
        "6", _whole, "The same text elsewhere within so many minutes waits; 0: it does not."
    )
    fastest_seconds: int = _setting(
        "2", _whole, "A form that comes back in less waits; 0: it does not."
    )
    protected_names: tuple[str, ...] = _setting(
        "", _names, "Names that no reader may look like, comma-separated; the staff's are, too."
    )
    words: Path = _setting(
        "content/data/words", _folder, "The folder with the lists `held.txt` and `spam.txt`."
    )
    edit_minutes: int = _setting(
        "15", _positive, "So long after sending a comment, its author can edit or withdraw it."
    )
    complaint_limit_block_hour: int = _setting(
        "5", _positive, "Reports of comments an hour from one address block."
    )
    address_days: int = _setting(
        "30", _positive, "The block of addresses that a comment came from is kept for so many days."
    )
    removed_days: int = _setting(
        "30", _positive, "Spam, trash and settled reports of comments go after so many days."
    )
    session_idle_minutes: int = _setting(
        "60", _positive, "A moderator is signed out after so much idleness."
    )
    session_hours: int = _setting(
        "24", _positive, "A moderator is signed out after so long in any case."
    )
    oidc_providers: tuple[Provider, ...] = _setting(
        "", _providers, "Providers that readers can sign in with, by OpenID Connect; see below."
    )

    smtp_url: Server | None = _setting(
        "",
        server.parse,
        "The server that takes our mail: smtp://user:password@host:587 or smtps://host:465; "
        "empty: no mail is sent.",
        secret=True,
    )
    mail_from: Mailbox | None = _setting(
        "", _sender, "In whose name mail is sent: Our campaign <news@example.org>."
    )
    digest_hour: int = _setting(
        "8", _hour, "The hour of the site's clock at which those hear who want one mail a day."
    )

    @property
    def edit_window(self) -> timedelta:
        """How long a comment can be changed by whoever wrote it."""
        return timedelta(minutes=self.edit_minutes)

    @property
    def mails(self) -> bool:
        """Say whether mail is sent."""
        return self.smtp_url is not None

    @property
    def https(self) -> bool:
        """Say whether readers reach the site by https."""
        return self.site_url.startswith("https://")

    @property
    def loopback(self) -> bool:
        """Say whether the site is served on this machine only."""
        host = urlsplit(self.site_url).hostname or ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:  # a name
            return False


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment and check them.

    :raise BadSetting: if a name is unknown or a value makes no sense; names the setting.
    """
    environ = os.environ if environ is None else environ
    table = {PREFIX + f.name.upper(): f for f in fields(Settings)}
    given: dict[str, Any] = {}
    for name in sorted(n for n in environ if n.startswith(PREFIX)):
        if name not in table:
            raise BadSetting(f"{name} is not a setting. Known ones: {', '.join(sorted(table))}.")
        try:
            given[table[name].name] = table[name].metadata["parse"](environ[name])
        except ValueError as error:
            if table[name].metadata["secret"]:
                raise BadSetting(f"{name} makes no sense: {error}.") from None
            raise BadSetting(f"{name} is {environ[name]!r}: {error}.") from error
    return Settings(**given)


def secret(settings: Settings) -> str:
    """Return the secret key, made once in `instance/secret` (mode 0600) on loopback.

    :raise BadSetting: if it is missing or short anywhere but on loopback.
    """
    if settings.secret_key:
        if len(settings.secret_key) < SECRET_LENGTH:
            raise BadSetting(
                f"COMMENTS_SECRET_KEY is too short: use {SECRET_LENGTH} characters or more."
            )
        if len(set(settings.secret_key)) < 8:
            raise BadSetting(
                "COMMENTS_SECRET_KEY is not random: use the output of `openssl rand -hex 32`."
            )
        return settings.secret_key
    if not settings.loopback:
        raise BadSetting(
            "COMMENTS_SECRET_KEY is missing. Set it to 32 random characters or more, "
            "for example the output of `openssl rand -hex 32`."
        )
    return own_secret(ROOT / "instance" / "secret")


def own_secret(path: Path) -> str:
    """Return a random secret of this machine, made at the first time, that only its owner can read.

    :raise BadSetting: if the file was cut short.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Complete before it has its name: of two processes at once, none reads half of it.
        handle, beside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_LENGTH))
        with contextlib.suppress(FileExistsError):  # the other one was first
            path.hardlink_to(beside)
        Path(beside).unlink()
    found = path.read_text(encoding="ascii").strip()
    if len(found) < SECRET_LENGTH:
        raise BadSetting(f"{path} is cut short: delete it, and a new secret is made.")
    return found
