"""`check --index`: what git has staged, judged before it is committed."""

from __future__ import annotations

from argparse import Namespace


def check_index(arguments: Namespace) -> int:
    """Run the command; return its exit code."""
    raise NotImplementedError
