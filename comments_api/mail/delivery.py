"""Giving mails to the server, one by one over one connection, and saying what became of each."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import TracebackType

from comments_api.mail.server import Cover, Server
from comments_api.text import one_line

PATIENCE = 10.0  # seconds for one answer
LONGEST = 60.0  # seconds for a whole mail, of a server that says a letter now and then
_MUCH = 300  # characters of what a server says


class Undelivered(Exception):
    """Raised if the server did not take a mail.

    :ivar lasting: it never will, so nobody need ask again.
    :ivar unsure: it may have taken it all the same: the connection broke before it could say.
    """

    def __init__(self, why: str, *, lasting: bool = False, unsure: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting
        self.unsure = unsure


class NoConnection(Exception):
    """Raised if nothing can be given to the server at all: that is nothing about any mail."""


class Line:
    """A connection to the server, made when it is needed and made again when it broke.

    :param hello: the name of this machine, as the server is told it.
    :param trusted: the certificates to trust, by default those of the system.
    """

    def __init__(
        self,
        server: Server,
        hello: str,
        *,
        trusted: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
        longest: float = LONGEST,
    ) -> None:
        self._server = server
        self._hello = hello
        self._trusted = trusted
        self._patience = patience
        self._longest = longest
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException), _within(self._smtp, 5.0):
                self._smtp.quit()
        self._hang_up()

    def deliver(self, sender: str, recipient: str, content: bytes) -> None:
        """Give a mail to the server, and return when it has taken it.

        :raise Undelivered: if it did not.
        :raise NoConnection: if it cannot be reached, or does not let us in.
        """
        smtp = self._smtp or self._connect()
        with _within(smtp, self._longest):
            try:
                self._introduce(smtp, sender)
                _refused(smtp.rcpt(recipient))
            except (OSError, smtplib.SMTPException, ValueError) as error:
                self._hang_up()
                raise Undelivered(_said(error)) from error
            except Undelivered:
                self._after_refusal(smtp)
                raise
            self._give(smtp, content)

    def _introduce(self, smtp: smtplib.SMTP, sender: str) -> None:
        try:
            _refused(smtp.mail(sender))
        except Undelivered as error:
            if not error.lasting:
                raise
            self._hang_up()  # who may not send cannot send anything, whoever it is for
            raise NoConnection(str(error)) from error

    def _give(self, smtp: smtplib.SMTP, content: bytes) -> None:
        try:
            _refused(smtp.data(content))
        except smtplib.SMTPDataError as error:  # it did not even want to see the mail
            self._after_refusal(smtp)
            _refused((error.smtp_code, error.smtp_error))
            raise Undelivered(_said(error)) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._hang_up()
            raise Undelivered(_said(error), unsure=True) from error
        except Undelivered:
            self._after_refusal(smtp)
            raise

    def _after_refusal(self, smtp: smtplib.SMTP) -> None:
        """Begin anew with the next mail, on a new connection if the server says that it closes."""
        try:
            code, _words = smtp.rset()
        except (OSError, smtplib.SMTPException, ValueError):
            code = -1
        if code != 250:
            self._hang_up()

    def _connect(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._dial()
            with _within(smtp, self._longest):
                self._enter(smtp)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            if smtp is not None:
                smtp.close()
            raise NoConnection(_said(error)) from error
        self._smtp = smtp
        return smtp

    def _dial(self) -> smtplib.SMTP:
        where = (self._server.host, self._server.port, self._hello)
        if self._server.cover == Cover.TLS:
            return smtplib.SMTP_SSL(*where, timeout=self._patience, context=self._context())
        return smtplib.SMTP(*where, timeout=self._patience)

    def _enter(self, smtp: smtplib.SMTP) -> None:
        if self._server.cover == Cover.STARTTLS:
            smtp.starttls(context=self._context())
        if self._server.user:
            smtp.login(self._server.user, self._server.password)
        else:
            smtp.ehlo_or_helo_if_needed()

    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


@contextmanager
def _within(smtp: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the connection if something takes longer, whatever the server trickles meanwhile."""
    timer = Timer(seconds, _cut, [smtp])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with contextlib.suppress(OSError):
            # Of the plain socket: that of TLS would forget its state while another thread reads.
            socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)


def _refused(answer: tuple[int, bytes | str]) -> None:
    """Go on if the server says yes.

    :raise Undelivered: if not; what begins with 5 is its last word.
    """
    code, words = answer
    if not 200 <= code < 300:
        raise Undelivered(_sentence(code, words), lasting=500 <= code < 600)


def _said(error: Exception) -> str:
    """Return what went wrong, without anything that we told the server."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _sentence(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:_MUCH]


def _sentence(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {said}")[:_MUCH]
