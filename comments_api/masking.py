"""What must not stand in a log: secrets that are parts of addresses, as of links in mails."""

from __future__ import annotations

import logging
import re

# Pages whose address is a secret until it was used: the last part of each.
SECRET_PAGES = ("/api/confirm/", "/api/follow/end/", "/moderate/enter/", "/moderate/decide/")
ACCESS_LOGS = ("granian.access", "werkzeug")
_IN_PATHS = re.compile(rf"({'|'.join(map(re.escape, SECRET_PAGES))})[^/?#\s\"']+")
_IN_QUERIES = re.compile(r"\b(code|state|token)=[^&#\s\"']+")


def is_secret(path: str) -> bool:
    """Say whether the address of a page is a secret."""
    return path.startswith(SECRET_PAGES)


def masked(line: str) -> str:
    """Return a line of a log without the secrets that stand in addresses."""
    return _IN_QUERIES.sub(r"\1=…", _IN_PATHS.sub(r"\1…", line))


class _Mask(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), None
        return True


_MASK = _Mask()


def install() -> None:
    """Mask the access logs of the servers that we know, should an operator switch one on."""
    for name in ACCESS_LOGS:
        logging.getLogger(name).addFilter(_MASK)  # the same one again changes nothing
