"""Opening a file that somebody says is an export: what it is instead, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comments_api.errors import UnreadableExport

MEGABYTE = 1024 * 1024
_BEGINNINGS = {
    b"\x1f\x8b": "it is packed (gzip): unpack it with gunzip first",
    b"PK\x03\x04": "it is packed (zip): unpack it first",
    b"BZh": "it is packed (bzip2): unpack it first",
    b"\xfd7zXZ": "it is packed (xz): unpack it first",
    b"SQLite format 3\x00": "it is an SQLite database; `import-isso` reads Isso's",
}


def chunks(path: Path, max_bytes: int, size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes of an export that should be XML, and whether they are the last ones.

    :raise UnreadableExport: if it is no file, empty, too large, or something else than XML.
    """
    check(path, max_bytes)
    with path.open("rb") as file:
        chunk = file.read(size)
        _refuse_other(chunk)
        while chunk:
            more = file.read(size)
            yield chunk, not more
            chunk = more


def check(path: Path, max_bytes: int) -> None:
    """Make sure that there is a file to read, of a size that is expected.

    :raise UnreadableExport: if there is none, or it is too large.
    """
    if path.is_dir():
        raise UnreadableExport(f"{path} is a folder, not a file")
    if not path.exists():
        raise UnreadableExport(f"{path}: there is no such file")
    if not path.is_file():
        raise UnreadableExport(f"{path} is no ordinary file")
    try:
        size = path.stat().st_size
        path.open("rb").close()
    except OSError as error:
        raise UnreadableExport(f"{path} cannot be read: {error.strerror}") from None
    if size == 0:
        raise UnreadableExport(f"{path} is empty")
    if size > max_bytes:
        raise UnreadableExport(
            f"{path} has {size / MEGABYTE:.1f} MB, and {max_bytes // MEGABYTE} are read: "
            f"if it is the right file, add --max-mb {size // MEGABYTE + 1}"
        )


def _refuse_other(beginning: bytes) -> None:
    for known, said in _BEGINNINGS.items():
        if beginning.startswith(known):
            raise UnreadableExport(said)
    start = beginning[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise UnreadableExport("line 1: it is a web page, not an export; sign in and save it again")
