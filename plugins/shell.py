"""The shell page of each language: a page of the site with one hole, which the API fills."""

from __future__ import annotations

from typing import Any

from pelican import signals
from pelican.generators import Generator


class ShellGenerator(Generator):
    """Writes `/_shell/{lang}/`."""

    def generate_output(self, writer: Any) -> None:
        """Write one shell for each language that the content has."""
        for lang in self.settings["LANGUAGES"]:
            writer.write_file(
                f"_shell/{lang}/index.html",
                self.get_template("shell"),
                self.context,
                relative_urls=False,
                page_language=lang,
                url=f"_shell/{lang}/",
            )


def add_generator(_pelican: Any) -> type[ShellGenerator]:
    """Tell Pelican of the shell pages."""
    return ShellGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(add_generator)
