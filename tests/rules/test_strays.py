"""Which links lead astray is told from the linkage of a note as it is from all of its links."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.destinations import SOUND, Destinations
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import equal_destinations
from vaultkit.vault.subpath import resolve_subpath

_PATHS = ("a.md", "B.md", "x/a.md", "x/c d.md", "y/b.c.md")
_TARGETS = st.sampled_from(
    ["a", "A", "b", "B", "x/a", "y/x/a", "c d", "b.c", "b.c.md", "nowhere", "./a", "../a", "", "p.png"]
)
_SUBPATHS = st.sampled_from(
    [
        "",
        "#",
        "#One",
        "#one",
        "#One#Two",
        "#Two#One",
        "#^id",
        "#^ID",
        "#^no",
        "#Three",
        "#^",
        "#[^1]",
        "#✅ Done",
    ]
)
_LINKS = st.builds(
    "{}[[{}{}{}]]".format, st.sampled_from(["", "!"]), _TARGETS, _SUBPATHS, st.sampled_from(["", "|w"])
)
_LINES = st.one_of(
    _LINKS,
    st.builds("`{}`".format, _LINKS),
    st.sampled_from(
        ["# One", "## Two", "# ✅ Done", "# ^no", "# #^id", "text ^id", "text ^ID", "[^1]: note", ""]
    ),
    st.builds("[w]({}.md{})".format, st.sampled_from(["a", "x/a", "../B", "no", "x/c%20d"]), _SUBPATHS),
)
_NOTES = st.tuples(st.lists(_LINKS, max_size=2), st.lists(_LINES, max_size=8))


def _note(path: str, said: tuple[list[str], list[str]]) -> Note:
    properties = "".join(f'\n  - "{link}"' for link in said[0])
    head = f"---\nsee:{properties}\n---\n" if said[0] else ""
    return parse_note(path, head + "\n\n".join(said[1]))


@settings(max_examples=600)
@given(said=st.tuples(*[_NOTES] * len(_PATHS)), prepared=st.booleans())
def test_strays_are_the_links_that_lead_to_no_file_to_several_or_to_no_place(said, prepared):
    notes = [_note(path, each) for path, each in zip(_PATHS, said, strict=True)]
    index = VaultIndex.of(notes, ["p.png"])
    destinations = Destinations(index)
    if prepared:
        destinations.prepare()
    for note in notes:
        strays = destinations.strays(note)
        links = [*note.links, *note.embeds]
        there = {link.linkpath: equal_destinations(index, link.linkpath, note.path) for link in links}
        assert strays.nowhere == [link for link in links if not there[link.linkpath] and link.linkpath]
        placeless = [
            link for link in links if link.subpath.strip("# ") and not _names(index, note, link, there)
        ]
        assert strays.placeless == placeless
        in_properties = [entry.reference for entry in note.property_links]
        for link in in_properties:
            there.setdefault(link.linkpath, equal_destinations(index, link.linkpath, note.path))
        assert strays.property_nowhere == [
            one for one in in_properties if one.linkpath and not there[one.linkpath]
        ]
        assert strays.several == [one for one in links + in_properties if len(there[one.linkpath]) > 1]
        assert (strays is SOUND) is not any(
            (strays.nowhere, strays.property_nowhere, strays.several, strays.placeless)
        )


def _names(index, note, link, there):
    found = there[link.linkpath] if link.linkpath else (note.path,)
    return (
        not found
        or found[0] not in index.notes
        or resolve_subpath(index.notes[found[0]], link.subpath) is not None
    )
