"""The compiler for letters: from content/letters and the address book to all that a reader needs.

`compiler.compile` reads and checks everything without Pelican; `generator` makes pages of it.
"""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican."""
    from plugins.letters import generator

    generator.register()
