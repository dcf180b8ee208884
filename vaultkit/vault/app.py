"""What Obsidian's own settings say about links, ignored files and the types of properties.

The app keeps them as JSON in its configuration folder and writes only values that differ from its
defaults (`specs/obsidian.md` §1.2). vaultkit reads them and never writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from vaultkit.text import nfc, pattern

if TYPE_CHECKING:
    import regex

APP, TYPES, DAILY_NOTES, TEMPLATES = "app.json", "types.json", "daily-notes.json", "templates.json"
#: The files of the configuration folder that are read.
FILES = (APP, TYPES, DAILY_NOTES, TEMPLATES)

#: Seconds that an expression may take for one path.
_PATIENCE = 0.05

Json = Mapping[str, object]
_T = TypeVar("_T")


class NewLinkFormat(StrEnum):
    """How the app writes the path of a new link; how it reads links does not depend on it."""

    SHORTEST = "shortest"
    RELATIVE = "relative"
    ABSOLUTE = "absolute"


class AppSettings(Struct, frozen=True):
    """The settings that matter to what a note means; a setting that cannot be read has its default.

    `ignored` are the "excluded files": a path prefix, or a regular expression between slashes.
    `property_types` gives the type of a property by its lower-case name. `daily_format` is a moment.js
    format, None where the daily notes have never been set up; `daily_folder` and `templates_folder` are
    vault paths without a slash at the end, empty for the root or none.
    """

    new_link_format: NewLinkFormat = NewLinkFormat.SHORTEST
    use_markdown_links: bool = False
    ignored: tuple[str, ...] = ()
    property_types: Mapping[str, str] = field(default_factory=dict)
    daily_format: str | None = None
    daily_folder: str = ""
    templates_folder: str = ""

    @classmethod
    def of(cls, files: Mapping[str, object]) -> AppSettings:
        """Return the settings that the decoded JSON of the files says, by file name."""
        app, types = _mapping(files.get(APP)), _mapping(_mapping(files.get(TYPES)).get("types"))
        daily, templates = _mapping(files.get(DAILY_NOTES)), _mapping(files.get(TEMPLATES))
        shape = _one(app, "newLinkFormat", str, "")
        filters = app.get("userIgnoreFilters")
        return cls(
            NewLinkFormat(shape) if shape in set(NewLinkFormat) else NewLinkFormat.SHORTEST,
            _one(app, "useMarkdownLinks", bool, False),
            tuple(nfc(one) for one in filters if isinstance(one, str) and one)
            if isinstance(filters, list)
            else (),
            {name.lower(): kind for name, kind in types.items() if isinstance(kind, str)},
            (_one(daily, "format", str, "") or "YYYY-MM-DD") if DAILY_NOTES in files else None,
            _one(daily, "folder", str, "").strip("/"),
            _one(templates, "folder", str, "").strip("/"),
        )

    def ignores(self) -> Callable[[str], bool]:
        """Return the test by which a path is left out of the graph, of counts and of what is checked.

        Links from and to such a note resolve all the same. An expression that cannot be read matches nothing.
        """
        prefixes, patterns = [], []
        for one in self.ignored:
            if len(one) > 2 and one.startswith("/") and one.endswith("/"):
                import regex

                try:
                    patterns.append(regex.compile(one[1:-1]))
                except regex.error:
                    continue
            else:
                prefixes.append(one.lstrip("/"))
        if self.templates_folder:
            prefixes.append(self.templates_folder + "/")
        starts = tuple(prefixes)
        return lambda path: path.startswith(starts) or _any_finds(patterns, path)

    def is_daily(self, linkpath: str) -> bool:
        """Whether a link says the name of a daily note, which the app makes when it is first clicked."""
        if self.daily_format is None:
            return False
        wanted = linkpath.removeprefix(f"{self.daily_folder}/") if self.daily_folder else linkpath
        names = (self.daily_format, self.daily_format.rpartition("/")[2])
        return any(_moment(name).fullmatch(wanted.removesuffix(".md")) for name in names)


def _any_finds(patterns: list[regex.Pattern[str]], path: str) -> bool:
    """Whether an expression matches; one that takes too long (of a hostile vault) is dropped."""
    for one in tuple(patterns):
        try:
            if one.search(path, timeout=_PATIENCE):
                return True
        except TimeoutError:
            patterns.remove(one)
    return False


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _one(values: Json, key: str, kind: type[_T], default: _T) -> _T:
    value = values.get(key)
    return value if isinstance(value, kind) else default


_TOKEN = pattern(
    r"\[([^\]]*)\]|YYYY|YY|GGGG|gggg|Q|MMMM|MMM|MM|Mo|M|DDDD|DDD|DD|Do|D|dddd|ddd|dd|d|WW|W|ww|w"
)
_DIGITS = {"YYYY": 4, "GGGG": 4, "gggg": 4, "DDDD": 3, "YY": 2, "MM": 2, "DD": 2, "WW": 2, "ww": 2}
_WORDS = frozenset({"MMMM", "MMM", "dddd", "ddd", "dd"})


def _moment(shape: str) -> re.Pattern[str]:
    """Return what a name in a moment.js date format looks like."""
    looks, at = "", 0
    for token in _TOKEN.finditer(shape):
        looks += re.escape(shape[at : token.start()])
        said, at = token[0], token.end()
        if token[1] is not None:
            looks += re.escape(token[1])
        elif said in _WORDS:
            looks += r"[^\W\d_]++\.?+"
        else:
            looks += rf"\d{{{_DIGITS[said]}}}" if said in _DIGITS else r"\d{1,3}\w{0,2}"
    return re.compile(looks + re.escape(shape[at:]), re.IGNORECASE)
