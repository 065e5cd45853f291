"""The providers that readers can sign in with, as the operator writes them in one setting."""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from comments_api.errors import BadSetting

SETTING = "COMMENTS_OIDC_PROVIDERS"
WORDS = ("name", "issuer", "client_id", "client_secret", "client_secret_file")
_KEY = re.compile(r"[a-z][a-z0-9-]{0,30}")
_TAKEN = "email"  # stands for a link in a mail, which is no provider


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of sign-ins.

    :ivar key: in addresses, and lasting: identities are kept under it.
    :ivar name: as readers know it.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def parse(value: str, root: Path) -> tuple[Provider, ...]:
    """Read `key name=… issuer=… client_id=… client_secret=…; key …`; quotes hold spaces together.

    :param root: where a relative path of `client_secret_file` begins.
    :raise BadSetting: if it makes no sense; names the provider and the word, never a secret.
    """
    found = [_provider(words, root) for words in _split(value)]
    keys = [provider.key for provider in found]
    for key in keys:
        if keys.count(key) > 1:
            raise _bad(key, "it stands there twice")
    return tuple(found)


def _split(value: str) -> list[list[str]]:
    lexer = shlex.shlex(value, posix=True, punctuation_chars=";")
    lexer.whitespace_split = True
    lexer.commenters = ""
    parts: list[list[str]] = [[]]
    try:
        for word in lexer:
            if set(word) == {";"}:
                parts.append([])
            else:
                parts[-1].append(word)
    except ValueError:
        raise BadSetting(f"{SETTING}: a quotation mark is open at the end.") from None
    return [words for words in parts if words]


def _provider(words: Sequence[str], root: Path) -> Provider:
    key = words[0]
    if not _KEY.fullmatch(key) or key == _TAKEN or len(words) == 1:
        # Not repeated: it can be a secret whose quotation marks are missing.
        raise BadSetting(
            f"{SETTING}: each provider begins with a short name of small letters, digits and "
            "hyphens, as in `google name=Google issuer=…`; providers are separated by `;`, and "
            "what holds a `;` or a space stands in quotation marks."
        )
    given = _given(key, words[1:])
    missing = [word for word in WORDS[:3] if not given.get(word)]
    if missing:
        raise _bad(key, f"{missing[0]} is missing")
    return Provider(
        key=key,
        name=given["name"],
        issuer=_issuer(key, given["issuer"]),
        client_id=given["client_id"],
        client_secret=_secret(key, given, root),
    )


def _given(key: str, words: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for number, word in enumerate(words, start=1):
        name, equals, value = word.partition("=")
        if not equals or name not in WORDS:
            raise _bad(key, f"word {number} is none of {', '.join(f'{w}=' for w in WORDS)}")
        if name in given:
            raise _bad(key, f"{name} stands there twice")
        given[name] = value
    return given


def _issuer(key: str, value: str) -> str:
    if not is_secure(value):
        raise _bad(key, f"issuer is {value!r}, and must begin with https://")
    parts = urlsplit(value)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise _bad(key, f"issuer is {value!r}, and must be like https://id.example.org")
    return value


def is_secure(url: str) -> bool:
    """Say whether nobody on the way can read or change what is asked there."""
    try:
        parts = urlsplit(url)
        if parts.scheme != "http":
            return parts.scheme == "https" and bool(parts.hostname)
        host = parts.hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, or no address at all
        return False


def _secret(key: str, given: dict[str, str], root: Path) -> str:
    if ("client_secret" in given) == ("client_secret_file" in given):
        raise _bad(key, "give either client_secret or client_secret_file")
    secret = given.get("client_secret")
    if secret is None:
        secret = _read(key, root / given["client_secret_file"])
    if not secret:
        raise _bad(key, "the client secret is empty")
    return secret


def _read(key: str, path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise _bad(key, f"others can read {path}: run `chmod 600 {path}`")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(key, f"client_secret_file cannot be read: {error}") from error


def _bad(key: str, why: str) -> BadSetting:
    return BadSetting(f"{SETTING}: provider {key}: {why}.")
