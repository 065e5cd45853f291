import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from comments_api import settings
from comments_api.errors import BadSetting
from comments_api.settings import Settings


def test_without_any_they_have_their_defaults():
    assert settings.load({}) == Settings()
    assert settings.load({"HOME": "/root", "COMMENT_X": "y"}) == Settings()


def test_they_are_read_from_the_environment(tmp_path):
    read = settings.load(
        {
            "COMMENTS_SITE": str(tmp_path),
            "COMMENTS_SITE_URL": " https://example.org/ ",
            "COMMENTS_THREAD_LIMIT": "7",
            "COMMENTS_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
        }
    )

    assert (read.site, read.site_url, read.thread_limit) == (tmp_path, "https://example.org", 7)
    assert [str(network) for network in read.trusted_proxies] == ["10.0.0.0/8", "::1/128"]


def test_a_relative_folder_counts_from_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert settings.load({"COMMENTS_SITE": "x"}).site == settings.ROOT / "x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMENTS_DATABSE_URL", "sqlite:///x"),
        ("COMMENTS_THREAD_LIMIT", "0"),
        ("COMMENTS_THREAD_LIMIT", "many"),
        ("COMMENTS_SITE_URL", "example.org"),
        ("COMMENTS_SITE_URL", "https://example.org/blog"),
        ("COMMENTS_SITE_URL", "javascript://example.org"),
        ("COMMENTS_SITE_URL", "https://user:secret@example.org"),
        ("COMMENTS_SITE_URL", "https://example.org?x=1"),
        ("COMMENTS_SITE_URL", "https://example.org:port"),
        ("COMMENTS_TRUSTED_PROXIES", "everybody"),
        ("COMMENTS_TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_one_that_makes_no_sense_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        settings.load({name: value})


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("https://example.org", False),
        ("http://192.168.0.7", False),
        ("http://127.evil.example", False),
    ],
)
def test_it_knows_whether_the_site_is_on_this_machine_only(url, loopback):
    assert Settings(site_url=url).loopback == loopback


@pytest.mark.parametrize(
    "secret", ["", "short", "a" * 32, "changeme" * 4], ids=["none", "short", "same", "default"]
)
def test_a_bad_secret_is_refused_anywhere_but_on_loopback(secret):
    with pytest.raises(BadSetting, match="COMMENTS_SECRET_KEY"):
        settings.secret(Settings(site_url="https://example.org", secret_key=secret))


def test_a_good_secret_is_used():
    good = "0123456789abcdef" * 4

    assert settings.secret(Settings(site_url="https://example.org", secret_key=good)) == good


def test_on_loopback_a_secret_is_made_once_for_the_owner_only(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "ROOT", tmp_path)

    made = settings.secret(Settings())

    path = tmp_path / "instance" / "secret"
    assert (len(made), settings.secret(Settings())) == (64, made)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_setting_says_what_it_is_for():
    fields = Settings.__dataclass_fields__.values()

    assert all(field.metadata["help"].endswith(".") for field in fields)


def test_many_who_make_a_secret_at_once_get_the_same(tmp_path):
    path = tmp_path / "instance" / "secret"

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: settings.own_secret(path), range(200)))

    assert set(found) == {path.read_text().strip()}
    assert [each.name for each in path.parent.iterdir()] == ["secret"]
    assert path.stat().st_mode & 0o777 == 0o600
