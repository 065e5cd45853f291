"""Which fields of a comment are searched for words, and by which hosts its sender is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comments_api import markup
from comments_api.rules.links import host_of, links_in


@dataclass(frozen=True, slots=True)
class Fields:
    """What somebody sent, as rules look at it, whether it was stored or not.

    :ivar links: the addresses that the text links to or names.
    """

    author_name: str
    author_email: str
    author_url: str
    content: str
    rendered: str
    address_block: str | None
    links: Sequence[str]

    @property
    def searched(self) -> Iterable[str]:
        """All texts that words are looked for in: as typed, and as shown."""
        yield from (self.author_name, self.author_email, self.author_url, self.content)
        yield markup.plain(self.rendered)
        yield self.address_block or ""
        yield from map(host_of, self.links)

    @property
    def hosts(self) -> list[str]:
        """The hosts of her e-mail, of her website and of what she links to."""
        addresses = (self.author_email, self.author_url, *self.links)
        return [host for address in addresses if (host := host_of(address))]


def fields(
    name: str, email: str, website: str, content: str, rendered: str, block: str | None
) -> Fields:
    """Return the fields of a comment, with the links that its text has."""
    return Fields(name, email, website, content, rendered, block, links_in(rendered))
