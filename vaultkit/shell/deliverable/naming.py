"""What a report is called, and as what it is written."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.render.deliverable.model import Format, Report
from vaultkit.text import Message, one_line, pattern

#: What people call the formats beside the ends of their names.
_ALSO = {
    "word": Format.DOCX, "doc": Format.DOCX, "excel": Format.XLSX, "xls": Format.XLSX, "htm": Format.HTML,
    "web": Format.HTML, "markdown": Format.MARKDOWN, "powerpoint": Format.PPTX, "ppt": Format.PPTX,
}  # fmt: skip
#: The standard output as a target.
OUTPUT = "-"
#: What no name of a file may hold on Windows, and what would make it look like something else.
_NOT_IN_NAMES = pattern(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+')
_RESERVED = pattern(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?")
#: How long the name of a file is at most, in bytes of UTF-8: folders of some systems (eCryptfs) take 143.
_MOST_BYTES = 120


def formats_of(said: Sequence[str], output: str | None) -> tuple[Format, ...]:
    """Return the formats that are asked for, each once: those said, else by the end of `output`, else DOCX.

    Raises VaultkitError (2) for one that we do not know.
    """
    words = [word.strip() for one in said for word in one.split(",") if word.strip()]
    if not words:
        ending = Path(output).suffix if output not in (None, OUTPUT) else ""
        known = _known(ending) if ending else None
        return (known or Format.DOCX,)
    return tuple(dict.fromkeys(_format(word) for word in words))


def targets(formats: Sequence[Format], output: str | None, here: Path, stem: str) -> dict[Format, Path]:
    """Return the file for each format: `output`, beside it for further ones, else a name of our own in `here`.

    `stem` is that name without its ending. Raises VaultkitError (2) for an ending that contradicts the format, and a
    folder that is not there.
    """
    if output is None:
        return {one: here / f"{stem}.{one}" for one in formats}
    said = Path(output).expanduser()
    if output.endswith(("/", "\\")) or is_folder(said):
        return {one: _in_folder(said, f"{stem}.{one}") for one in formats}
    ending = _known(said.suffix)
    if ending is not None and ending not in formats:
        raise _contradiction(output, formats)
    if ending is None:
        return {one: _in_folder(said.parent, f"{said.name}.{one}") for one in formats}
    return {
        one: _in_folder(said.parent, said.name if one is ending else f"{said.stem}.{one}") for one in formats
    }


def stem_of(report: Report, today: date, asked: Sequence[str] = ()) -> str:
    """Return what the file of a report is called without its ending: the title, and its day or else this one.

    `asked` is what makes it another document than the whole: a domain, an owner, a language.
    """
    day = (report.cover.day or today).isoformat()
    return safe_name(" ".join([" – ".join([report.cover.title, *filter(None, asked)]), day]))


def safe_name(name: str, most: int = _MOST_BYTES) -> str:
    """Return a name that every system can have, as near to the one given as can be."""
    plain = one_line(_NOT_IN_NAMES.sub(" ", unicodedata.normalize("NFC", name)))
    plain = plain.encode("utf-8", "ignore").decode()
    while len(plain.encode()) > most:  # the day at the end stays
        head, _, tail = plain.rpartition(" ")
        plain = f"{head[:-1].rstrip()} {tail}" if head and len(tail) < most // 2 else plain[:-1]
    plain = plain.strip(" .")
    return f"{plain} -" if _RESERVED.fullmatch(plain) else plain or "rapport"


def _format(word: str) -> Format:
    known = _known(word)
    if known is not None:
        return known
    listed = ", ".join(Format)
    raise VaultkitError(
        Message(
            f"format inconnu\u00a0: {word} (il y a {listed})", f"unknown format: {word} (there are {listed})"
        )
    )


def _known(word: str) -> Format | None:
    plain = word.lower().removeprefix(".")
    return Format(plain) if plain in set(Format) else _ALSO.get(plain)


def is_folder(path: Path) -> bool:
    """Whether a folder stands there; a name that no file system takes is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for a name that is too long


def _in_folder(folder: Path, name: str) -> Path:
    if not is_folder(folder):
        raise VaultkitError(
            Message(f"ce dossier n’existe pas\u00a0: {folder}", f"there is no such folder: {folder}")
        )
    return folder / name


def _contradiction(output: str, formats: Iterable[Format]) -> VaultkitError:
    said = ", ".join(formats)
    return VaultkitError(
        Message(
            f"--to {said} et --output {output} se contredisent",
            f"--to {said} and --output {output} contradict",
        )
    )
