"""The signs of a report as drawings of ours, so that a page needs no font of emoji to show them."""

from __future__ import annotations

from vaultkit.render.deliverable.wording import words_of

_RED, _AMBER, _GREEN, _BLUE, _GREY, _VIOLET = "#c4302b", "#e09b00", "#2e8b4a", "#1b6fb3", "#80868b", "#6a4bb0"
_ORANGE, _YELLOW, _WHITE, _BLACK, _BROWN = "#e8710a", "#f2c200", "#ffffff", "#202124", "#8d5a2b"


def _svg(*parts: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20">{"".join(parts)}</svg>'


def _stroke(path: str, color: str, width: float = 2.6) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _disc(color: str, edge: str = "") -> str:
    border = f' stroke="{edge}" stroke-width="1.2"' if edge else ""
    return f'<circle cx="10" cy="10" r="8.4" fill="{color}"{border}/>'


def _square(color: str, edge: str = "") -> str:
    border = f' stroke="{edge}" stroke-width="1.4"' if edge else ""
    return f'<rect x="2" y="2" width="16" height="16" rx="3" fill="{color}"{border}/>'


_CHECK = "M5.8 10.4 8.8 13.4 14.4 7"
_MARK = '<circle cx="10" cy="{y}" r="1.35" fill="{color}"/>'
_TRIANGLE = (
    f'<path d="M10 2 18.6 17.4H1.4Z" fill="{_AMBER}" stroke="{_AMBER}" stroke-width="1.6" '
    'stroke-linejoin="round"/>'
)

#: What can be drawn, by name.
SHAPES: dict[str, str] = {
    "bad": _svg(_stroke("M4 4 16 16M16 4 4 16", _RED, 3.4)),
    "warning": _svg(_TRIANGLE, _stroke("M10 7.4V11.6", _BLACK, 2), _MARK.format(y=14.6, color=_BLACK)),
    "good": _svg(_square(_GREEN), _stroke(_CHECK, _WHITE)),
    "urgent": _svg(_disc(_RED), _stroke("M10 5.4V10.6", _WHITE), _MARK.format(y=14.2, color=_WHITE)),
    "info": _svg(_disc(_BLUE), _stroke("M10 9.4V14.4", _WHITE, 2.2), _MARK.format(y=6, color=_WHITE)),
    "question": _svg(
        _disc(_VIOLET),
        _stroke("M7.6 8C7.6 4.8 12.6 4.9 12.5 8 12.4 9.9 10 9.9 10 11.8", _WHITE, 2),
        _MARK.format(y=14.6, color=_WHITE),
    ),
    "check": _svg(_stroke("M3.6 10.8 8 15.2 16.4 5", _GREEN, 3)),
    "box": _svg(_square(_WHITE, _GREY)),
    "ticked": _svg(_square(_WHITE, _GREY), _stroke(_CHECK, _GREEN)),
    "crossed": _svg(_square(_WHITE, _GREY), _stroke("M6.4 6.4 13.6 13.6M13.6 6.4 6.4 13.6", _GREY, 2)),
    "half": _svg(_square(_WHITE, _GREY), f'<path d="M4.4 4.4H10V15.6H4.4Z" fill="{_BLUE}"/>'),
    "red": _svg(_disc(_RED)),
    "orange": _svg(_disc(_ORANGE)),
    "yellow": _svg(_disc(_YELLOW)),
    "green": _svg(_disc(_GREEN)),
    "blue": _svg(_disc(_BLUE)),
    "violet": _svg(_disc(_VIOLET)),
    "brown": _svg(_disc(_BROWN)),
    "white": _svg(_disc(_WHITE, _GREY)),
    "black": _svg(_disc(_BLACK)),
    "calendar": _svg(
        f'<rect x="2.4" y="3.6" width="15.2" height="14" rx="2" fill="{_WHITE}" stroke="{_GREY}" stroke-width="1.4"/>',
        f'<path d="M2.4 5.6a2 2 0 0 1 2-2h11.2a2 2 0 0 1 2 2V8H2.4Z" fill="{_RED}"/>',
        _stroke("M6.4 2.2V5M13.6 2.2V5", _GREY, 1.6),
        _stroke("M6 11.4H14M6 14.4H11", _GREY, 1.4),
    ),
    "hourglass": _svg(
        _stroke("M5 2.6H15M5 17.4H15", _BROWN, 1.8),
        _stroke("M6.2 3V5.6L10 10 6.2 14.4V17M13.8 3V5.6L10 10 13.8 14.4V17", _BROWN, 1.5),
        f'<path d="M7.4 16.6 10 13.2 12.6 16.6Z" fill="{_AMBER}"/>',
    ),
    "turning": _svg(
        _square(_BLUE),
        _stroke("M6 9.2A4.2 4.2 0 0 1 13.6 7.6M14 10.8A4.2 4.2 0 0 1 6.4 12.4", _WHITE, 1.8),
        _stroke("M13.9 4.9V7.8H11M6.1 15.1V12.2H9", _WHITE, 1.6),
    ),
    "barred": _svg(_disc(_WHITE, _RED), _stroke("M4.6 15.4 15.4 4.6", _RED, 1.8)),
    "shield": _svg(
        f'<path d="M10 1.8 17 4.4V9.6C17 13.8 14 16.8 10 18.4 6 16.8 3 13.8 3 9.6V4.4Z" fill="{_BLUE}"/>',
        _stroke("M6.8 10 9.2 12.4 13.4 7.4", _WHITE, 2),
    ),
    "up": _svg(_square(_BLUE), _stroke("M10 14.4V5.8M6.4 9.2 10 5.6 13.6 9.2", _WHITE, 2.2)),
    "down": _svg(_square(_BLUE), _stroke("M10 5.6V14.2M6.4 10.8 10 14.4 13.6 10.8", _WHITE, 2.2)),
    "right": _svg(_square(_BLUE), _stroke("M5.6 10H14.2M10.8 6.4 14.4 10 10.8 13.6", _WHITE, 2.2)),
    "new": _svg(_disc(_GREEN), _stroke("M10 6V14M6 10H14", _WHITE, 2.4)),
}

#: Which signs are drawn, without U+FE0F: the shape, and the key of its meaning in the words of a report (or none).
_SIGNS: dict[str, tuple[str, str]] = {
    "❌": ("bad", "sign_bad"),
    "✖": ("bad", "sign_bad"),
    "✗": ("bad", "sign_bad"),
    "✘": ("bad", "sign_bad"),
    "⚠": ("warning", "sign_warning"),
    "✅": ("good", "sign_good"),
    "✔": ("check", "sign_good"),
    "✓": ("check", "sign_good"),
    "🚨": ("urgent", "sign_high"),
    "❗": ("urgent", "sign_high"),
    "ℹ": ("info", ""),
    "❓": ("question", ""),
    "☐": ("box", ""),
    "⬜": ("box", ""),
    "☑": ("ticked", ""),
    "☒": ("crossed", ""),
    "◐": ("half", ""),
    "🔴": ("red", ""),
    "🟠": ("orange", ""),
    "🟡": ("yellow", ""),
    "🟢": ("green", ""),
    "🔵": ("blue", ""),
    "🟣": ("violet", ""),
    "🟤": ("brown", ""),
    "⚪": ("white", ""),
    "⚫": ("black", ""),
    "📅": ("calendar", "sign_due"),
    "🗓": ("calendar", "sign_due"),
    "⏳": ("hourglass", "sign_due"),
    "⌛": ("hourglass", "sign_due"),
    "🔄": ("turning", ""),
    "🔁": ("turning", ""),
    "🚫": ("barred", ""),
    "⛔": ("barred", ""),
    "🛡": ("shield", ""),
    "⬆": ("up", ""),
    "⬇": ("down", ""),
    "➡": ("right", ""),
    "🆕": ("new", ""),
}
SIGNS = frozenset(_SIGNS)


def signs(language: str) -> dict[str, dict[str, str]]:
    """Return each sign with its drawing (`svg`) and what it means (`alt`) in a language."""
    words = words_of(language)
    return {
        char: {"svg": SHAPES[shape], "alt": words.get(meaning, "") or char}
        for char, (shape, meaning) in _SIGNS.items()
    }


def sign_pattern() -> str:
    """Return the regular expression that finds a sign, with or without U+FE0F, as Typst reads it."""
    return f"[{''.join(_SIGNS)}]\ufe0f?"
