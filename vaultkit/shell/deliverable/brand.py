"""The firm's brand: what its documents look like, from the settings of the vault."""

from __future__ import annotations

import colorsys
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from vaultkit.settings import TOML_NAME, Settings, WrongSettings
from vaultkit.shell.deliverable.images import Drawn, Unusable, image_of, read_file
from vaultkit.text import Message, pattern

#: A sober blue and a warm red, for a firm that did not say its colours.
COLOR, ACCENT = "#1f4e79", "#c0562f"
#: The contrast that WCAG 2.2 asks for between a text and what is behind it.
READABLE = 4.5
#: What the name of no font holds: the name goes into style sheets.
_NOT_IN_FONTS = pattern(r"[^\w .&+-]+")
_COLOR = pattern(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Brand(Struct, frozen=True, dict=True):
    """What documents of a firm look like; `color` and `accent` are `#rrggbb`, what nobody said is empty or None.

    `template` is the firm's own Word document, whose styles take the place of ours.
    """

    firm: str = ""
    logo: Drawn | None = None
    color: str = COLOR
    accent: str = ACCENT
    font: str = ""
    footer: str = ""
    template: bytes = b""

    @cached_property
    def ink(self) -> str:
        """The colour, darkened where a text in it could not be read on white: for headings and links."""
        return readable(self.color)

    @cached_property
    def accent_ink(self) -> str:
        """The accent, darkened where a text in it could not be read on white."""
        return readable(self.accent)

    @cached_property
    def on_color(self) -> str:
        """White or black, whichever can be read on the colour."""
        return "#ffffff" if contrast(self.color, "#ffffff") >= contrast(self.color, "#000000") else "#000000"

    @cached_property
    def tint(self) -> str:
        """The colour as a very light ground, for table heads and boxes."""
        return mixed(self.color, "#ffffff", 0.9)


def brand_of(settings: Settings, root: Path) -> tuple[Brand, list[Message]]:
    """Return the brand that the settings of the vault at `root` give, and what is missing of it.

    Raises WrongSettings for a colour that is none.
    """
    logo, remarks = _logo(root, settings.report_logo)
    color = _checked("report.color", settings.report_color) or COLOR
    accent = _checked("report.accent", settings.report_accent) or ACCENT
    font = " ".join(_NOT_IN_FONTS.sub(" ", settings.report_font).split())
    template, told = _template(root, settings.report_template)
    own = (settings.report_firm, logo, color, accent, font, settings.report_footer, template)
    return Brand(*own), [*remarks, *told]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(color: str) -> str:
    """Return the colour, or the lightest of its darker shades that can be read on white."""
    hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in _parts(color)))
    found = color
    while contrast(found, "#ffffff") < READABLE and light > 0:
        light = max(0.0, light - 0.02)
        found = _hex(tuple(round(part * 255) for part in colorsys.hls_to_rgb(hue, light, full)))
    return found


def mixed(color: str, other: str, share: float) -> str:
    """Return a colour with a share (0 to 1) of another in it."""
    pairs = zip(_parts(color), _parts(other), strict=True)
    return _hex(tuple(round(a * (1 - share) + b * share) for a, b in pairs))


def _logo(root: Path, path: str) -> tuple[Drawn | None, list[Message]]:
    if not path:
        return None, []
    try:
        return image_of(root, path.strip("/")), []
    except Unusable as fault:
        said = fault.message
    except ImportError:
        return None, []  # without these packages only Markdown and tables are written: no logo stands there
    return None, [
        Message(
            f"logo «\u00a0{path}\u00a0»\u00a0: {said.fr}\u00a0; le document s’en passe",
            f"logo '{path}': {said.en}; the document does without",
        )
    ]


def _template(root: Path, path: str) -> tuple[bytes, list[Message]]:
    if not path:
        return b"", []
    try:
        return read_file(root, path.strip("/")), []
    except Unusable as fault:
        said = fault.message
    return b"", [
        Message(
            f"modèle Word «\u00a0{path}\u00a0»\u00a0: {said.fr}\u00a0; le document s’en passe",
            f"Word template '{path}': {said.en}; the document does without",
        )
    ]


def _checked(key: str, said: str) -> str:
    """Return a colour as `#rrggbb`, empty for none said; raises WrongSettings."""
    said = said.strip()
    if not said:
        return ""
    if not _COLOR.fullmatch(said):
        raise WrongSettings(
            Message(
                f"{TOML_NAME}\u00a0: {key}\u00a0: «\u00a0{said}\u00a0» n’est pas une couleur comme #1f4e79",
                f"{TOML_NAME}: {key}: '{said}' is no colour such as #1f4e79",
            )
        )
    digits = said[1:].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def _parts(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def _hex(parts: tuple[int, ...]) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)


def _luminance(color: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (whole / 255 for whole in _parts(color))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
