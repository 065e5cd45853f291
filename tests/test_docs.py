"""The documents say what the program does: held here, so that they cannot drift."""

from __future__ import annotations

import re
import secrets
from dataclasses import fields
from pathlib import Path

import pytest

from comments_api import create_app, retention
from comments_api.drafts import LONGEST
from comments_api.regions import KINDS
from comments_api.settings import PREFIX, Settings
from tests.browser.addresses import MODERATION
from tests.browser.screens import WAYS

SETTINGS = Settings(secret_key=secrets.token_hex(32))
ROOT = Path(__file__).parent.parent
OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
PRIVACY = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def rows(table):
    """Return name, default and help of each setting in the operators' table."""
    found = re.findall(r"^\| `(COMMENTS_\w+)` \|(.*?)\|(.*?)\|$", table, re.MULTILINE)
    return {name: (default.strip().strip("`"), words.strip()) for name, default, words in found}


def test_the_table_of_settings_is_the_programs_own():
    own = {
        PREFIX + setting.name.upper(): (setting.metadata["default"], setting.metadata["help"])
        for setting in fields(Settings)
    }

    assert rows(OPERATORS) == own


def test_the_table_of_what_is_kept_is_the_programs_own():
    written = re.findall(r"^\| (?!what|---)(.+?) \| (.+?) \| (.+?) \|$", PRIVACY, re.MULTILINE)

    own = [(row.what, row.seen_by, row.how_long) for row in retention.table(Settings(), "en")]

    assert written == own


def test_every_command_is_described(app_commands):
    described = set(re.findall(r"`([a-z-]+)[^`]*`", OPERATORS))

    assert app_commands <= described


@pytest.fixture
def app_commands():
    flasks_own = {"run", "shell", "routes"}
    return set(create_app(SETTINGS).cli.commands) - flasks_own


def test_the_limits_of_the_fields_are_the_programs_own():
    for name, longest in LONGEST.items():
        assert re.search(rf"`{name}`\s+\({longest:,}", API), name


def test_every_readers_address_is_described():
    rules = [str(rule) for rule in create_app(SETTINGS).url_map.iter_rules()]
    readers = {re.sub(r"<(.+?)>", r"{\1}", rule) for rule in rules if rule.startswith("/api/")}

    undescribed = {rule for rule in readers if rule not in API}

    assert undescribed == {"/api/threads/{thread}/thanks"}  # only ever a redirect's target


def test_the_walk_names_modules_that_exist():
    named = set(re.findall(r"`(\w+\.py)`", ARCHITECTURE))
    there = {
        path.name
        for folder in ("comments_api", "plugins", "tests")
        for path in (ROOT / folder).rglob("*.py")
    }

    assert named <= there


def test_every_kind_of_region_is_called_by_a_template_or_fills_a_feed():
    templates = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "theme" / "templates").rglob("*.html")
    )
    called = set(re.findall(r"""live\(["']([a-z-]+)""", templates))
    feeds = {name for name, kind in KINDS.items() if kind.whole_file}

    assert called | feeds == set(KINDS)


def test_the_pictures_for_moderators_are_made_by_the_task():
    text = (ROOT / "docs" / "moderators.md").read_text("utf-8")

    shown = set(re.findall(r"\(pictures/(.+?)\.png\)", text))

    assert shown
    assert shown <= {f"{name}-{way}" for name in MODERATION for way in WAYS}
