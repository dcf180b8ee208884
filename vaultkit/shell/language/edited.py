"""A plan as an edit of the protocol, if the files still say what it was made from."""

from __future__ import annotations

from lsprotocol.types import WorkspaceEdit

from vaultkit.edits import Changes
from vaultkit.errors import Overtaken
from vaultkit.shell import disk
from vaultkit.shell.language.workspace import Workspace, workspace_edit


def edit_of(workspace: Workspace, changes: Changes) -> WorkspaceEdit:
    """Return the writes of a plan as one edit. Raises Overtaken where a file that is not open has changed since.

    An open text has a version by which the editor knows; a file has none, and the edit would hit other words.
    """
    for write in changes.writes:
        if write.path in workspace.buffers:
            continue
        source = disk.read(workspace.root, write.path)
        if (source.digest if source else None) != write.digest:
            raise Overtaken(write.path)
    return workspace_edit(workspace, changes)
