"""Style sheets, scripts and pictures of the theme, under names that carry a hash of their content.

A name never stands for two contents, so a browser may keep a file for a year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
from pelican import Pelican, signals
from pelican.generators import Generator

from comments_api.settings import ROOT
from plugins import spot
from plugins.letters import layouts

OVERRIDES = ROOT / "theme-overrides"


class MissingAsset(LookupError):
    """Raised if a template asks for a file that the theme does not have."""


def collect(
    theme: Path, overrides: Path, bundles: Mapping[str, Sequence[str]], colour: str
) -> dict[str, bytes]:
    """Return the contents of all assets by their plain names; a group's own files come first."""
    files = {**_files(theme / "static"), **_files(overrides / "static")}
    bundled = {name: b"\n".join(_parts(files, patterns)) for name, patterns in bundles.items()}
    if "css/site.css" in bundled:
        bundled["css/site.css"] += (spot.style(colour) + layouts.css()).encode()
    single = {name: content for name, content in files.items() if not name.endswith(".css")}
    return {name: small(name, content) for name, content in {**single, **bundled}.items()}


def small(name: str, content: bytes) -> bytes:
    """Return a style sheet or a script without comments and needless space."""
    made = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}.get(Path(name).suffix)
    return bytes(made(content)) if made else content


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".md"
    }


def _parts(files: Mapping[str, bytes], patterns: Sequence[str]) -> Iterator[bytes]:
    for pattern in patterns:
        names = [name for name in files if Path(name).match(pattern)]
        if not names:
            raise MissingAsset(f"no file of the theme is called static/{pattern}")
        for name in sorted(names):
            yield files[name]


def hashed(name: str, content: bytes) -> str:
    """Return the name of a file with its content's hash: css/site.1a2b3c4d.css."""
    path = Path(name)
    digest = blake2b(content, digest_size=5).hexdigest()
    return path.with_name(f"{path.stem}.{digest}{path.suffix}").as_posix()


class Assets:
    """The assets of one build."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self.contents = contents
        self.names = {name: hashed(name, content) for name, content in contents.items()}

    def address(self, name: str) -> str:
        """Return where readers find an asset.

        :raise MissingAsset: if there is none of this name.
        """
        if name not in self.names:
            raise MissingAsset(
                f"no asset is called {name}; there are {', '.join(sorted(self.names))}"
            )
        return f"/theme/{self.names[name]}"

    def write(self, web: Path) -> None:
        """Write all assets below the web root."""
        for name, content in self.contents.items():
            target = web / "theme" / self.names[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def prepare(pelican: Pelican) -> None:
    """Collect the assets when the build begins."""
    settings: dict[str, Any] = pelican.settings
    contents = collect(
        Path(settings["THEME"]), OVERRIDES, settings["ASSET_BUNDLES"], settings["SPOT_COLOUR"]
    )
    settings["ASSETS"] = Assets(contents)


def equip(generator: Generator) -> None:
    """Give a generator's templates the function `asset`."""
    generator.env.globals["asset"] = generator.settings["ASSETS"].address


def write(pelican: Pelican) -> None:
    """Write the assets when the pages are written."""
    pelican.settings["ASSETS"].write(Path(pelican.output_path))


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(prepare)
    signals.generator_init.connect(equip)
    signals.finalized.connect(write)
