"""Obsidian's own settings: what they mean for links, and that odd ones mean nothing."""

from __future__ import annotations

import pytest

from vaultkit.vault.app import AppSettings, NewLinkFormat


def test_an_empty_file_means_all_defaults() -> None:
    assert AppSettings.of({"app.json": {}}) == AppSettings.of({}) == AppSettings()


def test_settings_are_read() -> None:
    app = AppSettings.of(
        {
            "app.json": {"newLinkFormat": "relative", "useMarkdownLinks": True, "userIgnoreFilters": ["T/"]},
            "types.json": {"types": {"Échéance": "date", "odd": 3}},
            "daily-notes.json": {"folder": "/Journal/"},
            "templates.json": {"folder": "Modèles"},
        }
    )
    assert (app.new_link_format, app.use_markdown_links) == (NewLinkFormat.RELATIVE, True)
    assert app.property_types == {"échéance": "date"}
    assert (app.daily_format, app.daily_folder, app.templates_folder) == ("YYYY-MM-DD", "Journal", "Modèles")


@pytest.mark.parametrize(
    "odd", [None, [], 3, "x", {"newLinkFormat": 7, "userIgnoreFilters": "T/"}, {"types": []}]
)
def test_odd_settings_are_defaults(odd: object) -> None:
    assert AppSettings.of({"app.json": odd, "types.json": odd}) == AppSettings()


@pytest.mark.parametrize(
    ("filters", "path", "ignored"),
    [
        (["T/"], "T/x.md", True),
        (["T/"], "AT/x.md", False),
        (["README.md"], "README.md", True),
        (["README.md"], "a/README.md", False),
        (["/^old.*\\.md$/"], "old stuff.md", True),
        (["/^old.*\\.md$/"], "a/old.md", False),
        (["/(/", "T/"], "T/x.md", True),
    ],
)
def test_excluded_files_are_prefixes_or_expressions(filters: list[str], path: str, ignored: bool) -> None:
    assert AppSettings(ignored=tuple(filters)).ignores()(path) is ignored


@pytest.mark.parametrize(
    ("shape", "folder", "linkpath", "daily"),
    [
        ("YYYY-MM-DD", "", "2026-11-22", True),
        ("YYYY-MM-DD", "Journal", "Journal/2026-11-22", True),
        ("YYYY/MM/DD", "", "22", True),
        ("YYYY-MM-DD", "", "2026-11", False),
        ("dddd D MMMM YYYY", "", "dimanche 22 novembre 2026", True),
        ("[Semaine] WW", "", "Semaine 47", True),
        ("[Semaine] WW", "", "Mois 47", False),
    ],
)
def test_a_link_to_a_daily_note_is_known_by_its_name(
    shape: str, folder: str, linkpath: str, daily: bool
) -> None:
    assert AppSettings(daily_format=shape, daily_folder=folder).is_daily(linkpath) is daily
    assert not AppSettings().is_daily(linkpath)


def test_an_expression_of_a_hostile_vault_does_not_hang() -> None:
    ignores = AppSettings(ignored=("/(a+)+$/", "T/")).ignores()
    assert not any(ignores("a" * 60 + "!.md") for _ in range(1000))
    assert ignores("T/x.md")
    daily = AppSettings(daily_format="MMMM" * 12)
    assert not daily.is_daily("a" * 60 + "1")
