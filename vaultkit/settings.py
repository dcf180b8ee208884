"""The settings of a vault: `vaultkit.toml` at its root, or the properties of a note `vaultkit.md`.

Everything has a default; what is generated depends on nothing else than the vault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.errors import VaultkitError
from vaultkit.text import Message, pattern

TOML_NAME, NOTE_NAME = "vaultkit.toml", "vaultkit.md"
LANGUAGES = ("fr", "en", "de")
#: The longest quiet period, in seconds.
LONGEST = 86_400
STALE_POLICIES = ("block", "warn", "rebuild")
#: What a number may be where it is none of seconds: its least, its most, and what is counted.
_RANGES = {
    "tracking.matrix": (3, 5, " niveaux", " steps"),
    "tracking.stale_days": (1, 3650, " jours", " days"),
}
_COLORS = ("report.color", "report.accent")
_COLOR = pattern(r"#[0-9A-Fa-f]{6}")


class Settings(Struct, frozen=True, dict=True):
    """What a vault can set; keys are `[table] key` in TOML, `table.key` or nested in the note.

    `vault_language` is `fr`, `en` or `de`, empty for that of the headings; `templates_folder` and
    `schemas_folder` are where the vault's own templates and schemas stand. `check_ignore` and the three
    lists beside it hold codes or names of diagnostics: not said at all, or said with that severity;
    `check_baseline` is the file of those that were there before. `hook_stale` is what the hook does with
    a stale synthesis: `block`, `warn` or `rebuild`; empty for `block`, and `warn` where Obsidian's git
    plugin makes the commits. `watch_*` are quiet periods in seconds (DESIGN §6.1).
    `tracking_matrix` is how many steps probability and impact have (3 to 5), `tracking_stale_days` after how many days
    an open finding that nobody looked at is stale. `report_*` is the brand of the firm: its name, the path of its logo
    in the vault, two colours (`#1f4e79`), a font, a footer, a Word document with its styles; `report_deliveries` is
    the folder, beside the synthesis, of what was delivered.
    """

    vault_language: str = ""
    templates_folder: str = "vaultkit/templates"
    schemas_folder: str = "vaultkit/schemas"
    check_ignore: tuple[str, ...] = ()
    check_error: tuple[str, ...] = ()
    check_warning: tuple[str, ...] = ()
    check_info: tuple[str, ...] = ()
    check_baseline: str = "vaultkit/baseline.json"
    hook_stale: str = ""
    watch_source_quiet: int = 30
    watch_target_quiet: int = 5
    watch_background_quiet: int = 60
    tracking_matrix: int = 4
    tracking_stale_days: int = 180
    report_firm: str = ""
    report_logo: str = ""
    report_color: str = ""
    report_accent: str = ""
    report_font: str = ""
    report_footer: str = ""
    report_template: str = ""
    report_deliveries: str = "Livraisons"

    def is_internal(self, path: str) -> bool:
        """Whether a path is a template or a settings note of vaultkit, and so no note of a mission."""
        return path == NOTE_NAME or path.startswith(self._folders)

    @cached_property
    def _folders(self) -> tuple[str, ...]:
        return tuple(f"{folder.rstrip('/')}/" for folder in (self.templates_folder, self.schemas_folder))


class WrongSettings(VaultkitError):
    """The settings cannot be read, or say something that is not understood."""


def read_toml(text: str) -> Settings:
    """Return the settings that a `vaultkit.toml` gives; raises WrongSettings with its line."""
    from tomllib import TOMLDecodeError, loads

    try:
        values = loads(text.removeprefix("\ufeff"))
    except TOMLDecodeError as fault:
        raise WrongSettings(
            Message(f"{TOML_NAME} ne peut pas être lu\u00a0: {fault}", f"{TOML_NAME} cannot be read: {fault}")
        ) from fault
    return read_mapping(values, TOML_NAME)


def read_mapping(values: Mapping[str, object], where: str) -> Settings:
    """Return the settings that a mapping gives; raises WrongSettings for a key or value it does not know."""
    known = {name.replace("_", ".", 1): name for name in Settings.__struct_fields__}
    settings = Settings()
    for key, value in _flat(values):
        name = known.get(key)
        if name is None:
            if where == NOTE_NAME and key.split(".")[0] not in {name.split(".")[0] for name in known}:
                continue
            from difflib import get_close_matches

            near = get_close_matches(key, known, n=1)
            raise _wrong(where, key, f"clé inconnue{_near(near, 'fr')}", f"unknown key{_near(near, 'en')}")
        settings = replace(settings, **{name: _typed(where, key, value, getattr(settings, name))})
    for key, said, known_words in (
        ("vault.language", settings.vault_language, LANGUAGES),
        ("hook.stale", settings.hook_stale, STALE_POLICIES),
    ):
        if said not in ("", *known_words):
            listed_fr, listed_en = _alternatives(known_words, "ou"), _alternatives(known_words, "or")
            raise _wrong(where, key, f"il faut {listed_fr}", f"expected {listed_en}")
    return settings


def _typed(where: str, key: str, value: object, default: object) -> Any:
    """Return a value of the type that the default has; raises WrongSettings for any other."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise _wrong(where, key, "il faut une liste de textes", "expected a list of strings")
    if not isinstance(value, type(default)) or isinstance(value, bool):
        kind = "un nombre entier" if isinstance(default, int) else "un texte"
        raise _wrong(where, key, f"il faut {kind}", f"expected {type(default).__name__}")
    if isinstance(value, int):
        low, high, fr, en = _RANGES.get(key, (0, LONGEST, " secondes", " seconds"))
        if not low <= value <= high:
            raise _wrong(where, key, f"il faut de {low} à {high}{fr}", f"expected {low} to {high}{en}")
    elif key in _COLORS and value and not _COLOR.fullmatch(str(value)):
        raise _wrong(where, key, "il faut une couleur comme #1f4e79", "expected a color such as #1f4e79")
    elif key == "report.deliveries" and not _is_folder(str(value)):
        raise _wrong(
            where, key, "il faut le nom d’un dossier du coffre", "expected the name of a folder in the vault"
        )
    return value


def _is_folder(said: str) -> bool:
    """Whether a text names a folder that lies inside another: no drive, no way up, no hidden folder."""
    parts = said.rstrip("/").split("/")
    return all(part.strip() and not part.startswith(".") for part in parts) and not set(said) & set(
        '\\:*?"<>|'
    )


def _alternatives(words: tuple[str, ...], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _flat(values: Mapping[str, object], lead: str = "") -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{lead}{key}.")
        else:
            yield f"{lead}{key}", value


def _near(names: list[str], language: str) -> str:
    if not names:
        return ""
    return f" (peut-être {names[0]}\u00a0?)" if language == "fr" else f" (did you mean {names[0]}?)"


def _wrong(where: str, key: str, fr: str, en: str) -> WrongSettings:
    return WrongSettings(Message(f"{where}\u00a0: {key}\u00a0: {fr}", f"{where}: {key}: {en}"))
