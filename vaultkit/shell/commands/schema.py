"""`schema`: schemas inferred from a vault, and changes of keys and values carried through."""

from __future__ import annotations

from argparse import Namespace


def overview(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError


def infer(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError


def migrate(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError
