"""`explain`: what a code means, or what vaultkit sees of a note."""

from __future__ import annotations

from argparse import Namespace


def explain(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError
