"""`doctor`: what stands around the notes and could harm them."""

from __future__ import annotations

from argparse import Namespace


def doctor(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError
