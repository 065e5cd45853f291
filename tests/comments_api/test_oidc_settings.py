"""How an operator names the providers of sign-ins, and what is said when that is wrong."""

from __future__ import annotations

import pytest

from comments_api.errors import BadSetting
from comments_api.oidc_settings import Provider, is_secure, parse
from comments_api.settings import load

CLUB = "club name=Club issuer=https://id.example.org client_id=handbill client_secret=s3cret"


def test_no_provider_is_the_default():
    assert load({}).oidc_providers == ()


def test_a_provider_is_a_name_and_some_words(tmp_path):
    found = Provider("club", "Club", "https://id.example.org", "handbill", "s3cret")

    assert parse(CLUB, tmp_path) == (found,)


def test_several_are_separated_by_semicolons_and_quotes_hold_spaces_together(tmp_path):
    other = CLUB.replace("club ", "town-2 ").replace("name=Club", 'name="The town; its hall"')

    found = parse(f" {CLUB} ;; {other};\n", tmp_path)

    assert [provider.key for provider in found] == ["club", "town-2"]
    assert found[1].name == "The town; its hall"


@pytest.mark.parametrize("secret", ["a=b", "a#b", '"a;b"', "'a b'", "a%3Fb"])
def test_a_secret_may_hold_anything(tmp_path, secret):
    (found,) = parse(CLUB.replace("s3cret", secret), tmp_path)

    assert found.client_secret == secret.strip("\"'")


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path):
    file = tmp_path / "club.secret"
    file.write_text("s3cret\n")
    file.chmod(0o600)

    (found,) = parse(
        CLUB.replace("client_secret=s3cret", "client_secret_file=club.secret"), tmp_path
    )

    assert found.client_secret == "s3cret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_read_is_refused(tmp_path, mode):
    file = tmp_path / "club.secret"
    file.write_text("s3cret")
    file.chmod(mode)

    with pytest.raises(BadSetting, match="chmod 600"):
        parse(CLUB.replace("client_secret=s3cret", f"client_secret_file={file}"), tmp_path)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (CLUB.replace("name=Club ", ""), "provider club: name is missing"),
        (CLUB.replace("name=Club", "name="), "provider club: name is missing"),
        (CLUB.replace("issuer=https://id.example.org ", ""), "issuer is missing"),
        (CLUB.replace("client_id=handbill ", ""), "client_id is missing"),
        (CLUB.replace("client_secret=s3cret", ""), "either client_secret or client_secret_file"),
        (f"{CLUB} client_secret_file=x", "either client_secret or client_secret_file"),
        (CLUB.replace("=s3cret", "="), "the client secret is empty"),
        (CLUB.replace("=s3cret", "_file=nowhere"), "cannot be read"),
        (CLUB.replace("https:", "http:"), "must begin with https://"),
        (CLUB.replace("https://id.example.org", "id.example.org"), "must begin with https://"),
        (CLUB.replace("https://id.example.org", "https://["), "must begin with https://"),
        (CLUB.replace("example.org", "example.org/?x=1"), "must be like https://id.example.org"),
        (CLUB.replace("https://", "https://me@"), "must be like https://id.example.org"),
        (f"{CLUB} scope=all", "word 5 is none of name="),
        (f"{CLUB} name=Other", "name stands there twice"),
        (f"{CLUB}; {CLUB}", "club: it stands there twice"),
        (CLUB.replace("club ", "Club "), "begins with a short name"),
        (CLUB.replace("club ", "email "), "begins with a short name"),
        (CLUB.replace("club ", ""), "begins with a short name"),
        (f'{CLUB} name="open', "a quotation mark is open"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret_with_it(wrong, said):
    with pytest.raises(BadSetting) as refused:
        load({"COMMENTS_OIDC_PROVIDERS": wrong})

    assert said in str(refused.value)
    assert str(refused.value).startswith("COMMENTS_OIDC_PROVIDERS")
    assert "s3cret" not in str(refused.value)


def test_a_secret_whose_quotes_are_missing_is_not_repeated(tmp_path):
    with pytest.raises(BadSetting) as refused:
        parse(CLUB.replace("s3cret", "a;s3cret"), tmp_path)

    assert "s3cret" not in str(refused.value)


def test_the_settings_do_not_show_a_secret():
    assert "s3cret" not in repr(load({"COMMENTS_OIDC_PROVIDERS": CLUB}).oidc_providers)


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://id.example.org", True),
        ("http://127.0.0.1:9400", True),
        ("http://localhost:9400", True),
        ("http://[::1]:9400", True),
        ("http://id.example.org", False),
        ("http://localhost.mallory.example", False),
        ("http://127.0.0.1.mallory.example", False),
        ("http://169.254.169.254", False),
        ("ftp://localhost", False),
        ("https://", False),
        ("", False),
    ],
)
def test_only_this_machine_is_asked_without_https(url, secure):
    assert is_secure(url) == secure
