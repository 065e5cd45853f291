"""A real mail server of this machine, with whatever manners a test wants."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comments_api.mail.server import Cover, Server

OK = "250 OK"


@dataclass(frozen=True)
class Arrived:
    """A mail that the server took."""

    sender: str
    recipient: str
    content: bytes
    secure: bool

    @property
    def message(self) -> EmailMessage:
        """The mail as a program reads it."""
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def number(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """What a person reads."""
        return str(self.message.get_content())


@dataclass
class Postbox:
    """What the server does; a mood is one word for all mails, or for one recipient."""

    mails: list[Arrived] = field(default_factory=list)
    mood: str = "ok"
    moods: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0
    greeted: int = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        """Count who comes."""
        session.host_name = hostname
        self.greeted += 1
        return answers

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say why not."""
        await asyncio.sleep(self.slow)
        mood = self.moods.get(address, self.mood)
        envelope.mood = mood
        if mood in ANSWERS:
            return ANSWERS[mood].format(address)
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail, or break off before or after it is stored."""
        if envelope.mood == "drop-data":
            server.transport.abort()
            return OK
        for recipient in envelope.rcpt_tos:
            secure = session.ssl is not None
            mail = Arrived(envelope.mail_from, recipient, envelope.content, secure)
            self.mails.append(mail)
        if envelope.mood == "drop-late":
            server.transport.abort()
        return "554 no" if envelope.mood == "perm-data" else OK

    def recipients(self) -> list[str]:
        """Return to whom the mails went, in order."""
        return [mail.recipient for mail in self.mails]


ANSWERS = {
    "421": "421 closing",
    "temp": "450 mailbox busy",
    "perm": "550 no such user",
    "echo": "550 <{}>: no such user",
    "garbage": "\x01\x02 what?",
}


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    box: Postbox
    port: int

    def known_as(self, cover: Cover = Cover.NONE, host: str = "127.0.0.1", **more: str) -> Server:
        """Return it as the settings name it."""
        return Server(host, self.port, cover, **more)


@contextmanager
def running(box: Postbox | None = None, **options: Any) -> Iterator[Running]:
    """Give a server on a free port.

    :param options: of aiosmtpd.
    """
    box = box or Postbox()
    controller = _Controller(box, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield Running(box, controller.port)
    finally:
        controller.stop()


class _Controller(Controller):
    """Learns which port the system gave it, before anybody tries to reach it."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()


def only_bob(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Let in whoever knows Bob's password."""
    known = mechanism in {"LOGIN", "PLAIN"} and (data.login, data.password) == (b"bob", b"s3cret:/")
    return AuthResult(success=known, handled=False)


# -- certificates -----------------------------------------------------------------------------


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server shows that calls itself localhost, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    shows = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shows.load_cert_chain(path)
    trusts = ssl.create_default_context()
    trusts.load_verify_locations(
        cadata=certificate.public_bytes(serialization.Encoding.PEM).decode()
    )
    return shows, trusts
