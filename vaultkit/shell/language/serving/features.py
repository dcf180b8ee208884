"""Every request of an editor, and the function that answers it: all are read here, top to bottom.

Each takes the workspace and the parameters of the request as lsprotocol types them, returns the result so too, and
changes nothing. The same functions answer in the daemon and in a server that is on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from vaultkit.shell.language.workspace import Workspace

Feature = Callable[[Workspace, Any], object]

#: The methods of the protocol, with the module of this room and the function that answers each.
FEATURES: Mapping[str, tuple[str, str]] = {
    "textDocument/diagnostic": ("diagnosing", "diagnose"),
    "textDocument/completion": ("completing.completion", "complete"),
    "completionItem/resolve": ("completing.completion", "resolve"),
    "textDocument/hover": ("hovering", "hover"),
    "textDocument/definition": ("finding", "definition"),
    "textDocument/references": ("finding", "references"),
    "textDocument/documentSymbol": ("symbols", "document_symbols"),
    "workspace/symbol": ("symbols", "workspace_symbols"),
    "textDocument/prepareRename": ("renames.renaming", "prepare_rename"),
    "textDocument/rename": ("renames.renaming", "rename"),
    "workspace/willRenameFiles": ("renames.renaming", "will_rename"),
    "textDocument/codeAction": ("actions", "code_actions"),
    "workspace/executeCommand": ("commands", "execute"),
}


def answer(workspace: Workspace, method: str, params: object) -> object:
    """Return what a request gives, None where there is nothing to say. Raises VaultkitError for what cannot be done."""
    return _feature(method)(workspace, params)


def prepare(workspace: Workspace) -> None:
    """Make what the first letters of a link would have to wait for."""
    from vaultkit.shell.language.tables import tables_of

    _ = tables_of(workspace).names


@cache
def _feature(method: str) -> Feature:
    """Return the function of a method; its module is loaded by the first request."""
    module, function = FEATURES[method]
    found: Feature = getattr(import_module(f"vaultkit.shell.language.{module}"), function)
    return found
