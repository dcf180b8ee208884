"""Shared by the tests of `vaultkit.markdown`: a note from its text, as short as it can be said."""

from collections.abc import Callable

import pytest

from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note


@pytest.fixture(scope="session")
def note() -> Callable[[str], Note]:
    return lambda text: parse_note("d/S.md", text)
