"""`metadata`: each note as Obsidian caches it."""

from __future__ import annotations

import json
from argparse import Namespace

from vaultkit.markdown.cached_metadata import cached_metadata
from vaultkit.shell.commands.context import open_context
from vaultkit.shell.names import find_paths


def metadata(arguments: Namespace) -> int:
    """Print a map from path to CachedMetadata, in the order of the paths (DESIGN §5.1: no schema version)."""
    session = open_context(arguments).session
    paths = (
        find_paths(session.index, session.root, arguments.paths)
        if arguments.paths
        else sorted(session.index.notes)
    )
    print(
        json.dumps(
            {path: cached_metadata(session.index.notes[path]) for path in paths}, ensure_ascii=False, indent=2
        )
    )
    return 0
