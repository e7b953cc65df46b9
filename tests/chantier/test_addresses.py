"""Addresses that a process works out once."""

import pytest
from django.test import override_settings
from django.urls import NoReverseMatch, reverse, set_script_prefix

from chantier.lib.addresses import address


def test_an_address_is_what_the_urls_say() -> None:
    for slug in ("planification", "l-autre", "planification"):
        named = reverse("measures:stage_detail", args=[slug])
        assert address("measures:stage_detail", slug=slug) == named


def test_an_address_follows_the_prefix_and_the_urls_in_force() -> None:
    at_the_root = address("measures:stage_list")
    set_script_prefix("/portail/")
    try:
        assert address("measures:stage_list") == f"/portail{at_the_root}"
    finally:
        set_script_prefix("/")
    assert address("measures:stage_list") == at_the_root
    with override_settings(ROOT_URLCONF="chantier.home.urls"), pytest.raises(NoReverseMatch):
        address("measures:stage_list")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address("measures:nowhere")
