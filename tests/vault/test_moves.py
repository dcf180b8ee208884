"""Files move, and every link leads where it led; all other bytes stay."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.markdown.canvas import parse_canvas
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.app import AppSettings, NewLinkFormat
from vaultkit.vault.graph import LinkGraph
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.moves import moved, relink

FILES = ("Old.md", "d/S.md", "d/Other.md", "e/Other.md", "img.png")


def after_move(
    text: str, moves: dict[str, str], source: str = "d/S.md", app: AppSettings | None = None
) -> str:
    notes = [parse_note(path, text if path == source else "") for path in FILES if path.endswith(".md")]
    graph = LinkGraph.of(VaultIndex.of(notes, ["img.png"]))
    return {one.path: one.text for one in relink(graph, moves, app or AppSettings())}.get(source, text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[[Old]]", "[[New]]"),
        ("[[old]]", "[[New]]"),
        ("[[Old.md]]", "[[New]]"),
        ("![[Old#H#I]]", "![[New#H#I]]"),
        ("[[Old#^id|shown]]", "[[New#^id|shown]]"),
        ("[[Old|Old]]", "[[New|New]]"),
        ("[[Old|old one]]", "[[New|old one]]"),
        ("| a |\n|---|\n| [[Old\\|o]] |", "| a |\n|---|\n| [[New\\|o]] |"),
        ("[Old](Old.md)", "[New](New.md)"),
        ("[x](Old)", "[x](New)"),
        ('[x](Old.md#H "titre")', '[x](New.md#H "titre")'),
        ("[x](<Old.md>)", "[x](<New.md>)"),
        ("[x](../Old.md)", "[x](../New.md)"),
        ("[[../Old]]", "[[../New]]"),
        ("%%[[Old]]%%", "%%[[New]]%%"),
        ('---\nup: "[[Old]]"\nl: ["[[Old|a]]", x]\n---\n', '---\nup: "[[New]]"\nl: ["[[New|a]]", x]\n---\n'),
        ("---\nup: '[[Old]]'\n---\n", "---\nup: '[[New]]'\n---\n"),
        ("`[[Old]]` \\[[Old]] <!-- [[Old]] -->", "`[[Old]]` \\[[Old]] <!-- [[Old]] -->"),
        ("[[Older]] Old [[x|Old]]", "[[Older]] Old [[x|Old]]"),
        ("\ufeff[[Old]]\r\nb\r\n", "\ufeff[[New]]\r\nb\r\n"),
    ],
)
def test_a_link_says_the_new_name_and_keeps_all_else(before: str, after: str) -> None:
    assert after_move(before, {"Old.md": "New.md"}) == after


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("L'accès.md", "---\nup: '[[Old]]'\n---\n", "---\nup: '[[L''accès]]'\n---\n"),
        ("L'accès.md", "---\nup: [x, '[[Old]]']\n---\n", "---\nup: [x, '[[L''accès]]']\n---\n"),
        ("Deux mots.md", "[x](Old.md)", "[x](Deux%20mots.md)"),
        ("Deux mots.md", "[x](<Old.md>)", "[x](<Deux mots.md>)"),
        ("A (b).md", "[x](Old.md)", "[x](A%20%28b%29.md)"),
        ("100%25.md", "[x](Old.md)", "[x](100%2525.md)"),
        ("é 🔐.md", "[[Old]]", "[[é 🔐]]"),
    ],
)
def test_a_name_is_spelled_as_its_place_asks(name: str, before: str, after: str) -> None:
    assert after_move(before, {"Old.md": name}) == after


def test_a_link_that_still_leads_there_is_not_touched() -> None:
    assert after_move("[[Old]] [x](Old.md)", {"Old.md": "a/Old.md"}) == "[[Old]] [x](Old.md)"


def test_a_path_is_shortened_or_lengthened_as_the_settings_say() -> None:
    assert after_move("[[/Old]]", {"Old.md": "a/New.md"}) == "[[New]]"
    assert after_move("[[Old]]", {"Old.md": "a/Other.md"}) == "[[a/Other]]"
    relative = AppSettings(new_link_format=NewLinkFormat.RELATIVE)
    absolute = AppSettings(new_link_format=NewLinkFormat.ABSOLUTE)
    assert after_move("[[Old]]", {"Old.md": "a/New.md"}, app=relative) == "[[../a/New]]"
    assert after_move("[[Old]]", {"Old.md": "a/New.md"}, app=absolute) == "[[a/New]]"


def test_links_of_the_moved_note_itself_go_on_leading() -> None:
    said = "[[./Other]] [[Other]] [[#H]] [x](../Old.md)"
    assert after_move(said, {"d/S.md": "S.md"}) == "[[./d/Other]] [[d/Other]] [[#H]] [x](./Old.md)"


def test_a_short_link_that_has_become_ambiguous_is_lengthened() -> None:
    assert after_move("[[Old]]", {"img.png": "x", "d/Other.md": "a/Old.md"}, "e/Other.md") == "[[Old]]"
    notes = [parse_note("aa/N.md", ""), parse_note("bb/M.md", ""), parse_note("S.md", "[[N]]")]
    [found] = relink(LinkGraph.of(VaultIndex.of(notes)), {"bb/M.md": "bb/N.md"}, AppSettings())
    assert (found.path, found.text) == ("S.md", "[[aa/N]]")


def test_a_link_that_no_text_can_say_is_told_and_stays() -> None:
    notes = [parse_note("Old.md", ""), parse_note("S.md", "[[Old]]")]
    [found] = relink(LinkGraph.of(VaultIndex.of(notes)), {"Old.md": "A#B.md"}, AppSettings())
    assert (found.text, found.count, len(found.lost)) == ("[[Old]]", 0, 1)


def test_cards_of_a_canvas_follow_and_its_other_bytes_stay() -> None:
    text = (
        '{\n\t"nodes":[\n\t\t{"id":"1","type":"file","file":"Old.md","x":0},\n'
        '\t\t{"id":"2","type":"text","text":"Voir [[Old]]\\n\\"Old.md\\"","x":1}\n\t],\n\t"edges":[]\n}'
    )
    index = VaultIndex.of([parse_note("Old.md", "")], (), [parse_canvas("B.canvas", text)])
    [found] = relink(LinkGraph.of(index), {"Old.md": "a/New.md"}, AppSettings())
    assert found.text == text.replace('"file":"Old.md"', '"file":"a/New.md"').replace("[[Old]]", "[[New]]")
    assert json.loads(found.text)["nodes"][1]["text"] == 'Voir [[New]]\n"Old.md"'


def test_regions_of_other_tools_are_left_to_them() -> None:
    said = "%% Begin Waypoint %%\n- [[Old]]\n%% End Waypoint %%\n"
    assert after_move(said, {"Old.md": "New.md"}) == said


PATHS = ["N.md", "d/N.md", "d/e/N.md", "M.md", "d/M.md", "L'é 1.md", "i.png", "d/i.png"]
TARGETS = ["A.md", "d/A.md", "d/e/M.md", "f/N.md", "f/i.png", "f/ü (x).md", "D/100%.md"]
LINKS = [
    "[[N]]", "[[d/N]]", "[[./N]]", "[[../M]]", "[[e/N|N]]", "![[i.png]]", "[x](N.md)", "[N](d/N.md#H)",
    "[x](<../d/M.md>)", "[[L'é 1]]", "[x](L'%C3%A9%201.md)", "[![[i.png]]](M.md)", "[[#H]]", "[[nope]]",
]  # fmt: skip
FRONT = ["", "---\nup: '[[N]]'\n---\n", '---\nup: ["[[d/M]]", "[[L\'é 1|x]]"]\n---\n']
bodies = st.tuples(st.sampled_from(FRONT), st.lists(st.sampled_from(LINKS), max_size=5).map(" ".join)).map(
    "".join
)


@given(st.data())
def test_law_every_link_leads_on(data: st.DataObject) -> None:
    paths = data.draw(st.lists(st.sampled_from(PATHS), unique=True, min_size=1))
    notes = [parse_note(path, data.draw(bodies)) for path in paths if path.endswith(".md")]
    index = VaultIndex.of(notes, [path for path in paths if not path.endswith(".md")])
    old = data.draw(st.sampled_from(paths))
    new = data.draw(st.sampled_from([t for t in TARGETS if t not in paths and t[-3:] == old[-3:]]))
    app = AppSettings(new_link_format=data.draw(st.sampled_from(NewLinkFormat)))
    moves = {old: new}
    graph = LinkGraph.of(index)
    found = {one.path: one for one in relink(graph, moves, app)}
    after = moved(index, moves)
    texts = {path: found[path].text if path in found else note.text for path, note in index.notes.items()}
    assert not any(one.lost for one in found.values())
    after = after.with_notes(parse_note(moves.get(path, path), text) for path, text in texts.items())
    led = {
        moves.get(path, path): [moves.get(e.target, e.target) for e in edges if e.resolved]
        for path, edges in graph.outlinks.items()
    }
    leads = LinkGraph.of(after)
    for path, targets in led.items():
        now = [e for e in leads.outlinks.get(path, ())]
        before = graph.outlinks[next(p for p in index.notes if moves.get(p, p) == path)]
        assert [e.target for e, was in zip(now, before, strict=True) if was.resolved] == targets
