"""What an author sees when a build cannot be made: the real `pelican … --fatal errors`."""

import os
import subprocess
import sys

import pytest

from comments_api.settings import ROOT
from tests.site.building import CONTENT


def pelican(tmp_path, *more, settings=""):
    own = tmp_path / "ownconf.py"
    own.write_text(f"from pelicanconf import *\nLIVE_DATABASE = 'none'\n{settings}\n")
    command = [sys.executable, "-m", "pelican", CONTENT, "-s", own, "-o", tmp_path / "out" / "web"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "300"}
    return subprocess.run(
        [*command, "--fatal", "errors", *more],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_good_build_ends_well(tmp_path):
    ended = pelican(tmp_path)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (tmp_path / "out" / "manifest.json").exists()


def missing_template(tmp_path):
    theme = tmp_path / "theme"
    (theme / "templates").mkdir(parents=True)
    for name in (
        "css/tokens.css",
        "css/base.css",
        "css/layout.css",
        "css/blocks/x.css",
        "css/moderation.css",
    ):
        (theme / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        (theme / "static" / name).write_text("")
    return f"THEME = {str(theme)!r}\nTHEME_TEMPLATES_OVERRIDES = []"


def unwritable_output(tmp_path):
    (tmp_path / "out").write_text("a file where the folder should be")
    return ""


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (lambda _: "PLUGINS = [*PLUGINS, 'plugins.gone']", "plugins.gone"),
        (missing_template, "unable to load letters"),
        (
            lambda tmp: f"LIVE_DATABASE = 'sqlite:///{tmp}/none.sqlite3'",
            "The comments cannot be read from",
        ),
        (unwritable_output, "out"),
        (lambda _: "SPOT_COLOUR = 'red'", "SPOT_COLOUR is 'red'"),
    ],
    ids=[
        "broken plugin",
        "missing template",
        "unreadable database",
        "unwritable output",
        "bad colour",
    ],
)
def test_a_build_that_cannot_be_made_says_why_and_fails(tmp_path, trouble, said):
    ended = pelican(tmp_path, settings=trouble(tmp_path))

    assert ended.returncode != 0
    assert said in ended.stdout + ended.stderr
    assert not (tmp_path / "out" / "manifest.json").exists()
