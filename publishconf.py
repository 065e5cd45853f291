"""Settings of the site in public: those of pelicanconf.py, and what must be true there."""

from __future__ import annotations

from pelicanconf import *  # noqa: F403
from pelicanconf import SITEURL

LETTERS_PUBLISHING = True
PETITIONS_FROM = "https://petition.parliament.uk"

if not SITEURL.startswith("https://"):
    raise SystemExit(
        f"The site would be published as {SITEURL}. "
        "Set COMMENTS_SITE_URL to its public https:// address."
    )
