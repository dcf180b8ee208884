"""pandoc, the program that reads and writes documents: found, and run so that no input can harm.

It gets its input on standard input and runs with `--sandbox`: it reads no file but those that the command line names,
and asks no network. Its memory and its time are bounded, so that a hostile note costs an error and not the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from vaultkit.errors import VaultkitError
from vaultkit.text import Message, pattern

#: A document as pandoc's JSON has it: `pandoc-api-version`, `meta`, `blocks`.
Document = dict[str, Any]

#: What report Markdown is, in the words of pandoc; HTML is read so that it can be taken out with care.
MARKDOWN = (
    "commonmark+pipe_tables+footnotes+strikeout+task_lists+tex_math_dollars+hard_line_breaks+autolink_bare_uris"
    "+raw_html"
)
#: The memory that pandoc may take (its -M), and the seconds that it may run.
MEMORY = "2G"
SECONDS = 180.0
_STAMP = "1577836800"  # 2020-01-01: what pandoc would else take from the clock
_UNKNOWN_RTS = b"RTS options are disabled"
_EXHAUSTED = 251
#: What XML 1.0 cannot hold: control characters, halves of surrogate pairs, noncharacters.
_UNWRITABLE = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class NoPandoc(VaultkitError):
    """There is no pandoc on this machine."""

    def __init__(self) -> None:
        super().__init__(
            Message(
                'pandoc manque pour écrire ce document\u00a0: pip install ".[report]" dans le dossier de vaultkit, '
                "ou installer pandoc (pandoc.org)",
                'pandoc is missing to write this document: pip install ".[report]" in the folder of vaultkit, '
                "or install pandoc (pandoc.org)",
            )
        )


class Unwritten(VaultkitError):
    """pandoc could not make this document: too large, too deep, too slow."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(
            Message(
                f"ce document n’a pas pu être mis en forme\u00a0: {fr}",
                f"this document could not be set: {en}",
            )
        )


@cache
def program() -> str:
    """Return the path of pandoc: that of the package pypandoc_binary, else the one on PATH; raises NoPandoc."""
    import importlib.util

    found = importlib.util.find_spec("pypandoc")
    if found is not None and found.origin:
        name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
        bundled = Path(found.origin).parent / "files" / name
        if bundled.is_file():
            return str(bundled)
    on_path = shutil.which("pandoc")
    if on_path is None:
        raise NoPandoc
    return on_path


def clean(text: str) -> str:
    """Return a text without the characters that no XML, and so no Word document, can hold."""
    return _UNWRITABLE.sub("", text)


def read(markdown: str) -> Document:
    """Return report Markdown as pandoc's tree; raises NoPandoc, Unwritten."""
    done = _run(["--from", MARKDOWN, "--to", "json"], clean(markdown).encode())
    return _decoded(done)


def write(document: Document, to: str, *options: str, files: Mapping[str, bytes] | None = None) -> bytes:
    """Return a document written as `to` (a format of pandoc's); raises NoPandoc, Unwritten.

    `files` are given to options that name them: `--reference-doc={name}`, where `{name}` is a key of `files`.
    """
    try:
        encoded = msgspec.json.encode(document)
    except RecursionError:
        raise _too_deep() from None
    if not files:
        return _run(["--from", "json", "--to", to, "--output", "-", *options], encoded)
    with TemporaryDirectory(prefix="vaultkit-") as folder:
        places = {name: Path(folder, name) for name in files}
        for name, place in places.items():
            place.write_bytes(files[name])
        named = [_named(option, places) for option in options]
        return _run(["--from", "json", "--to", to, "--output", "-", *named], encoded)


def default_file(name: str) -> bytes:
    """Return one of the files that pandoc ships, as `reference.docx`; raises NoPandoc."""
    return _run(["--print-default-data-file", name], b"")


def _named(option: str, places: Mapping[str, Path]) -> str:
    for name, place in places.items():
        option = option.replace("{" + name + "}", str(place))
    return option


def _decoded(encoded: bytes) -> Document:
    try:
        return msgspec.json.decode(encoded, type=dict[str, Any])
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> Unwritten:
    return Unwritten("trop de niveaux imbriqués", "nested too deep")


def _run(arguments: Sequence[str], given: bytes) -> bytes:
    """Run pandoc; return what it wrote."""
    done = _started(["+RTS", f"-M{MEMORY}", "-RTS", "--sandbox", *arguments], given)
    if (
        done.returncode and _UNKNOWN_RTS in done.stderr
    ):  # a build without these options, as some distributions have
        done = _started(["--sandbox", *arguments], given)
    if done.returncode == _EXHAUSTED or (done.returncode and b"heap exhausted" in done.stderr.lower()):
        raise Unwritten("il demande trop de mémoire", "it takes too much memory")
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise Unwritten(f"pandoc dit «\u00a0{said}\u00a0»", f"pandoc says '{said}'")
    return done.stdout


def _started(arguments: Sequence[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, "SOURCE_DATE_EPOCH": _STAMP}
    try:
        return subprocess.run(
            [program(), *arguments],
            input=given,
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env=environ,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise Unwritten("il demande trop de temps", "it takes too long") from None
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise Unwritten(f"pandoc ne démarre pas ({why})", f"pandoc does not start ({why})") from fault
