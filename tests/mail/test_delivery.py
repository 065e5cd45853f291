"""Giving a mail to a server: who is trusted with it, and what becomes of it."""

from __future__ import annotations

import socket
from threading import Event, Thread

import pytest

from comments_api.mail.delivery import Line, NoConnection, Undelivered
from comments_api.mail.server import Cover
from tests.mail.smtp import Postbox, certified, only_bob, running

CONTENT = b"Subject: Hello\r\n\r\nHello.\r\n.\r\n"
FROM, TO = "news@example.org", "bob@example.org"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """What a server with a certificate shows, and what trusts it."""
    return certified(tmp_path_factory.mktemp("certified"))


@pytest.fixture
def server():
    """A server on this machine."""
    with running() as found:
        yield found


def deliver(line, to=TO):
    with line:
        line.deliver(FROM, to, CONTENT)


def line_to(server, cover=Cover.NONE, *, trusted=None, patience=5.0, longest=10.0, **more):
    known = server.known_as(cover, **more)
    return Line(known, "localhost", trusted=trusted, patience=patience, longest=longest)


def test_a_mail_arrives_as_it_was_written(server):
    deliver(line_to(server))

    [mail] = server.box.mails
    assert (mail.sender, mail.recipient) == (FROM, TO)
    assert mail.content == CONTENT


def test_many_mails_go_over_one_connection(server):
    with line_to(server) as line:
        for number in range(3):
            line.deliver(FROM, f"bob{number}@example.org", CONTENT)

    assert len(server.box.mails) == 3
    assert server.box.greeted == 1


# -- who is trusted ---------------------------------------------------------------------------


def test_starttls_covers_what_is_sent(certificates):
    shown, trusted = certificates
    with running(tls_context=shown, require_starttls=True) as server:
        deliver(line_to(server, Cover.STARTTLS, trusted=trusted))

        assert [mail.secure for mail in server.box.mails] == [True]


def test_tls_from_the_beginning_works_too(certificates):
    shown, trusted = certificates
    with running(ssl_context=shown) as server:
        deliver(line_to(server, Cover.TLS, trusted=trusted))

        assert len(server.box.mails) == 1


@pytest.mark.parametrize(
    ("cover", "option"), [(Cover.STARTTLS, "tls_context"), (Cover.TLS, "ssl_context")], ids=str
)
def test_a_certificate_that_nobody_vouches_for_is_refused(certificates, cover, option):
    with running(**{option: certificates[0]}) as server:
        with pytest.raises(NoConnection, match="CERTIFICATE_VERIFY_FAILED"):
            deliver(line_to(server, cover))

        assert server.box.mails == []


def test_a_certificate_of_another_host_is_refused(certificates, monkeypatch):
    shown, trusted = certificates
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, *more, **named: look_up("127.0.0.1", *more, **named)
    )
    with running(tls_context=shown) as server:
        with pytest.raises(NoConnection, match="CERTIFICATE_VERIFY_FAILED"):
            deliver(line_to(server, Cover.STARTTLS, trusted=trusted, host="mail.example.org"))

        assert server.box.mails == []


def test_without_starttls_nothing_is_sent(server):
    with pytest.raises(NoConnection, match="STARTTLS"):
        deliver(line_to(server, Cover.STARTTLS))

    assert server.box.mails == []


def test_the_password_lets_us_in_and_is_never_said(certificates):
    shown, trusted = certificates
    options = {"tls_context": shown, "authenticator": only_bob, "auth_required": True}
    with running(**options) as server:
        deliver(line_to(server, Cover.STARTTLS, trusted=trusted, user="bob", password="s3cret:/"))
        with pytest.raises(NoConnection) as refused:
            deliver(line_to(server, Cover.STARTTLS, trusted=trusted, user="bob", password="wr0ng"))

        assert len(server.box.mails) == 1
    assert "535" in str(refused.value)
    assert "wr0ng" not in str(refused.value)


# -- what becomes of a mail (F14) -------------------------------------------------------------


def test_nobody_there_is_no_connection():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running() as server:
        nobody = type(server)(server.box, port)
        with pytest.raises(NoConnection, match="refused"):
            deliver(line_to(nobody))


@pytest.mark.parametrize(
    ("mood", "lasting", "unsure", "stored"),
    [
        ("421", False, False, 0),
        ("temp", False, False, 0),
        ("garbage", False, False, 0),
        ("perm", True, False, 0),
        ("drop-data", False, True, 0),
        ("drop-late", False, True, 1),
    ],
)
def test_what_a_server_says_decides_what_follows(server, mood, lasting, unsure, stored):
    server.box.mood = mood

    with pytest.raises(Undelivered) as error:
        deliver(line_to(server))

    assert (error.value.lasting, error.value.unsure) == (lasting, unsure)
    assert len(server.box.mails) == stored


@pytest.mark.parametrize("mood", ["421", "temp", "garbage", "perm", "drop-data", "drop-late"])
def test_whatever_happened_the_next_mail_arrives(server, mood):
    server.box.moods["mallory@example.org"] = mood
    with line_to(server) as line:
        with pytest.raises(Undelivered):
            line.deliver(FROM, "mallory@example.org", CONTENT)

        line.deliver(FROM, TO, CONTENT)

    assert server.box.recipients()[-1] == TO


def test_a_refusal_after_the_text_lasts_too(server):
    server.box.mood = "perm-data"

    with pytest.raises(Undelivered, match="554 no") as error:
        deliver(line_to(server))

    assert error.value.lasting


def test_a_slow_server_is_left_alone():
    with running(Postbox(slow=3.0)) as server:
        with pytest.raises(Undelivered, match="timed out"):
            deliver(line_to(server, patience=0.2))

        assert server.box.mails == []


def test_a_server_that_trickles_is_cut_off():
    def trickle(listener):
        peer, _address = listener.accept()
        with peer:
            peer.sendall(b"220 hello\r\n")
            peer.recv(1000)
            try:
                while True:
                    peer.sendall(b"x")
                    gone.wait(0.02)
            except OSError:
                return

    gone = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=trickle, args=[listener])
        thread.start()
        with running() as server:
            known = type(server)(server.box, listener.getsockname()[1])
            with pytest.raises(NoConnection):
                deliver(line_to(known, patience=5.0, longest=0.3))
        thread.join(10)

    assert not thread.is_alive()


def test_who_may_not_send_has_no_connection(server):
    async def refuse(*_):
        return "553 you may not send in this name"

    server.box.handle_MAIL = refuse

    with pytest.raises(NoConnection, match="553"):
        deliver(line_to(server))
