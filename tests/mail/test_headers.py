"""A mail's bytes: whatever stands in a subject, a program finds our headers and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comments_api.mail import headers
from comments_api.mail.headers import BadAddress, Mailbox, Message, encoded

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SENDER = Mailbox("The campaign", "news@example.org")
OURS = [
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Language", "Content-Type", "Content-Transfer-Encoding"),
]
UNSUBSCRIBE = ["List-Unsubscribe", "List-Unsubscribe-Post"]
# Turns into a Bcc line in the writer that Python 3.11.7 brings.
SMUGGLED = "=?utf-8?Q?a=0D=0ABcc:mallory@example.org?="
anything = st.text(max_size=300) | st.text(
    "=?utf-8Qb_\r\n:\x85\u2028\u2029\x00\ud800é ", max_size=80
)


def message(**changes):
    plain = {
        "recipient": "bob@example.org",
        "subject": "A new comment",
        "text": "Bob wrote.\n",
        "lang": "en",
        "number": "7.1",
    }
    return Message(**{**plain, **changes})


def parsed(raw, how=policy.default):
    return message_from_bytes(raw, policy=how)


def test_it_has_our_headers():
    found = parsed(encoded(message(), SENDER, NOW))

    assert list(found.keys()) == OURS
    assert found["From"] == "The campaign <news@example.org>"
    assert found["To"] == "bob@example.org"
    assert found["Subject"] == "A new comment"
    assert found["Message-ID"] == "<7.1@example.org>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == NOW
    assert found.get_content() == "Bob wrote.\r\n"


def test_mail_that_somebody_asked_for_ends_with_one_click():
    found = parsed(encoded(message(unsubscribe="https://example.org/x"), SENDER, NOW))

    assert found["List-Unsubscribe"] == "<https://example.org/x>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@given(anything, anything, anything)
@example(SMUGGLED, SMUGGLED, "")
@example("a\r\nBcc: mallory@example.org", "\r\n\r\n<script>", "\r\n.\r\nMAIL FROM:<x>\r\n")
@example("==??utf-8?q?=0a?=", "=\u2028?", "From x\n.\n..\n")
def test_whatever_is_in_it_these_are_all_headers(subject, name, text):
    sender = Mailbox(headers.clean(name), "news@example.org")
    raw = encoded(
        message(subject=subject, text=text, unsubscribe="https://example.org/x"), sender, NOW
    )

    for how in (policy.default, policy.compat32):
        found = parsed(raw, how)
        assert sorted(found.keys()) == sorted(OURS + UNSUBSCRIBE)
        assert found.defects == []
        assert not found.is_multipart()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(st.text(max_size=300))
def test_a_subject_says_what_was_meant_on_one_line(subject):
    found = parsed(encoded(message(subject=subject), SENDER, NOW))

    assert found["Subject"] == headers.clean(subject)
    assert len(headers.clean(subject).splitlines()) <= 1


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=500))
def test_a_text_arrives_as_it_was_written(text):
    found = parsed(encoded(message(text=text), SENDER, NOW))

    assert found.get_payload(decode=True).decode() == text.replace("\n", "\r\n")


def test_a_long_subject_in_any_script_stays_whole_words():
    subject = "Ещё один комментарий к статье о голосовании в совете 👩‍👩‍👧"

    raw = encoded(message(subject=subject), SENDER, NOW)

    line = parsed(raw, policy.compat32)["Subject"]
    assert "".join(part.decode(how) for part, how in decode_header(line)) == subject


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("bob@example.org", "bob@example.org"),
        ("Bob.O'Brien+news@example.org", "Bob.O'Brien+news@example.org"),
        ("bob@exämple.org", "bob@xn--exmple-cua.org"),
    ],
)
def test_an_address_stands_in_a_header_as_programs_know_it(typed, plain):
    assert headers.plain_address(typed) == plain


@pytest.mark.parametrize(
    "typed",
    [
        *("", "bob", "@example.org", "bob@", "bøb@example.org", "bob@example..org"),
        *("bob@example.org\r\nBcc: x@y.org", "bob@example.org,x@y.org", "<bob@example.org>"),
        *("=?utf-8?q?bob?=@example.org", "bob@exa\u2028mple.org", "bo b@example.org"),
        *("bob@" + "a" * 70 + ".org", "b" * 65 + "@example.org", '"b"@example.org'),
    ],
)
def test_what_is_no_plain_address_is_refused(typed):
    with pytest.raises(BadAddress):
        headers.plain_address(typed)
    with pytest.raises(BadAddress):
        encoded(message(recipient=typed), SENDER, NOW)


@given(st.text(max_size=60))
def test_a_recipient_is_refused_or_the_only_one(recipient):
    try:
        raw = encoded(message(recipient=recipient), SENDER, NOW)
    except BadAddress:
        return

    assert len(parsed(raw)["To"].addresses) == 1


@pytest.mark.parametrize("what", [{"lang": "en\r\nBcc: x@y.org"}, {"number": "1>\n\nx"}])
def test_a_line_break_anywhere_else_is_refused_too(what):
    with pytest.raises(BadAddress):
        encoded(message(**what), SENDER, NOW)


@pytest.mark.parametrize(
    ("given_", "meant"),
    [
        ("news@example.org", Mailbox("", "news@example.org")),
        ("<news@example.org>", Mailbox("", "news@example.org")),
        ("Our campaign <news@example.org>", Mailbox("Our campaign", "news@example.org")),
        ('"Our, campaign" <news@example.org>', Mailbox("Our, campaign", "news@example.org")),
        ("Für alle <news@example.org>", Mailbox("Für alle", "news@example.org")),
    ],
)
def test_a_sender_is_a_name_and_an_address(given_, meant):
    assert headers.mailbox(given_) == meant
    found = parsed(encoded(message(), meant, NOW))["From"].addresses[0]
    assert (found.display_name, found.addr_spec) == (meant.name, meant.address)


@pytest.mark.parametrize(
    "given_", ["", "Our campaign", "a <b> <c@d.org>", "a <c@d.org> e", "a b@c"]
)
def test_what_is_no_sender_is_refused(given_):
    with pytest.raises(BadAddress):
        headers.mailbox(given_)
