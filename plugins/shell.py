"""The shell pages of each language: pages of the site with one hole, which the API fills.

One is for whatever belongs to a page about people in danger: it has the way out and the numbers.
"""

from __future__ import annotations

from typing import Any

from pelican import signals
from pelican.generators import Generator


class ShellGenerator(Generator):
    """Writes `/_shell/{lang}/` and `/_shell/{lang}/sensitive/`."""

    def generate_output(self, writer: Any) -> None:
        """Write both shells for each language that the content has."""
        ring = list(self.settings["CAMPAIGN"].helplines.values())
        exit_url = self.settings["EXIT_URL"]
        careful = {"sensitive": True, "helplines": ring, "exit_url": exit_url}
        for lang in self.settings["LANGUAGES"]:
            for url, entry in ((f"_shell/{lang}/", {}), (f"_shell/{lang}/sensitive/", careful)):
                writer.write_file(
                    f"{url}index.html",
                    self.get_template("shell"),
                    self.context,
                    relative_urls=False,
                    page_language=lang,
                    entry=entry,
                    url=url,
                )


def add_generator(_pelican: Any) -> type[ShellGenerator]:
    """Tell Pelican of the shell pages."""
    return ShellGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(add_generator)
