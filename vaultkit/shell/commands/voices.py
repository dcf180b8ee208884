"""The voice of a command that does not read the vault."""

from __future__ import annotations

from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.settings import TOML_NAME, read_toml
from vaultkit.shell.console import Voice, locale_language


def voice_at(root: Path) -> Voice:
    """Return a voice in the language of the vault's settings, else the locale's, else French."""
    try:
        said = read_toml((root / TOML_NAME).read_text(encoding="utf-8")).vault_language
    except (OSError, UnicodeDecodeError, VaultkitError):  # what is wrong in the settings is told by others
        said = ""
    return Voice("fr" if (said or locale_language() or "fr") == "fr" else "en")
