"""Names that look alike, and names that only begin alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_api.rules.skeleton import ROLES, Names, skeletons

KEPT = Names([*ROLES, "Campaign Team", "Vote Yes"], alone=["Alice", "Sam Smith", "Ибрагим"])


@pytest.mark.parametrize(
    "name",
    [
        "Alice",
        "ALICE",
        "AIice",  # a capital I
        "A1ice",
        "Al1ce",
        "Аlісе",  # Cyrillic А, і, с and е
        "ΑLΙCΕ",  # Greek Α, Ι and Ε
        "Álicè",
        "Al\u00adice",
        "A\u200blice",
        "Ａｌｉｃｅ",
        "𝓐𝓵𝓲𝓬𝓮",
        "ᴀʟɪᴄᴇ",
        "Ⓐⓛⓘⓒⓔ",
        "🅰🅻🅸🅲🅴",
        "Al\U000e0100ice",
        "Al\u180bice",
        "Al\u0345ice",
        "Aǀice",
        "AⲒice",  # Coptic
        "A l i c e",
        "A.l.i.c.e",
        "~Alice~",
        "Alice.",
    ],
)
def test_a_name_that_looks_like_one_of_the_staff_is_noticed(name):
    assert KEPT.like(name) == "Alice"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Sam  Smith", "Sam Smith"),
        ("Sam Srnith", "Sam Smith"),  # r and n for m
        ("Sаm Smith (staff)", "Sam Smith"),
        ("Cаmpaign  теam", "Campaign Team"),
        ("The Campaign Team", "Campaign Team"),
        ("CampaignTeam", "Campaign Team"),
        ("Vote-Yes", "Vote Yes"),
        ("Campaign HQ", "campaign"),
        ("rnoderator", "moderator"),
        ("M0der4tor", "moderator"),
        ("Modératrice Zoé", "modératrice"),
        ("admin", "admin"),
        ("[ADMIN] Bob", "admin"),
        ("la campagne", "campagne"),
        ("ибрагим", "Ибрагим"),
    ],
)
def test_names_of_several_words_and_of_roles_are_kept_within_others_too(name, kept):
    assert KEPT.like(name) == kept


@pytest.mark.parametrize(
    "name",
    [
        "Bob",
        "Alice Jones",  # many people share a first name
        "Malice",
        "Alicia",
        "Sam",
        "Smith Sam",
        "Campaigner",
        "Administrivia",
        "Vote",
        "Yes",
        "",
        "…",
        "🙂",
    ],
)
def test_other_names_are_left_alone(name):
    assert KEPT.like(name) is None


@given(st.text(min_size=1, max_size=80))
def test_every_name_is_like_itself_or_nobody(name):
    kept = Names([], alone=[name])

    assert kept.like(name) == (name if any(skeletons(name)) else None)


def test_an_empty_name_keeps_nothing():
    assert Names([""], alone=["", "..."]).like("Bob") is None
    assert Names([""], alone=["", "..."]).like("") is None
