"""Every kind of diagnostic is explained, and its examples hold: the bad one has it, the good one has not."""

from __future__ import annotations

import sys

import pytest

from tests.rules.examples import codes_in
from vaultkit.rules.explained import EXPLANATIONS
from vaultkit.rules.kinds import FAMILIES, KINDS

CODES = [kind.code for kind in KINDS]
#: Two spellings of one name that Windows and macOS cannot hold.
_ONE_FILE = {"VK409"} if sys.platform in ("win32", "darwin") else set()


def test_every_kind_is_explained_and_nothing_else():
    assert sorted(EXPLANATIONS) == CODES


def test_codes_are_unique_and_belong_to_a_family():
    assert len(set(CODES)) == len(CODES)
    assert {code[2] for code in CODES} <= set(FAMILIES)


@pytest.mark.parametrize("code", CODES)
def test_it_is_said_in_both_languages_and_in_french_typography(code):
    explained = EXPLANATIONS[code]
    for message in (explained.why, explained.remedy):
        assert message.fr.strip()
        assert message.en.strip()
        assert message.fr != message.en
        assert "'" not in message.fr.replace("'[[", ""), "the apostrophe is ’"
        for sign in (" :", " ;", " !", " ?", "« ", " »"):
            assert sign not in message.fr, f"a blank that may break stands in {sign!r}"


@pytest.mark.parametrize("code", sorted({*CODES} - _ONE_FILE))
def test_the_bad_example_has_it_and_the_good_one_has_not(code, tmp_path):
    explained = EXPLANATIONS[code]
    assert code in codes_in(explained.bad, tmp_path / "bad")
    assert code not in codes_in(explained.good, tmp_path / "good")
