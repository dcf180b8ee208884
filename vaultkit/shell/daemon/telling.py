"""How the daemon stands: as a JSON document for programs, and from that as a few lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from msgspec import Struct

from vaultkit.settings import Settings
from vaultkit.shell.ports import BatchDone, Because, Clock, Standing, Wait
from vaultkit.shell.progress import grouped
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message

SCHEMA_VERSION = 1
#: How many notes a text lists; the document has them all.
_LISTED = 10
_HOUR = 3600

#: Why something waits, in words; `{source}`, `{target}`, `{background}` are the quiet periods in seconds.
REASONS = {
    Because.TYPED: Message(
        "enregistrée à l’instant\u00a0: lue après {source} s sans frappe",
        "saved a moment ago: read after {source} s without a keystroke",
    ),
    Because.JUST_SAVED: Message(
        "enregistrée à l’instant\u00a0: mise à jour après {target} s sans frappe",
        "saved a moment ago: brought up to date after {target} s without a keystroke",
    ),
    Because.ACTIVE: Message(
        "la note où vous écrivez dans Obsidian\u00a0: mise à jour dès que vous passez à une autre",
        "the note that you type in: brought up to date once you go to another",
    ),
    Because.OPEN: Message(
        "ouverte dans Obsidian\u00a0: {background} s sans frappe",
        "open in Obsidian: {background} s without a keystroke",
    ),
    Because.BATCH: Message(
        "beaucoup de fichiers changent à la fois (git, synchronisation)\u00a0: une mise à jour à la fin",
        "many files change at once (git, a sync): one update at the end",
    ),
    Because.GIT: Message(
        "git est au milieu d’un rebase ou d’un bisect\u00a0: mise à jour à la fin",
        "git is in the middle of a rebase or a bisection: brought up to date at its end",
    ),
    Because.ARRIVING: Message(
        "une note qu’elle nomme vient d’arriver ou de partir",
        "a note that it names has just come or gone",
    ),
    Because.PROPERTIES: Message(
        "ses propriétés ne changent qu’une fois Obsidian fermé (il semble ouvert), ou avec vaultkit rebuild",
        "its properties change only once Obsidian is closed (it seems to run), or with vaultkit rebuild",
    ),
    Because.SETTLING: Message(
        "mise à jour à l’instant\u00a0: vérifiée avant la suite",
        "brought up to date a moment ago: looked at again first",
    ),
    Because.WRITER: Message(
        "Obsidian l’écrit lui-même et n’a pas encore répondu",
        "Obsidian writes it itself and has not answered yet",
    ),
    Because.UNDONE: Message(
        "dernière mise à jour annulée\u00a0: elle reste ainsi jusqu’à ce qu’une de ses notes change",
        "the last update was undone: it stays so until one of its notes changes",
    ),
    Because.REVERTED: Message(
        "un autre programme a remis l’ancien texte", "another program put the old text back"
    ),
    Because.UNSETTLED: Message(
        "elle change à chaque mise à jour\u00a0: laissée ainsi", "it changes with each update: left as it is"
    ),
    Because.REFUSED: Message("n’a pas pu être écrite", "it could not be written"),
    Because.UNREADABLE: Message("n’a pas pu être lue", "it could not be read"),
    Because.EMPTY: Message(
        "le coffre est soudain vide ou introuvable\u00a0: rien n’y est écrit",
        "the vault is suddenly empty or gone: nothing is written there",
    ),
}

_SEVERITIES = {
    "error": (Message("erreur", "error"), Message("erreurs", "errors")),
    "warning": (Message("avertissement", "warning"), Message("avertissements", "warnings")),
    "info": (Message("remarque", "remark"), Message("remarques", "remarks")),
}


class Daemon(Struct, frozen=True):
    """What does not change while a daemon runs, but for the settings."""

    pid: int
    vault: Path
    socket: str | None
    version: str
    state: Path
    settings: Settings


# ------------------------------------------------------------------------------- the document


def document(daemon: Daemon, standing: Standing, clock: Clock) -> dict[str, Any]:
    """Return the document of `status --json`; messages in it are in both languages, times ISO with their offset."""
    monotonic, wall = clock.monotonic(), clock.wall()
    settings = daemon.settings
    return {
        "schema_version": SCHEMA_VERSION,
        "running": True,
        "pid": daemon.pid,
        "vault": str(daemon.vault),
        "socket": daemon.socket,
        "version": daemon.version,
        "journal": str(daemon.state),
        "watcher": standing.watcher,
        "since": _iso(standing.since),
        "notes": standing.notes,
        "batches": standing.batches,
        "last": _last(standing.last),
        "last_write": _last(standing.last_write),
        "waiting": [_waiting(wait, settings, monotonic, wall) for wait in standing.waits],
        "counts": standing.counts,
        "degraded": [_both(message) for message in standing.degraded],
        "writer": standing.writer,
        "quiet": _quiet(settings),
    }


def document_of_none(vault: Path, state: Path, version: str) -> dict[str, Any]:
    """Return the document where no daemon runs."""
    nothing = dict.fromkeys(
        ("watcher", "since", "notes", "batches", "last", "last_write", "counts", "writer", "quiet")
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "running": False,
        "pid": None,
        "vault": str(vault),
        "socket": None,
        "version": version,
        "journal": str(state),
        **nothing,
        "waiting": [],
        "degraded": [],
    }


def _last(done: BatchDone | None) -> dict[str, Any] | None:
    if done is None:
        return None
    return {
        "time": _iso(done.time),
        "read": done.read,
        "written": [{"path": path, "regions": list(regions)} for path, regions in done.written],
        "refused": [{"path": path, "message": _both(reason)} for path, reason in done.refused],
        "seconds": round(done.seconds, 3),
    }


def _waiting(wait: Wait, settings: Settings, monotonic: float, wall: float) -> dict[str, Any]:
    return {
        "path": wait.path,
        "because": str(wait.because),
        "reason": _both(reason(wait, settings)),
        "until": None if wait.until is None else _iso(wall + max(0.0, wait.until - monotonic)),
        "message": _both(wait.said) if wait.said else None,
    }


def _both(message: Message) -> dict[str, str]:
    return {"fr": message.fr, "en": message.en}


def _iso(wall: float) -> str:
    return datetime.fromtimestamp(wall).astimezone().isoformat(timespec="milliseconds")


# ----------------------------------------------------------------------------------- the text


def lines(said: Mapping[str, Any], language: str, now: float, version: str = "") -> Iterator[str]:
    """Yield the lines of `vaultkit status` from a document; `now` is the time since 1970.

    `version` is that of the program which tells. What comes from the vault cannot break a line, nor make a
    terminal obey it.
    """
    for line in _lines(said, language, datetime.fromtimestamp(now).astimezone()):
        yield harmless(line)
    if version and version != said["version"]:
        yield Message(
            f"  ⚠ il tourne encore avec vaultkit {said['version']} : le relancer pour passer à {version}",
            f"  ⚠ it still runs vaultkit {said['version']}: start it again to change to {version}",
        ).of(language)


def _lines(said: Mapping[str, Any], language: str, now: datetime) -> Iterator[str]:
    name = Path(said["vault"]).name
    if not said["running"]:
        yield from _nothing_runs(name, language)
        return
    notes, pid = grouped(said["notes"], language), said["pid"]
    since = _moment(said["since"], now)
    yield Message(
        f"✔ vaultkit surveille «\u00a0{name}\u00a0» depuis {since}\u00a0: "
        f"{notes} note{'s' if said['notes'] > 1 else ''} (processus {pid})",
        f"✔ vaultkit has been watching '{name}' since {since}: "
        f"{notes} note{'' if said['notes'] == 1 else 's'} (process {pid})",
    ).of(language)
    if said["last"]:
        yield from _last_lines(said, language, now)
    yield from _waiting_lines(said, language, now)
    if said["counts"] is not None:
        yield f"  {_counts(said['counts'], language)}"
    if said["writer"]:
        yield Message(
            f"  Obsidian écrit lui-même dans les notes\u00a0: {said['writer']}",
            f"  Obsidian writes into the notes itself: {said['writer']}",
        ).of(language)
    for message in said["degraded"]:
        yield f"  ⚠ {_of(message, language)}"


def _nothing_runs(name: str, language: str) -> Iterator[str]:
    yield Message(
        f"vaultkit ne surveille pas «\u00a0{name}\u00a0».", f"vaultkit does not watch '{name}'."
    ).of(language)
    yield Message(
        "Pour le lancer ici\u00a0: vaultkit watch. À chaque ouverture de session\u00a0: vaultkit service install",
        "To start it here: vaultkit watch. Each time you log in: vaultkit service install",
    ).of(language)


def _last_lines(said: Mapping[str, Any], language: str, now: datetime) -> Iterator[str]:
    last, wrote, colon = said["last"], said.get("last_write"), _colon(language)
    if wrote:
        when = _moment(wrote["time"], now)
        written = [_written(one, language) for one in wrote["written"]]
        yield Message(
            f"  dernière mise à jour à {when}\u00a0: {_listed(written, language)}",
            f"  last update at {when}: {_listed(written, language)}",
        ).of(language)
    if not (last["written"] or last["refused"] or said["waiting"]):
        when = _moment(last["time"], now)
        yield Message(f"  tout était à jour à {when}", f"  everything was up to date at {when}").of(language)
    for one in last["refused"][:_LISTED]:
        word = Message("non écrite", "not written").of(language)
        yield f"  ✖ {word}{colon}{_name(one['path'])} ({_of(one['message'], language)})"


def _written(one: Mapping[str, Any], language: str) -> str:
    from vaultkit.rules.kinds import REGION_WORDS

    words = dict.fromkeys(
        REGION_WORDS[region].of(language) if region in REGION_WORDS else region for region in one["regions"]
    )
    return f"{_name(one['path'])} ({', '.join(words)})" if words else _name(one["path"])


def _waiting_lines(said: Mapping[str, Any], language: str, now: datetime) -> Iterator[str]:
    word, colon = Message("en attente", "waiting").of(language), _colon(language)
    waiting = said["waiting"]
    for one in waiting[:_LISTED]:
        reason = reason_of(one, said["quiet"] or {}, language)
        if one["until"] is not None:
            left = datetime.fromisoformat(one["until"]) - now
            reason += f", {_left(left, language)}"
        path = _name(one["path"])
        yield f"  {word}{colon}{f'{path} ({reason})' if path else reason}"
    if len(waiting) > _LISTED:
        more = grouped(len(waiting) - _LISTED, language)
        yield Message(f"  … et {more} de plus en attente", f"  … and {more} more waiting").of(language)


def reason_of(one: Mapping[str, Any], quiet: Mapping[str, int], language: str) -> str:
    """Return why one thing waits, as a sentence; a reason that a newer daemon gives is told by its own words."""
    own = _of(one["message"], language) if one["message"] else ""
    try:
        reason = REASONS[Because(one["because"])].of(language)
    except (KeyError, ValueError):
        return own or str(one["because"])
    numbers = {key: quiet.get(key, "…") for key in ("source", "target", "background")}
    return "\u00a0– ".join(filter(None, (reason.format(**numbers), own)))


def reason(wait: Wait, settings: Settings) -> Message:
    """Return why something waits, as a sentence."""
    said, numbers = REASONS[wait.because], _quiet(settings)
    return Message(said.fr.format(**numbers), said.en.format(**numbers))


def _quiet(settings: Settings) -> dict[str, int]:
    return {
        "source": settings.watch_source_quiet,
        "target": settings.watch_target_quiet,
        "background": settings.watch_background_quiet,
    }


def _left(left: timedelta, language: str) -> str:
    seconds = ceil(left.total_seconds())
    if seconds <= 0:
        return Message("d’un instant à l’autre", "any moment now").of(language)
    if seconds < 120:
        return Message(f"encore {seconds} s", f"{seconds} s left").of(language)
    minutes = ceil(seconds / 60)
    if seconds < 2 * _HOUR:
        return Message(f"encore {minutes} min", f"{minutes} min left").of(language)
    hours = ceil(seconds / _HOUR)
    return Message(f"encore {hours} h", f"{hours} h left").of(language)


def _moment(iso: str, now: datetime) -> str:
    """Return a time of today as `14:05`, any other with its day."""
    time = datetime.fromisoformat(iso).astimezone(now.tzinfo)
    return f"{time:%H:%M}" if time.date() == now.date() else f"{time:%Y-%m-%d %H:%M}"


def _counts(counts: Mapping[str, int], language: str) -> str:
    told = [
        f"{grouped(count, language)} {many.of(language) if count > 1 else one.of(language)}"
        for severity, (one, many) in _SEVERITIES.items()
        if (count := counts.get(severity, 0))
    ]
    if not told:
        return Message("aucune remarque", "no remarks").of(language)
    return f"{', '.join(told)} (vaultkit check)"


def _listed(names: list[str], language: str) -> str:
    more = len(names) - _LISTED
    tail = Message(f" … et {more} de plus", f" … and {more} more").of(language) if more > 0 else ""
    return f"{', '.join(names[:_LISTED])}{tail}"


def _name(path: str) -> str:
    return path.removesuffix(".md")


def _of(message: Mapping[str, str], language: str) -> str:
    return message["fr" if language == "fr" else "en"]


def _colon(language: str) -> str:
    return "\u00a0: " if language == "fr" else ": "
