"""`hook`: the pre-commit hook of the vault's repository."""

from __future__ import annotations

from argparse import Namespace


def status(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError


def install(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError


def uninstall(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError
