"""Whom a provider vouches for: proven against a real one, on which Mallory lays a hand."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Response
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from comments_api import tokens
from comments_api.errors import SignInFailed, UnknownProvider
from comments_api.oidc import KEPT, Errand, Providers
from comments_api.oidc_claims import Person
from tests.provider import OF_THE_PROVIDER, SECRET, claims_of

pytestmark = OF_THE_PROVIDER
CALLBACK = "http://127.0.0.1:8000/api/sign-in/club/back"


@pytest.fixture
def now():
    """The time by which the provider signs."""
    return datetime.now(UTC)


@pytest.fixture
def errand():
    return Errand(CALLBACK, *(tokens.new_token() for _ in range(3)))


@pytest.fixture
def providers(club):
    return Providers([club.declared()])


@pytest.fixture
def vouch(club, providers, errand, now):
    """Signs somebody in and returns whom the provider vouches for."""

    def signed_in(subject="bob", **changes):
        code = club.code(providers.way("club", errand, now), subject)
        return providers.person("club", replace(errand, **changes), code, now)

    return signed_in


# -- the way there ----------------------------------------------------------------------------


def test_the_way_to_the_provider_carries_all_that_must_come_back(providers, club, errand, now):
    way = urlsplit(providers.way("club", errand, now))
    asked = {name: values[0] for name, values in parse_qs(way.query).items()}

    assert f"{way.scheme}://{way.netloc}{way.path}" == f"{club.url}/oauth2/authorize"
    assert asked.pop("code_challenge") != errand.verifier
    assert asked == {
        "response_type": "code",
        "client_id": "handbill",
        "redirect_uri": CALLBACK,
        "scope": "openid email profile",
        "state": errand.state,
        "nonce": errand.nonce,
        "code_challenge_method": "S256",
    }


def test_the_secret_and_the_verifier_do_not_travel_with_the_browser(providers, errand, now):
    way = providers.way("club", errand, now)

    assert errand.verifier not in way
    assert SECRET not in way


def test_an_unknown_provider_is_none(providers, errand, now):
    with pytest.raises(UnknownProvider):
        providers.way("google", errand, now)


# -- who comes back ---------------------------------------------------------------------------


def test_a_provider_vouches_for_somebody(vouch):
    assert vouch() == Person("bob", "bob@example.org", "Bob")


def test_a_code_works_once(club, providers, errand, now):
    code = club.code(providers.way("club", errand, now))
    providers.person("club", errand, code, now)

    with pytest.raises(SignInFailed):
        providers.person("club", errand, code, now)


@pytest.mark.parametrize("code", ["", "made up", "x" * 5000, "\x00", "é", "a&grant_type=x"])
def test_a_made_up_code_is_worth_nothing(providers, errand, now, code):
    with pytest.raises(SignInFailed):
        providers.person("club", errand, code, now)


def test_a_code_without_the_browsers_verifier_is_worth_nothing_to_a_thief(
    club, providers, errand, now
):
    # The mock does not check it, so Mallory's hand does what other providers do.
    sent = []
    club.forge["/oauth2/token"] = lambda content: sent.append(verifier_sent()) or content

    def verifier_sent():
        from flask import request

        return request.form["code_verifier"]

    code = club.code(providers.way("club", errand, now))
    providers.person("club", errand, code, now)

    assert sent == [errand.verifier]


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another-site"},
        {"aud": ["another-site", "a third"]},
        {"aud": ["handbill", "another-site"]},  # whose is it, then?
        {"aud": "another-site", "azp": "handbill"},
        {"azp": "another-site"},
        {"iss": "https://mallory.example"},
        {"iss": None},
        {"nonce": "another browser's"},
        {"nonce": ""},
        {"nonce": None},
        {"exp": timedelta(seconds=-600)},  # from now
        {"exp": None},
        {"exp": "soon"},
        {"iat": timedelta(seconds=6000)},
        {"iat": None},
        {"nbf": timedelta(seconds=6000)},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"sub": ["bob"]},
        {"sub": "x" * 256},
        {"sub": "bob\x00"},
        {"at_hash": "bm90IHRoaXMgb25l"},
    ],
    ids=str,
)
def test_what_is_not_meant_for_us_now_proves_nothing(club, vouch, wrong):
    start = int(time.time())
    for name, value in wrong.items():
        if isinstance(value, timedelta):
            wrong = {name: start + int(value.total_seconds())}
    club.forge_claims(
        lambda claims: {k: v for k, v in {**claims, **wrong}.items() if v is not None}
    )

    with pytest.raises(SignInFailed):
        vouch()


def test_a_token_of_the_same_hand_with_nothing_wrong_proves_who_it_is(club, vouch):
    club.forge_claims(lambda claims: claims)

    assert vouch().subject == "bob"


def forge_token(club, make):
    """Let the provider hand out a token of Mallory's making."""

    def answer(content):
        parts = content["id_token"].split(".")
        return {**content, "id_token": make(parts)}

    club.forge["/oauth2/token"] = answer


ALG_NONE = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  # {"alg":"none","typ":"JWT"}


@pytest.mark.parametrize(
    "make",
    [
        lambda parts: f"{ALG_NONE}.{parts[1]}.",
        lambda parts: f"{ALG_NONE}.{parts[1]}.{parts[2]}",
        lambda parts: f"{parts[0]}.{parts[1]}.",
        lambda parts: f"{parts[0]}.{parts[1]}.{'A' * len(parts[2])}",
        lambda parts: f"{parts[0]}.{parts[1]}",
        lambda parts: parts[1],
        lambda _: "",
        lambda _: "a.b.c",
        lambda _: None,
        lambda _: {"sub": "bob"},
    ],
    ids=[
        "none",
        "none, signed",
        "cut",
        "zeros",
        "two parts",
        "one",
        "empty",
        "abc",
        "no",
        "object",
    ],
)
def test_what_nobody_signed_proves_nothing(club, vouch, make):
    forge_token(club, make)

    with pytest.raises(SignInFailed):
        vouch()


def test_a_token_signed_with_another_key_proves_nothing(club, vouch):
    club.forge_claims(lambda claims: claims)
    del club.forge["/jwks"]  # the provider names its own, of another name

    with pytest.raises(SignInFailed):
        vouch()


def test_a_token_signed_with_another_key_of_the_same_name_proves_nothing(club, vouch):
    club.forge_claims(lambda claims: claims)
    other = RSAKey.generate_key(2048, {"kid": "one"})
    club.forge["/jwks"] = lambda _: {"keys": [other.as_dict(private=False)]}

    with pytest.raises(SignInFailed):
        vouch()


@pytest.mark.parametrize("secret", [SECRET, "a secret that the provider itself tells"])
def test_a_token_signed_with_a_shared_secret_proves_nothing(club, vouch, secret):
    key = OctKey.import_key(secret, {"kid": "one"})
    header = {"alg": "HS256", "kid": "one"}
    forge_token(club, lambda parts: jwt.encode(header, claims_of(".".join(parts)), key))
    club.forge["/jwks"] = lambda _: {"keys": [key.as_dict(private=True)]}

    with pytest.raises(SignInFailed):
        vouch()


def test_a_new_key_of_the_provider_is_asked_for(club, vouch):
    vouch()  # its keys are known now
    club.forge_claims(lambda claims: claims)

    assert vouch().subject == "bob"


# -- what it tells of her ---------------------------------------------------------------------


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes"])
def test_an_address_that_the_provider_did_not_verify_is_not_hers(club, vouch, verified):
    club.knows("mallory", email="alice@example.org", email_verified=verified, name="M")

    assert vouch("mallory") == Person("mallory", "", "M")


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 300 + "@example.org", 7, None])
def test_what_is_no_address_is_none(club, vouch, email):
    club.knows("odd", email=email, email_verified=True, name="Odd")

    assert vouch("odd").email == ""


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Bob Jones"}, "Bob Jones"),
        ({"preferred_username": "bobby"}, "bobby"),
        ({"name": "", "preferred_username": "bobby"}, "bobby"),
        ({"name": "x" * 81}, ""),
        ({"name": "a\u202eb"}, ""),
        ({"name": "a\x00b"}, ""),
        ({"name": ["Bob"]}, ""),
        ({}, ""),
    ],
    ids=repr,
)
def test_what_cannot_be_a_name_here_is_left_out(club, vouch, claims, name):
    club.knows("odd", email="odd@example.org", email_verified=True, **claims)

    assert vouch("odd").name == name


def forge_bare_token(club):
    """Let the provider tell name and address by its other endpoint only."""
    hers = ("email", "email_verified", "name")
    club.forge_claims(lambda claims: {k: v for k, v in claims.items() if k not in hers})


def test_what_the_token_leaves_out_is_asked_for(club, vouch):
    forge_bare_token(club)

    assert vouch() == Person("bob", "bob@example.org", "Bob")


def test_what_is_told_of_somebody_else_is_not_hers(club, vouch):
    forge_bare_token(club)
    club.forge["/userinfo"] = lambda content: {**content, "sub": "alice"}

    assert vouch() == Person("bob", "", "")


@pytest.mark.parametrize("answer", [Response("<h1>Welcome</h1>"), Response("", 500), []], ids=str)
def test_without_a_name_she_has_signed_in_all_the_same(club, vouch, answer):
    forge_bare_token(club)
    club.forge["/userinfo"] = lambda _: answer

    assert vouch() == Person("bob", "", "")


# -- a provider that is not well ---------------------------------------------------------------

DISCOVERY = "/.well-known/openid-configuration"


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks", "/oauth2/token"])
@pytest.mark.parametrize(
    "answer",
    [
        Response("<h1>Welcome</h1>", mimetype="text/html"),
        Response("{}", 500),
        Response("", 302, {"Location": "http://127.0.0.1:1/"}),
        Response('{"keys": 7, "issuer": 7', mimetype="application/json"),
        [],
        {},
        {"keys": {}},
        {"keys": [7]},
        {"keys": []},
        {"error": "server_error"},
    ],
    ids=["html", "500", "redirect", "cut", "list", "empty", "object", "number", "none", "error"],
)
def test_a_provider_that_answers_nonsense_signs_nobody_in(club, vouch, path, answer):
    club.forge[path] = lambda _: answer

    with pytest.raises(SignInFailed):
        vouch()


def test_a_provider_that_is_down_signs_nobody_in(club, errand, now):
    nobody = Providers([club.declared(issuer="http://127.0.0.1:1")])

    with pytest.raises(SignInFailed):
        nobody.way("club", errand, now)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://mallory.example"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://mallory.example/"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": 7},
        {"jwks_uri": "ftp://mallory.example"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_provider_sends_us_to_no_place_where_others_can_listen(club, vouch, change):
    club.forge[DISCOVERY] = lambda content: {**content, **change}

    with pytest.raises(SignInFailed):
        vouch()


def test_a_provider_with_https_does_not_send_us_to_this_machine(club, errand, now):
    from comments_api.oidc import _may_be_asked

    far = club.declared(issuer="https://id.example.org")

    assert _may_be_asked(far, "https://id.example.org/token")
    assert not _may_be_asked(far, "http://127.0.0.1:8000/moderate/")


def test_a_provider_is_asked_about_itself_once_an_hour(club, providers, errand, now):
    for minutes in (0, 1, 59):
        providers.way("club", errand, now + timedelta(minutes=minutes))
    asked_within = club.asked.count(DISCOVERY)
    providers.way("club", errand, now + KEPT)

    assert (asked_within, club.asked.count(DISCOVERY)) == (1, 2)


def test_nothing_is_asked_before_somebody_needs_it(club):
    Providers([club.declared()]).find("club")

    assert DISCOVERY not in club.asked


def test_a_provider_that_takes_its_secret_in_the_form_gets_it_there(club, vouch):
    from flask import request

    sent = []
    club.forge[DISCOVERY] = lambda content: {
        **content,
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
    club.forge["/oauth2/token"] = lambda content: (
        sent.append(request.form.get("client_secret")) or content
    )

    vouch()

    assert sent == [SECRET]
