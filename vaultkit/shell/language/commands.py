"""What an editor can have done: the edits that it is to make, and what a person is told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lsprotocol.types import ExecuteCommandParams, WorkspaceEdit
from msgspec import Struct

from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import disk
from vaultkit.shell.acts.act import Act
from vaultkit.shell.acts.adopting import adopt
from vaultkit.shell.acts.explaining import explain_code, explain_note
from vaultkit.shell.acts.keeping import push_all, push_one, release
from vaultkit.shell.journal import Journal
from vaultkit.shell.language.edited import edit_of
from vaultkit.shell.language.workspace import Workspace
from vaultkit.shell.report import nombre, number
from vaultkit.shell.undo import Selection, UndoReport, selected, undo
from vaultkit.text import Message

REBUILD = "vaultkit.rebuild"
ADOPT = "vaultkit.adopt"
EXPLAIN = "vaultkit.explain"
PUSH = "vaultkit.push"
RELEASE = "vaultkit.release"
UNDO = "vaultkit.undo"


class Executed(Struct, frozen=True):
    """What a command comes to: the edit that the editor is asked to make, what a person is told, what is answered."""

    edit: WorkspaceEdit | None = None
    message: str | None = None
    result: Any = None


def execute(workspace: Workspace, params: ExecuteCommandParams) -> Executed:
    """Return what a command comes to. Raises VaultkitError for one that is not known, or cannot be carried out."""
    command = _COMMANDS.get(params.command)
    said = [one for one in params.arguments or () if isinstance(one, str)]
    if command is None or len(said) != len(params.arguments or ()):
        raise VaultkitError(
            Message(
                f"cette commande n’est pas connue\u00a0: {params.command}",
                f"this command is not known: {params.command}",
            )
        )
    return command(workspace, said)


# ------------------------------------------------------------------------------------- the commands


def _rebuild(workspace: Workspace, said: Sequence[str]) -> Executed:
    """Bring the regions of one note up to date, or of all: `[uri?]`."""
    only = {_note(workspace, said)} if said else None
    changes = workspace.session.plan(only=only).changes
    count = len(changes.writes)
    told = Message(
        f"{nombre(count, 'note mise à jour', 'notes mises à jour')}" if count else "Tout est à jour.",
        f"{number(count, 'note')} brought up to date" if count else "Everything is up to date.",
    )
    return _executed(workspace, Act(changes, told))


def _adopt(workspace: Workspace, said: Sequence[str]) -> Executed:
    """Put a synthesis between markers: `[uri]`."""
    return _executed(workspace, adopt(workspace.session, _note(workspace, said)))


def _push(workspace: Workspace, said: Sequence[str]) -> Executed:
    """Write one kept wording into its note, or all of a synthesis: `[uri, id?]`."""
    path = _note(workspace, said)
    if len(said) > 1:
        return _executed(workspace, push_one(workspace.session, path, said[1]))
    return _executed(workspace, push_all(workspace.session, path))


def _release(workspace: Workspace, said: Sequence[str]) -> Executed:
    """Give up one kept wording for what is generated: `[uri, id]`."""
    path = _note(workspace, said)
    if len(said) < 2:
        raise VaultkitError(Message("il manque ce qui doit être libéré", "what to release is missing"))
    return _executed(workspace, release(workspace.session, path, said[1]))


def _explain(workspace: Workspace, said: Sequence[str]) -> Executed:
    """Explain a code of a diagnostic, or what a synthesis is made of: `[code]` or `[uri]`."""
    if said and "://" not in said[0]:
        lines = explain_code(said[0], workspace.session.settings)
    else:
        lines = explain_note(workspace.session, _note(workspace, said))
    text = "\n".join(line.of(workspace.language) for line in lines)
    return Executed(message=text, result=text)


def _undo(workspace: Workspace, said: Sequence[str]) -> Executed:
    """Take back the last write of vaultkit, or the last to a note: `[uri?]`. The files change, not the editor."""
    selection = Selection(path=_note(workspace, said)) if said else Selection()
    with Journal.open(workspace.root) as journal:
        entries = selected(workspace.root, journal, selection)
        for path in dict.fromkeys(entry.path for entry in entries):
            _refuse_unsaved(workspace, path)
        report = undo(workspace.root, journal, selection)
    if report.refused and not (report.restored or report.removed or report.moved):
        raise Refused(_reasons(report.refused))
    return Executed(message=_undone(report).of(workspace.language))


_COMMANDS: Mapping[str, Callable[[Workspace, Sequence[str]], Executed]] = {
    REBUILD: _rebuild,
    ADOPT: _adopt,
    PUSH: _push,
    RELEASE: _release,
    EXPLAIN: _explain,
    UNDO: _undo,
}
#: The commands, as the server announces them.
COMMANDS = tuple(_COMMANDS)


# --------------------------------------------------------------------------------------- inside


def _note(workspace: Workspace, said: Sequence[str]) -> str:
    """Return the vault path of the note that a command is about."""
    path = workspace.path_of(said[0]) if said else None
    if path is None or path not in workspace.session.index.notes:
        raise VaultkitError(
            Message("cette commande demande une note du coffre", "this command needs a note of the vault")
        )
    return path


def _executed(workspace: Workspace, act: Act) -> Executed:
    """Return an act as an edit with what is told of it. Raises Refused where all of it is refused."""
    changes = act.changes
    if changes.refused and not changes.writes:
        raise Refused(_reasons(changes.refused))
    told = act.told.of(workspace.language)
    if changes.refused:
        told = f"{told}\n{_reasons(changes.refused).of(workspace.language)}"
    return Executed(edit_of(workspace, changes) if changes.writes else None, told)


def _reasons(refused: Sequence[tuple[str, Message]]) -> Message:
    """Return why files are left as they are, a line each."""
    return Message(
        "\n".join(f"{path}\u00a0: {reason.fr}" for path, reason in refused),
        "\n".join(f"{path}: {reason.en}" for path, reason in refused),
    )


def _refuse_unsaved(workspace: Workspace, path: str) -> None:
    """Raise Refused for a note whose open text is not that of its file: the two would part."""
    buffer = workspace.buffers.get(path)
    if buffer is None:
        return
    source = disk.read(workspace.root, path)
    if source is None or source.text != buffer.note.text:
        raise Refused(
            Message(
                f"«\u00a0{path}\u00a0» n’est pas enregistrée\u00a0: l’enregistrer d’abord",
                f"'{path}' is not saved: save it first",
            )
        )


def _undone(report: UndoReport) -> Message:
    """Return what an undo has done, a line for each file."""
    fr = [
        *(f"↶ {path} remise comme avant" for path in report.restored),
        *(f"↶ {path} retirée (vaultkit l’avait créée)" for path in report.removed),
        *(f"↶ {path} → {former}" for path, former in report.moved),
    ]
    en = [
        *(f"↶ {path} as it was before" for path in report.restored),
        *(f"↶ {path} removed (vaultkit had made it)" for path in report.removed),
        *(f"↶ {path} → {former}" for path, former in report.moved),
    ]
    told = Message("\n".join(fr) or "Rien à annuler.", "\n".join(en) or "Nothing to undo.")
    if not report.refused:
        return told
    reasons = _reasons(report.refused)
    return Message(f"{told.fr}\n{reasons.fr}", f"{told.en}\n{reasons.en}")
