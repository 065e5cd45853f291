"""A mail as the bytes that are sent, its headers written by ourselves.

Python's own writer turns some encoded words of a subject into new header lines, so no text of a
visitor comes near it: what is written here is plain ASCII of one line, or one of our own encoded
words.
"""

from __future__ import annotations

import base64
import quopri
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from comments_api.text import one_line

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_LINE = re.compile(r"[\x20-\x7e]*")
_LONGEST = 200  # characters of a subject; what is longer is cut, since a mail can be opened
_SHORT = 60  # characters that fit beside a header's name
_WORD = 39  # bytes in one encoded word, so that no line is longer than 76 characters


class BadAddress(ValueError):
    """Raised if an address cannot stand in a mail."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who sends mail: a name and an address that can stand in a header."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, written but not yet encoded.

    :ivar number: names it for ever, whatever becomes of the connection.
    :ivar unsubscribe: the address that ends it, of mails that somebody asked for.
    """

    recipient: str
    subject: str
    text: str
    lang: str
    number: str
    unsubscribe: str = ""


def encoded(message: Message, sender: Mailbox, now: datetime) -> bytes:
    """Return a mail as it is sent.

    :raise BadAddress: if its recipient cannot stand in a header.
    """
    host = sender.address.rpartition("@")[2]
    lines = [
        f"From: {_written(sender)}",
        f"To: {plain_address(message.recipient)}",
        f"Subject: {_phrase(clean(message.subject))}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{message.number}@{host}>",
        "Auto-Submitted: auto-generated",
        *_unsubscribe(message.unsubscribe),
        "MIME-Version: 1.0",
        f"Content-Language: {message.lang}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    ]
    _refuse_strange(lines)
    return "\r\n".join([*lines, "", _body(message.text)]).encode("ascii")


def _unsubscribe(address: str) -> list[str]:
    if not address:
        return []
    return [f"List-Unsubscribe: <{address}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]


def _refuse_strange(lines: list[str]) -> None:
    """Refuse a header that something slipped into, whatever it was: no mail is better than two."""
    for line in lines:
        if not all(_LINE.fullmatch(part) for part in line.split("\r\n ")):
            raise BadAddress(f"{line.partition(':')[0]} cannot be written")


def clean(text: str) -> str:
    """Return any text as one line that no program reads as anything but text."""
    text = one_line(text).replace("=?", "= ?")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 2].rstrip() + " …"


def plain_address(address: str) -> str:
    """Return an address in ASCII, its host as the domain name system knows it.

    :raise BadAddress: if it cannot stand in a header as it is.
    """
    local, _at, host = address.rpartition("@")
    try:
        plain = f"{local}@{host.encode('idna').decode()}"
    except UnicodeError as error:
        raise BadAddress(f"{host!r} is no host") from error
    if not _ADDRESS.fullmatch(plain) or "=?" in plain:
        raise BadAddress("the address cannot stand in a mail")
    return plain


def mailbox(text: str) -> Mailbox:
    """Return what `Name <address>` means, or an address alone.

    :raise BadAddress: if it is neither.
    """
    found = re.fullmatch(r"\s*(?:([^<>]*?)\s*<([^<>]*)>|([^<>\s]+))\s*", text)
    if found is None:
        raise BadAddress("it must be like Name <name@example.org>")
    name, inner, alone = found.groups()
    return Mailbox(clean((name or "").strip('"')), plain_address(inner or alone or ""))


def _written(sender: Mailbox) -> str:
    if not sender.name:
        return sender.address
    if sender.name.isascii() and len(sender.name) <= _SHORT:
        escaped = sender.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"\r\n <{sender.address}>'
    return f"{_words(sender.name)}\r\n <{sender.address}>"


def _phrase(text: str) -> str:
    return text if text.isascii() and len(text) <= _SHORT else _words(text)


def _words(text: str) -> str:
    """Return a text as encoded words (RFC 2047), none of which cuts a character in two."""
    words, word = [], b""
    for char in text:
        more = char.encode()
        if len(word) + len(more) > _WORD:
            words.append(word)
            word = b""
        word += more
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in [*words, word])


def _body(text: str) -> str:
    written = quopri.encodestring(text.replace("\r", "").encode("utf-8", "replace"))
    return written.decode("ascii").replace("\n", "\r\n")
