"""Settings of other tools become plain values: JSON with comments, YAML, TOML, EditorConfig; ValueError if not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from vaultkit.markdown.parse import parse_note

#: A string, a comment (one left open goes to the end), or the comma before a closing bracket.
_JSON_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*+(?:"|\Z)|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|,(?=\s*+[\]}])', re.DOTALL
)
_LONGEST_PATTERN = 500
_SECTION = re.compile(r"\[(.+)\]\s*(?:[#;].*)?")
_DOCUMENT = re.compile(r"(?m)^---[ \t]*\r?$")


def read_jsonc(text: str) -> object:
    """Return what JSON says, with the comments and last commas that VS Code and markdownlint allow.

    Raises ValueError for what is no JSON, or is nested too deep.
    """
    bare = text
    for _ in range(2):  # a comment between a last comma and its bracket goes first
        bare = _JSON_TOKEN.sub(lambda token: token[0] if token[0].startswith('"') else " ", bare)
    try:
        return json.loads(bare.removeprefix("\ufeff"))
    except RecursionError as deep:
        raise ValueError("nested too deep") from deep


def read_yaml(text: str) -> Mapping[str, object]:
    """Return the first document of a YAML text, read as the properties of a note are; raises ValueError."""
    documents = _DOCUMENT.split(text.removeprefix("\ufeff"))
    body = next((one.strip("\r\n") for one in documents if _says_something(one)), "")
    frontmatter = parse_note("settings.md", f"---\n{body}\n---\n").frontmatter
    if frontmatter is None or frontmatter.error is not None:
        raise ValueError("no YAML")
    return {key: entry.value for key, entry in frontmatter.properties.items()}


def read_toml(text: str) -> Mapping[str, object]:
    """Return what a TOML text says; raises ValueError."""
    from tomllib import loads

    try:
        return loads(text.removeprefix("\ufeff"))
    except RecursionError as deep:
        raise ValueError("nested too deep") from deep


def editorconfig(text: str, name: str) -> tuple[dict[str, str], bool]:
    """Return what an `.editorconfig` says about a file by its name, and whether it is the topmost one.

    Keys and values are lower case; later sections win, as https://spec.editorconfig.org asks.
    """
    found: dict[str, str] = {}
    meant, top, opened = False, False, False
    for line in text.splitlines():
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if section := _SECTION.fullmatch(line):
            meant, opened = _matches(section[1], name), True
            continue
        key, equals, value = line.partition("=")
        key, value = key.strip().lower(), value.strip().lower()
        if equals and meant:
            found[key] = value
        elif equals and not opened and key == "root":
            top = value == "true"
    return found, top


def _says_something(document: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in document.splitlines())


def _matches(pattern: str, name: str) -> bool:
    """Whether a section's pattern means each file of this name, in whatever folder."""
    from fnmatch import fnmatchcase

    if len(pattern) > _LONGEST_PATTERN:
        return False
    for one in _spelled_out(pattern):
        folder, _, last = one.rpartition("/")
        if folder in ("", "*") and fnmatchcase(name, last):
            return True
    return False


def _spelled_out(pattern: str) -> Iterator[str]:
    """Yield the patterns that one pair of braces stands for: `*.{md,txt}` is `*.md` and `*.txt`."""
    before, brace, rest = pattern.partition("{")
    inside, close, after = rest.partition("}")
    if not brace or not close:
        yield pattern.replace("**", "*")
        return
    for one in inside.split(","):
        yield f"{before}{one.strip()}{after}".replace("**", "*")
