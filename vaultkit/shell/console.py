"""The terminal: its encoding, its language, and questions to the person in front of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from io import TextIOWrapper

from vaultkit.text import Message


def prepare() -> None:
    """Make the streams write UTF-8 whatever the console's code page is (cp1252, C locale).

    A program without a console (`pythonw`) has no streams: what it says goes nowhere.
    """
    if sys.stdout is None or sys.stderr is None:
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - a stream for the whole process
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def give_up_output() -> None:
    """Let the rest of the output go nowhere: whoever read it (`| head`) has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def locale_language(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the language that the locale asks for, `fr` or `en`; None where it says nothing (C, POSIX)."""
    said = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if not said and sys.platform in ("win32", "darwin"):
        import locale

        said = locale.getlocale()[0] or ""
    word = said.split(".")[0].split("@")[0].lower()
    if word in ("", "c", "posix"):
        return None
    return "fr" if word.startswith("fr") else "en"


def interactive() -> bool:
    """Whether a person can be asked: both streams are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def coloured() -> bool:
    """Whether colours are wanted: a terminal, and no `NO_COLOR`."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, code: str) -> str:
    """Return the text in a colour of the terminal (an SGR code), where colours are wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if coloured() else text


class Voice:
    """Says things in the language of the person; to find that out can wait until there is something to say."""

    def __init__(self, language: str | Callable[[], str]) -> None:
        self._language = language

    @cached_property
    def language(self) -> str:
        """The language of the person."""
        return self._language if isinstance(self._language, str) else self._language()

    def say(self, fr: str, en: str) -> None:
        """Print a line for a person."""
        print(fr if self.language == "fr" else en)

    def tell(self, message: Message) -> None:
        """Print a message for a person."""
        print(message.of(self.language))

    def warn(self, message: Message) -> None:
        """Print a message on stderr."""
        print(message.of(self.language), file=sys.stderr)

    def ask(self, message: Message) -> bool:
        """Ask o/n (y/n); the end of the input is a no."""
        choices = "[o/n]" if self.language == "fr" else "[y/n]"
        try:
            answer = input(f"{message.of(self.language)} {choices} ")
        except EOFError:
            return False
        return answer.strip().lower() in ("o", "oui", "y", "yes")
