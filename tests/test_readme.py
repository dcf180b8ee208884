"""What README shows can be typed: its schema, its settings, its commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from vaultkit.schema.read import read_schemas
from vaultkit.settings import Settings, read_toml
from vaultkit.shell.arguments import parser

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_schema_is_one():
    [schema] = [text for text in blocks("yaml") if "category: intervention" in text]
    found = read_schemas([], [("vaultkit/schemas/intervention.yaml", schema)])
    assert found.faults == ()
    assert [one.categories for one in found.schemas] == [("intervention",)]


def test_the_settings_are_the_defaults_and_known():
    [toml] = blocks("toml")
    read, default = read_toml(toml), Settings()
    shown = (
        "templates_folder",
        "schemas_folder",
        "check_baseline",
        "watch_source_quiet",
        "watch_target_quiet",
        "tracking_matrix",
        "tracking_stale_days",
        "report_deliveries",
    )
    for name in (*shown, "watch_background_quiet"):
        assert getattr(read, name) == getattr(default, name)


COMMANDS = sorted(
    {line[2:].split(" #")[0].strip() for text in blocks("console") for line in text.splitlines()}
    | {one for one in re.findall(r"`(vaultkit [^`]+)`", README) if "[" not in one and "COMMAND" not in one}
)


@pytest.mark.parametrize("command", [one for one in COMMANDS if "vaultkit" in one])
def test_each_command_is_understood(command):
    for part in command.split("&&"):
        words = shlex.split(part.split(">")[0] if "WHERE" not in part else part)
        if words[:1] == ["vaultkit"]:
            assert parser().parse_args(words[1:]).run


def test_every_command_of_the_table_has_a_help_of_its_own():
    rows = re.findall(r"^\| `([a-z-]+)[ `\[]", README.split("## Commands")[1].split("###")[0], re.MULTILINE)
    assert {"adopt", "check", "hook", "doctor", "schema"} <= set(rows)
    for name in set(rows) - {"vaultkit"}:
        with pytest.raises(SystemExit) as stop:
            parser().parse_args([name, "--help"])
        assert stop.value.code == 0
