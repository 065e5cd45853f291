import stat

import pytest

from comments_api.errors import SiteTrouble
from comments_api.sites import KEPT, Build, Busy, FolderSite


@pytest.fixture
def page(tmp_path):
    """A build with one page, `a/index.html`."""
    path = tmp_path / "build" / "web" / "a" / "index.html"
    path.parent.mkdir(parents=True)
    path.write_text("old")
    return Build(tmp_path / "build"), path


@pytest.fixture
def store(tmp_path):
    """A site store without a live build."""
    return FolderSite(tmp_path / "store")


def make_build(folder):
    (folder / "web").mkdir(parents=True)
    (folder / "web" / "index.html").write_text(folder.name)
    content = '{"format": 1, "site": {}, "threads": {}, "regions": [], "files": {}, "assets": {}}'
    (folder / "manifest.json").write_text(content)
    return folder


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o664])
def test_replacing_keeps_the_mode(page, mode):
    build, path = page
    path.chmod(mode)

    build.replace("a/index.html", b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_reader_who_has_the_old_page_open_reads_it_to_its_end(page):
    build, path = page
    with path.open() as reading:
        build.replace("a/index.html", b"another text")

        assert reading.read() == "old"


def test_replacing_removes_the_compressed_twins(page):
    build, path = page
    for ending in (".gz", ".br"):
        path.with_name(path.name + ending).write_bytes(b"old")

    build.replace("a/index.html", b"new")

    assert list(path.parent.iterdir()) == [path]


def test_a_replacement_that_fails_leaves_the_page_and_no_litter(page, monkeypatch):
    build, path = page

    monkeypatch.setattr("os.replace", no_space)
    with pytest.raises(OSError, match="No space left"):
        build.replace("a/index.html", b"new")

    assert list(path.parent.iterdir()) == [path]
    assert path.read_text() == "old"


def no_space(*_words):
    raise OSError(28, "No space left on device")


def test_it_makes_no_page_that_was_not_built(page):
    with pytest.raises(FileNotFoundError):
        page[0].replace("a/other.html", b"new")

    assert list(page[1].parent.iterdir()) == [page[1]]


@pytest.mark.parametrize("path", ["../manifest.json", "a/../../manifest.json", "/etc/hostname"])
def test_a_path_that_leads_out_is_refused(page, path):
    for act in (lambda: page[0].read(path), lambda: page[0].replace(path, b"new")):
        with pytest.raises(SiteTrouble, match="leads out"):
            act()


def test_links_are_refused(page, tmp_path):
    build, path = page
    (tmp_path / "secret").write_text("secret")
    (path.parent / "link.html").symlink_to(tmp_path / "secret")
    (path.parent.parent / "folder").symlink_to(tmp_path)

    for way in ("a/link.html", "folder/secret"):
        with pytest.raises(SiteTrouble):
            build.replace(way, b"new")
    assert (tmp_path / "secret").read_text() == "secret"


def test_without_a_live_build_it_says_what_to_do(store):
    with pytest.raises(SiteTrouble, match="go-live FOLDER"):
        store.live()


def test_a_build_from_elsewhere_is_copied_and_becomes_live(store, tmp_path):
    store.swap(store.adopt(make_build(tmp_path / "new")))

    assert store.live().read("index.html") == b"new"
    assert store.live().folder.parent == store.builds
    assert (store.current / "web" / "index.html").read_text() == "new"


def test_a_build_of_its_own_is_not_copied(store):
    folder = make_build(store.builds / "7")

    assert store.adopt(folder).folder == folder


@pytest.mark.parametrize("lack", ["web", "manifest.json"])
def test_what_is_no_build_is_refused(store, tmp_path, lack):
    folder = make_build(tmp_path / "new")
    (folder / lack).rename(folder / "other")

    with pytest.raises(SiteTrouble):
        store.adopt(folder)
    assert not store.builds.exists()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 99}', b"\xff"])
def test_a_manifest_that_cannot_be_read_is_refused(store, tmp_path, content):
    folder = make_build(tmp_path / "new")
    (folder / "manifest.json").write_bytes(content)

    with pytest.raises(SiteTrouble):
        store.adopt(folder)


def test_the_newest_builds_stay_and_older_ones_go(store, tmp_path):
    folder = make_build(tmp_path / "new")  # built into the same folder every time
    adopted = []
    for _ in range(KEPT + 9):
        adopted.append(store.adopt(folder))
        store.swap(adopted[-1])

    assert {path.name for path in store.builds.iterdir()} == {
        b.folder.name for b in adopted[-KEPT:]
    }


def test_a_build_that_is_being_made_is_left_alone(store, tmp_path):
    (store.builds / "half" / "web").mkdir(parents=True)
    for _ in range(KEPT + 1):
        store.swap(store.adopt(make_build(tmp_path / f"new{_}")))

    assert (store.builds / "half").exists()


def test_two_cannot_write_at_once(store):
    with store.lock(), pytest.raises(Busy), store.lock(patience=0):
        pass

    with store.lock(patience=0):
        pass
