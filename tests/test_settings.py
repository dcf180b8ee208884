"""What the settings of the follow-up and of reports may say; each fault names its key."""

from __future__ import annotations

import pytest

from vaultkit.settings import Settings, WrongSettings, read_mapping, read_toml


def test_the_settings_of_tracking_and_report_are_read() -> None:
    read = read_toml(
        """
        [tracking]
        matrix = 5
        stale_days = 90
        [report]
        firm = "Conseil Rochat"
        logo = "Modèles/logo.svg"
        color = "#1F4e79"
        accent = ""
        deliveries = "Livré/Client"
        """
    )
    assert (read.tracking_matrix, read.tracking_stale_days, read.report_firm) == (5, 90, "Conseil Rochat")
    assert (read.report_color, read.report_deliveries) == ("#1F4e79", "Livré/Client")
    assert read == read_mapping(
        {
            "tracking": {"matrix": 5, "stale_days": 90},
            "report.firm": "Conseil Rochat",
            "report.logo": "Modèles/logo.svg",
            "report.color": "#1F4e79",
            "report.deliveries": "Livré/Client",
        },
        "vaultkit.md",
    )
    assert (Settings().tracking_matrix, Settings().tracking_stale_days) == (4, 180)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("tracking.matrix = 2", "tracking.matrix: expected 3 to 5 steps"),
        ("tracking.matrix = 6", "tracking.matrix: expected 3 to 5 steps"),
        ("tracking.matrix = true", "tracking.matrix: expected int"),
        ('tracking.matrix = "4"', "tracking.matrix: expected int"),
        ("tracking.stale_days = 0", "tracking.stale_days: expected 1 to 3650 days"),
        ("tracking.stale = 9", "tracking.stale: unknown key (did you mean tracking.stale_days?)"),
        ("watch.source_quiet = 86401", "watch.source_quiet: expected 0 to 86400 seconds"),
        ('report.color = "blue"', "report.color: expected a color such as #1f4e79"),
        ('report.accent = "#12345"', "report.accent: expected a color such as #1f4e79"),
        ('report.deliveries = ""', "report.deliveries: expected the name of a folder in the vault"),
        (
            'report.deliveries = "../Ailleurs"',
            "report.deliveries: expected the name of a folder in the vault",
        ),
        ('report.deliveries = "/tmp"', "report.deliveries: expected the name of a folder in the vault"),
        ('report.deliveries = ".obsidian"', "report.deliveries: expected the name of a folder in the vault"),
        ("report.firm = 3", "report.firm: expected str"),
    ],
)
def test_what_cannot_be_names_its_key(said: str, fault: str) -> None:
    with pytest.raises(WrongSettings) as wrong:
        read_toml(said)
    assert wrong.value.message.en == f"vaultkit.toml: {fault}"
    assert wrong.value.exit_code == 2
