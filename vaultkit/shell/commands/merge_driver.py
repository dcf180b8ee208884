"""`merge-driver`: three versions of a note merged for git."""

from __future__ import annotations

from argparse import Namespace


def merge_driver(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError
