"""Passwords: hashed with argon2id, checked in one time for everybody, refused if easy to guess."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from threading import BoundedSemaphore

from comments_api.errors import InvalidDraft
from comments_api.translation import translations

LENGTH = (15, 1024)  # the same with a second factor: whoever takes that off keeps a good one
# A hash takes 64 MiB: two at once are enough for a small team, and a flood cannot fill the memory.
_HASHING = BoundedSemaphore(2)
OWN_PART = 4  # letters that nobody who knows the site would think of; other signs count half
DIFFERENT = 6  # characters
_READ_AS = str.maketrans("013457@$!", "oleastasi")  # p4$$w0rd fools no program

# What lists of stolen passwords are made of.
_WORDS = """
password passwort passw0rd motdepasse contrasena parola hunter2 letmein opensesame welcome
willkommen bienvenue changeme secret geheim trustno1 iloveyou jetaime princess sunshine
football baseball superman batman pokemon starwars dragon monkey master shadow michael
charlie jennifer jordan ashley summer winter spring autumn january february correct horse
battery staple administrator admin root moderator moderation owner author handbill campaign
comments website wordpress qwertyuiop qwertzuiop azertyuiop qwerty qwertz azerty asdfghjkl
asdfgh zxcvbnm yxcvbnm wxcvbn qazwsx 1q2w3e4r5t 1qaz2wsx 1234567890 0123456789 9876543210
123456 654321 abcdefghijklmnopqrstuvwxyz abcdef abc123 aaaaaa 111111 000000 login guest test
"""
COMMON = frozenset(_WORDS.split())


def check(password: str, known: Iterable[str], lang: str) -> None:
    """Go on only if a password is long enough and not the first that somebody would try.

    :param known: what everybody can know: the name, the e-mail, what the site is called.
    :raise InvalidDraft: says what is wrong with it.
    """
    _ = translations(lang).gettext
    shortest, longest = LENGTH
    if len(password) < shortest:
        sentence = _(
            "A password has %(number)d characters or more. A sentence is easy to remember."
        )
        raise InvalidDraft({"password": sentence % {"number": shortest}})
    if len(password) > longest:
        sentence = _("A password has 15 characters or more, and %(number)d at most.")
        raise InvalidDraft({"password": sentence % {"number": longest}})
    if is_easy(password, known):
        sentence = _("This one is easy to guess. Take a sentence that only you would write.")
        raise InvalidDraft({"password": sentence})


def is_easy(password: str, known: Iterable[str]) -> bool:
    """Say whether little is left of a password without common words and what everybody knows."""
    plain = _plain(password)
    if len(set(plain)) < DIFFERENT or _repeats(plain):
        return True
    words = sorted({*_words(known), *COMMON}, key=len, reverse=True)
    return any(_left(text, words) < OWN_PART for text in (plain, plain.translate(_READ_AS)))


def _left(text: str, words: Iterable[str]) -> float:
    """Return how much of a text is her own."""
    for word in words:
        text = text.replace(word, " ")
    letters = sum(char.isalpha() for char in text)
    others = {char for char in text if not char.isalpha() and not char.isspace()}
    return letters + len(others) / 2


def _plain(words: str) -> str:
    """Return the words without case and accents, as somebody who guesses would write them."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def _words(known: Iterable[str]) -> set[str]:
    """Return the words of three letters and more in what everybody knows."""
    return {word for text in known for word in re.split(r"[\W_]+", _plain(text)) if len(word) > 2}


def _repeats(text: str) -> bool:
    """Say whether a text is the same few characters over and over."""
    return re.fullmatch(r"(.{1,6}?)\1+.{0,5}", text, re.DOTALL) is not None


def new_hash(password: str) -> str:
    """Return what is stored of a password."""
    from argon2 import PasswordHasher  # imported where used: most processes never hash

    with _HASHING:
        return PasswordHasher().hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Say whether a password fits. Nobody's takes as long, so that nobody learns who is known."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    known = stored if len(password) <= LENGTH[1] else None
    with _HASHING:
        try:
            PasswordHasher().verify(known or _nobodys(), password[: LENGTH[1]])
        except (VerificationError, InvalidHashError):
            return False
    return bool(known)


def is_old(stored: str) -> bool:
    """Say whether a hash was made in a weaker way than those of today."""
    from argon2 import PasswordHasher

    return PasswordHasher().check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    """Return a hash that no password fits."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secrets.token_hex())
