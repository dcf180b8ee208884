"""Another name for what the cursor stands on, and for every link and tag that says it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lsprotocol.types import (
    FileRename,
    PrepareRenameParams,
    PrepareRenamePlaceholder,
    RenameFile,
    RenameFilesParams,
    RenameParams,
    WorkspaceEdit,
)
from msgspec.structs import replace
from pygls.uris import to_fs_path

from vaultkit.edits import Changes
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import disk
from vaultkit.shell.language.edited import edit_of
from vaultkit.shell.language.naming import Named, NamedBlock, NamedFile, NamedHeading, named_at
from vaultkit.shell.language.renames.renaming_places import block_changes, heading_changes
from vaultkit.shell.language.renames.renaming_tags import tag_changes
from vaultkit.shell.language.workspace import Workspace, offset_of, range_of
from vaultkit.shell.moving import plan_move
from vaultkit.shell.names import vault_path
from vaultkit.shell.new_names import check_name, moves_of, with_extension
from vaultkit.shell.session import Session
from vaultkit.text import Message, nfc

_NOTHING = Message("rien ici n’a de nom à changer", "nothing here has a name to change")


def prepare_rename(workspace: Workspace, params: PrepareRenameParams) -> PrepareRenamePlaceholder | None:
    """Return what would be renamed: a note or file, a heading, a block id, a tag; None if nothing would."""
    note = workspace.note(params.text_document.uri)
    if note is None:
        return None
    found = named_at(workspace.session, note, offset_of(note.lines, params.position))
    return None if found is None else PrepareRenamePlaceholder(range_of(note.lines, found.span), found.said)


def rename(workspace: Workspace, params: RenameParams) -> WorkspaceEdit | None:
    """Return the edits that give it another name wherever it is said; None outside the vault.

    Raises VaultkitError for a name that it cannot have, and where not everything could follow.
    """
    note = workspace.note(params.text_document.uri)
    if note is None:
        return None
    found = named_at(workspace.session, note, offset_of(note.lines, params.position))
    if found is None:
        raise VaultkitError(_NOTHING)
    if not params.new_name.strip():
        raise VaultkitError(Message("un nom ne peut pas être vide", "a name cannot be empty"))
    if isinstance(found, NamedFile):
        new = _new_path(workspace.session, found.path, params.new_name)
        return _moved(workspace, {found.path: new} if new != found.path else {})
    return edit_of(workspace, _whole(_changes(workspace.session, found, params.new_name.strip())))


def will_rename(workspace: Workspace, params: RenameFilesParams) -> WorkspaceEdit | None:
    """Return the edits to the links when the editor itself is about to rename files or folders."""
    moves: dict[str, str] = {}
    for one in params.files:
        old, new = _paths(workspace, one)
        if old and new and old != new:
            moves |= moves_of(workspace.session.index, old, new)
    return _links(workspace, moves) if moves else None


def _changes(session: Session, found: Named, name: str) -> Changes:
    if isinstance(found, NamedHeading):
        return heading_changes(session, found.path, found.position, name)
    if isinstance(found, NamedBlock):
        return block_changes(session, found.path, found.said, name)
    return tag_changes(session, found.said, name)


def _whole(changes: Changes) -> Changes:
    """Return the changes. Raises Refused if some cannot be made: then none is."""
    if not changes.refused:
        return changes
    raise Refused(_refusal(changes.refused))


def _refusal(refused: tuple[tuple[str, Message], ...]) -> Message:
    """Return the first reason of several, with the file that it is about."""
    (path, reason), more = refused[0], len(refused) - 1
    rest = Message(f" (et {more} de plus)", f" (and {more} more)") if more else Message("", "")
    return Message(
        f"rien n’a été renommé\u00a0: {path}\u00a0: {reason.fr}{rest.fr}",
        f"nothing was renamed: {path}: {reason.en}{rest.en}",
    )


# --------------------------------------------------------------------------------------- files


def _new_path(session: Session, old: str, said: str) -> str:
    """Return the path that a person means: a name keeps its folder, with a slash it is a path of the vault."""
    name = nfc(said.strip())
    folder = old.rpartition("/")[0]
    path = name.strip("/") if "/" in name or not folder else f"{folder}/{name}"
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise VaultkitError(
            Message(
                f"«\u00a0{name}\u00a0» ne peut pas être le nom d’un fichier du coffre",
                f"'{name}' cannot be the name of a file of the vault",
            )
        )
    path = with_extension(path, old, session.index)
    check_name(path, old, session.index)
    return path


def _moved(workspace: Workspace, moves: Mapping[str, str]) -> WorkspaceEdit:
    """Return the edits to the links, and after them the renames: the edits are to the old paths."""
    session = workspace.session
    for old, new in moves.items():
        moves_of(session.index, old, new)
        if disk.find(session.root, old) is None:
            raise Refused(
                Message(f"«\u00a0{old}\u00a0» n’est pas encore enregistré", f"'{old}' has not been saved yet")
            )
    edit = _links(workspace, moves)
    renames = (RenameFile(workspace.uri_of(old), workspace.uri_of(new)) for old, new in moves.items())
    edit.document_changes = [*(edit.document_changes or ()), *renames]
    return edit


def _links(workspace: Workspace, moves: Mapping[str, str]) -> WorkspaceEdit:
    plan = plan_move(workspace.session, moves)
    if plan.refused:
        raise Refused(_refusal(plan.refused))
    former = {new: old for old, new in moves.items()}
    writes = (replace(write, path=former.get(write.path, write.path)) for write in plan.writes)
    return edit_of(workspace, Changes(tuple(writes)))


def _paths(workspace: Workspace, one: FileRename) -> tuple[str | None, str | None]:
    """Return the vault paths of a rename by the editor; None outside the vault."""
    files = (to_fs_path(uri) for uri in (one.old_uri, one.new_uri))
    old, new = (file and vault_path(workspace.root, Path(file)) for file in files)
    return old, new
