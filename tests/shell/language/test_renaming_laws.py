"""A rename moves names, never destinations: whatever a link led to before, it leads to afterwards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultkit.errors import VaultkitError
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.tags import all_tags
from vaultkit.settings import Settings
from vaultkit.shell.files import Files
from vaultkit.shell.language.naming import positions_of, references_of
from vaultkit.shell.language.renames.renaming_places import heading_changes
from vaultkit.shell.language.renames.renaming_tags import tag_changes
from vaultkit.shell.session import Session
from vaultkit.vault.app import AppSettings
from vaultkit.vault.index import VaultIndex

HEADINGS = ("Un", "un!", "Deux", "A: b", "A b", "x [y]", "🔐 C|d", "%% e", "l'été (2)")
NAMES = (*HEADINGS, "[[B#Un]]", "a [[C]]", "#tag", "???")
HEADING = st.sampled_from(HEADINGS)
SAID = st.sampled_from(("Un", "Un", "Deux", "Deux", "A b", "A b", "x y", "🔐 C d", "e", "l'été (2)", "^id"))
TAGS = ("a", "a/b", "A/b/c", "ab", "b", "é", "a-b", "true", "1a", "😀")


class NoFiles:
    """Where nothing is read any more."""


def session_of(tmp_path_factory, *texts):
    """Return a session of the notes A, B, C … that say these texts."""
    notes = [parse_note(f"{name}.md", text) for name, text in zip("ABC", texts, strict=False)]
    files: Files = NoFiles()  # type: ignore[assignment]  # nothing is read any more
    root = tmp_path_factory.getbasetemp()
    return Session(root, files, Settings(), VaultIndex.of(notes), [], AppSettings())


def after(session, changes):
    texts = {write.path: write.text for write in changes.writes}
    return {path: parse_note(path, texts.get(path, note.text)) for path, note in session.index.notes.items()}


@st.composite
def _links(draw):
    chain = "#".join(draw(st.lists(SAID, min_size=1, max_size=2)))
    shown = draw(st.sampled_from(("", "|shown", "|Un")))
    form = draw(st.sampled_from(("[[B#{}{}]]", "![[B#{}{}]]", "[x](<B.md#{}>)")))
    return form.format(chain, shown)


@given(
    headings=st.lists(st.tuples(st.integers(1, 3), HEADING), min_size=2, max_size=6),
    links=st.lists(_links(), min_size=2, max_size=6),
    at=st.integers(0, 5),
    name=st.sampled_from(NAMES),
)
def test_every_link_leads_to_the_heading_it_led_to(tmp_path_factory, headings, links, at, name):
    text = "".join(f"{'#' * level} {said}\n\ntext\n\n" for level, said in headings)
    session = session_of(tmp_path_factory, "\n\n".join(links), text)
    before = session.index.notes
    position = at % len(headings)
    try:
        changes = heading_changes(session, "B.md", position, name)
    except VaultkitError:
        return
    notes = after(session, changes)
    assert notes["B.md"].headings[position].text == name
    if changes.refused:
        return
    for path in ("A.md", "B.md"):
        old, new = list(references_of(before[path])), list(references_of(notes[path]))
        if path == "B.md" and len(old) != len(new):
            continue  # the new heading holds a link, or the old one did
        assert len(old) == len(new)
        for one, other in zip(old, new, strict=True):
            if path == "B.md" and notes[path].headings[position].span.holds(other.span):
                continue  # the words of the heading itself are as the person gave them
            assert other.linkpath == one.linkpath
            leads = positions_of(before["B.md"], one.subpath)[-1:]
            if leads:  # a link that led nowhere may find its heading now
                assert positions_of(notes["B.md"], other.subpath)[-1:] == leads


@given(
    body=st.lists(st.sampled_from(TAGS), max_size=5),
    properties=st.lists(st.sampled_from(TAGS), max_size=4),
    form=st.sampled_from(("[{}]", '["#{}"]', "block", "one")),
    old=st.sampled_from(TAGS),
    new=st.sampled_from((*TAGS, "x/y")),
)
def test_a_tag_is_another_and_all_others_are_the_same(tmp_path_factory, body, properties, form, old, new):
    if form == "block":
        said = "".join(f"\n  - {tag}" for tag in properties)
    elif form == "one":
        said = " " + (properties[0] if properties else "")
    else:
        said = " [" + ", ".join(form[1:-1].format(tag) for tag in properties) + "]"
    text = f"---\ntags:{said}\nother: a\n---\n" + " ".join(f"#{tag}" for tag in body) + "\na true\n"
    session = session_of(tmp_path_factory, text)
    before = all_tags(session.index.notes["A.md"])
    changes = tag_changes(session, old, new)
    assert not changes.refused
    note = after(session, changes)["A.md"]

    def expected(tag):
        parts, depth = tag[1:].split("/"), old.count("/") + 1
        if "/".join(parts[:depth]).casefold() != old.casefold():
            return tag
        return "#" + "/".join((new, *parts[depth:]))

    assert all_tags(note) == tuple(expected(tag) for tag in before)
    assert note.properties["other"] == "a"
    assert note.text.endswith("\na true\n")
