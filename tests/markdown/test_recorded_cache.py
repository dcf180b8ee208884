"""What Obsidian itself cached for real notes: links, lists, sections and all, column by column."""

import json
from pathlib import Path

import pytest

from vaultkit.markdown.cached_metadata import cached_metadata
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.tags import all_tags, frontmatter_tags

RECORDED = Path(__file__).parents[3] / "shared" / "obsidian_cache_cases"
CASES = {
    path.stem: case
    for path in sorted(RECORDED.glob("*.json"))
    if "fileContents" in (case := json.loads(path.read_text(encoding="utf-8")))
}


def test_the_recorded_cases_are_there():
    if not RECORDED.is_dir():
        pytest.skip(f"no recorded cases beside the repository: {RECORDED}")
    assert CASES


@pytest.mark.parametrize("name", CASES)
def test_a_note_is_cached_as_the_app_cached_it(name):
    case = CASES[name]
    ours = json.loads(json.dumps(cached_metadata(parse_note(case["filePath"], case["fileContents"]))))
    assert ours == case["cachedMetadata"]


@pytest.mark.parametrize("name", CASES)
def test_crlf_moves_offsets_but_neither_lines_nor_columns(name):
    case = CASES[name]
    text = case["fileContents"].replace("\n", "\r\n")
    assert without_offsets(cached_metadata(parse_note(case["filePath"], text))) == without_offsets(
        case["cachedMetadata"]
    )


@pytest.mark.parametrize("name", CASES)
def test_a_bom_moves_nothing(name):
    case = CASES[name]
    assert (
        cached_metadata(parse_note(case["filePath"], "\ufeff" + case["fileContents"]))
        == case["cachedMetadata"]
    )


@pytest.mark.parametrize("name", CASES)
def test_a_note_has_the_tags_that_the_app_recorded(name):
    case = CASES[name]
    parsed = parse_note(case["filePath"], case["fileContents"])
    assert list(all_tags(parsed)) == case["getAllTags"]
    recorded = case["parseFrontMatterTags"]
    assert frontmatter_tags(parsed) == (None if recorded is None else tuple(recorded))


def without_offsets(value):
    if isinstance(value, dict):
        return {key: without_offsets(item) for key, item in value.items() if key != "offset"}
    return [without_offsets(item) for item in value] if isinstance(value, list) else value
