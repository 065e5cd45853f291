"""What everybody can read, as one small file a thread, which may lie in a public repository.

No e-mail address, network, cookie or hash of one, nothing that waits: only what the pages show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from comments_api import threads
from comments_api.db import Database
from comments_api.manifest import Manifest
from comments_api.rows import Reader

FORMAT = "handbill-public-comments-1"
_ABOUT = b'{\n  "about": "' + FORMAT.encode() + b'"'


def files(database: Database, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a file for each thread that has public comments.

    The same comments make the same bytes.
    """
    with database.snapshot() as connection:
        reader = Reader(connection, manifest.threads)
        for key, info in sorted(manifest.threads.items()):
            if found := reader.thread(key):
                url, title = info.page(info.lang)
                context = {"site_url": manifest.site["site_url"], "url": url}
                comments = [threads.public(row, context) for row in found]
                content = {
                    "about": FORMAT,
                    "comments": comments,
                    "link": f"{context['site_url']}{url}",
                    "thread": key,
                    "title": title,
                }
                yield f"{key}.json", _bytes(content)


def write(database: Database, manifest: Manifest, folder: Path) -> int:
    """Write the files into a folder, take away those of threads that have none, and count them."""
    folder.mkdir(parents=True, exist_ok=True)
    written = set()
    for name, content in files(database, manifest):
        (folder / name).write_bytes(content)
        written.add(name)
    for path in folder.glob("*.json"):
        if path.name not in written and path.read_bytes().startswith(_ABOUT):
            path.unlink()
    return len(written)


def _bytes(content: Mapping[str, object]) -> bytes:
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(content, option=options)
