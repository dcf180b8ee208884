"""The settings of a vault: what they say wrongly stops every command, with its place and the nearest name."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (
            "---\ncheck:\n  ignore: [VK204\n---\n",
            "vaultkit.md: properties cannot be read, line 3: a bracket or brace is not closed properly",
        ),
        (
            "---\ncheck:\n  ignore: [VK204]\nvault: {}\n",
            "vaultkit.md: properties cannot be read, line 1: '---' opens a block that is never closed",
        ),
        ("---\ncheck.ignore: [VK2004]\n---\n", "vaultkit.md: check.ignore: no remark is called 'VK2004'"),
    ],
)
def test_a_settings_note_that_cannot_be_understood_is_a_wrong_call(vault, note, said):
    vault.write("vaultkit.md", note)
    for command in (("check",), ("rebuild",), ()):
        done = vault.run(*command)
        assert (done.code, said in done.err) == (2, True)
    remarks = json.loads(vault.run("doctor", "--json").out)["remarks"]
    assert [(one["name"], one["severity"]) for one in remarks if said in one["message"]] == [
        ("settings", "error")
    ]


def test_a_settings_note_without_properties_sets_nothing(vault):
    vault.write("vaultkit.md", "Ici se trouvent un jour nos réglages.\n")
    assert vault.run("check").code == 0


@pytest.mark.parametrize("key", ["ignore", "error", "warning", "info"])
def test_a_name_of_no_check_is_told_with_the_nearest(vault, key):
    vault.write("vaultkit.toml", f'[check]\n{key} = ["VK204", "finding-without-acton"]\n')
    done = vault.run("check")
    assert done.code == 2
    assert (
        f"vaultkit.toml: check.{key}: no remark is called 'finding-without-acton'"
        " (did you mean finding-without-action?)"
    ) in done.err


@pytest.mark.parametrize("other", ["VK704", "vk704", "finding-without-action"])
def test_a_check_in_two_lists_is_a_wrong_call(vault, other):
    vault.write("vaultkit.toml", f'[check]\nerror = ["VK704"]\ninfo = ["{other}"]\n')
    done = vault.run("check")
    assert done.code == 2
    assert "vaultkit.toml: VK704 finding-without-action is in check.error and in check.info" in done.err


def test_the_code_of_one_counts_beside_a_name_of_several(vault):
    vault.write("vaultkit.toml", '[check]\nignore = ["unresolved-link"]\nerror = ["VK401"]\n')
    vault.write("A.md", '---\nlien: "[[un]]"\n---\n[[deux]]\n')
    found = json.loads(vault.run("check", "--format", "json").out)["diagnostics"]
    assert [(one["code"], one["severity"]) for one in found] == [("VK401", "error")]
