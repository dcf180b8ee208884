"""Where the app itself says that links lead, and which tags it counts: the recorded truth."""

from __future__ import annotations

import json

import pytest

from tests.conftest import SHARED, needs_shared
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.tags import all_tags, frontmatter_tags
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

pytestmark = needs_shared

CASES = [
    case
    for file in sorted((SHARED / "obsidian_cache_cases").glob("*.json"))
    if "cachedMetadata" in (case := json.loads(file.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["filePath"])
def test_tags_are_those_that_the_app_counts(case) -> None:
    note = parse_note(case["filePath"], case["fileContents"])
    assert sorted(all_tags(note)) == sorted(case["getAllTags"] or ())
    recorded = case["parseFrontMatterTags"]
    assert frontmatter_tags(note) == (None if recorded is None else tuple(recorded))


def test_links_lead_where_the_app_says() -> None:
    leads = [
        (case["filePath"], link, path)
        for case in CASES
        for link, path in (case.get("resolveLinkToPath") or {}).items()
    ]
    names = {path for _, _, path in leads if path} | {case["filePath"] for case in CASES}
    index = VaultIndex.of(
        (parse_note(path, "") for path in names if path.endswith(".md")),
        (path for path in names if not path.endswith(".md")),
    )
    assert len(leads) > 20
    for source, link, path in leads:
        assert resolve_linkpath(index, link.partition("#")[0], source) == path, (source, link)
