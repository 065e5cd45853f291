import re

import pytest

from comments_api.settings import ROOT
from plugins.assets import Assets, MissingAsset, collect, hashed
from plugins.spot import BadColour


@pytest.fixture
def theme(tmp_path):
    """A theme with two styles and a script, and the folder for a group's own files."""
    for name in ("theme/static/css/a.css", "theme/static/css/b.css", "theme/static/js/x.js"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f".{path.stem}{{x:y}}" if path.suffix == ".css" else "let x = 1")
    (tmp_path / "own" / "static" / "css").mkdir(parents=True)
    return tmp_path


def collected(theme, patterns=("css/*.css",)):
    return collect(theme / "theme", theme / "own", {"css/site.css": patterns}, "#c8102e")


def test_styles_are_joined_in_order_and_end_with_the_campaigns_colour(theme):
    style = collected(theme)["css/site.css"].decode()

    assert style.index(".a{x:y}") < style.index(".b{x:y}") < style.index("--spot:")
    assert "--spot:#c8102e" in style


def test_a_groups_own_file_takes_the_place_of_ours(theme):
    (theme / "own" / "static" / "css" / "a.css").write_text(".own{x:y}")

    style = collected(theme)["css/site.css"]
    assert b".own{x:y}" in style
    assert b".a{x:y}" not in style


def test_a_name_changes_with_its_content_only():
    assert hashed("css/site.css", b"a") == hashed("css/site.css", b"a")
    assert hashed("css/site.css", b"a") != hashed("css/site.css", b"b")
    assert hashed("css/site.css", b"a").startswith("css/site.")


def test_assets_are_written_where_their_address_says(theme):
    assets = Assets(collected(theme))

    assets.write(theme / "web")

    assert (theme / "web" / assets.address("js/x.js").lstrip("/")).read_text().startswith("let x")


def test_an_unknown_asset_is_named():
    with pytest.raises(MissingAsset, match=r"js/y\.js"):
        Assets({}).address("js/y.js")


def test_a_bundle_without_files_is_named(theme):
    with pytest.raises(MissingAsset, match=r"css/z\.css"):
        collected(theme, ("css/z.css",))


def test_a_colour_that_is_none_is_named(theme):
    with pytest.raises(BadColour, match="red"):
        collect(theme / "theme", theme / "own", {"css/site.css": ["css/a.css"]}, "red")


def test_the_style_does_without_what_the_minifier_would_change():
    """rcssmin drops the space in `.a :is(b)`, which then means something else."""
    sheets = (ROOT / "theme" / "static" / "css").rglob("*.css")
    found = [name for name in sheets if re.search(r"[\w)\]*] :{1,2}[a-z-]+", _selectors(name))]

    assert found == []


def _selectors(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return "\n".join(re.findall(r"[^{};]+(?=\{)", text))
