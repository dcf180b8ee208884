"""Laws of a report: whatever is written, nothing of the workshop gets out unsaid, and it comes to an end."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.render.deliverable.conftest import index_of, report
from vaultkit.audit.internal import internal_spans, outermost
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.client_text import client_text
from vaultkit.render.deliverable.client_text_cut import CLOSE, OPEN
from vaultkit.text import pattern

_INLINE = (
    "mot", "un mot", "%% caché %%", "<!-- caché -->", "<!-- vk:keep -->", "[[N]]", "[[N#Bas]]", "[[E]]", "[[E|caché]]",
    "[[S#Un|là]]", "([[E]])", "[x](N.md)", "[caché](E.md)", "![[N]]", "![[N#Bas]]", "![[E]]", "![[S]]", "![[a.png|30]]",
    "[statut:: caché]", "(vu:: caché)", "[nombre:: quatre]", "#caché", "#caché/x", "`code`", "`%% c %%`", "==m==",
    "$x$", "[^1]", "[^2]", "**gras**", "`= this.x`", "<b>b</b>", "<script>caché</script>", "fin.", "à", "|", "[[", "]]",
    "%%", "<!--", "-->", "`", "``", "$$", "\\", "[", "](", "*", "- ", "    ", "\t", "<i", "<https://x.ch>", "[r]", "[r][r]",
    "%%caché", "caché%%", "<!--caché", "caché-->", "{>>caché<<}", "![caché](E.md)", "[[E\\|caché]]", "[caché][r]", "<E.md>",
    "\u00a0", "~~", "==", "$", "^[pied]", "^b", "#interne", "(interne)", "[[S]]", "[[#Un]]", "E%2Emd", "&lt;", "\u200b",
)  # fmt: skip
_LEADS = (
    "", "", "", "- ", "- [ ] ", "  - ", "    - ", "1. ", "> ", "> - ", "> > ", "> [!note]- ", "> [!interne] caché ", "# ",
    "## ", "### ", "## Un ", "## caché (interne) ", "| a | b |\n|---|---|\n| ", "responsable:: ", "[^1]: ", "[^2]: ",
    "%%\n", "<!--\n", "```\n", "~~~\n", "> ```\n", "```dataview\n", "<!-- vaultkit:begin recap -->\n", "    ", "\t",
    "<!-- vaultkit:end recap -->\n", "---\n", "$$\n", "<div>\n", "</div>\n", "[r]: E.md ", "[^1]: mot\n    ", "> %%\n> ", "- %%\n  ", "==\n", "--\n", "<pre>\n", "    %%\n", "<!-- vaultkit_interne -->\n",
)  # fmt: skip
_LINES = st.tuples(
    st.sampled_from(_LEADS),
    st.tuples(st.sampled_from((" ", " ", "")), st.lists(st.sampled_from(_INLINE), max_size=5)).map(
        lambda parts: parts[0].join(parts[1])
    ),
    st.sampled_from(("", "", "", " ^b", " #caché", " #interne", "  ")),
    st.sampled_from(("\n", "\n", "\n\n", "\r\n")),
).map("".join)
_NOTES = st.lists(_LINES, max_size=8).map("".join)
_WILD = frozenset(_INLINE[_INLINE.index("|") :]) - {"<https://x.ch>", "[r]"}
_TAME = tuple(sign for sign in _INLINE if sign not in _WILD)
_TAME_LEADS = tuple(
    lead for lead in _LEADS if lead in ("", "- ", "1. ", "> ", "# ", "## ", "### ", "- [ ] ", "> - ")
)
_TAME_NOTES = st.lists(
    st.tuples(
        st.sampled_from(_TAME_LEADS),
        st.lists(st.sampled_from(_TAME), max_size=4).map(lambda signs: " ".join(("mot", *signs))),
        st.sampled_from(("", "", " #caché", "  ")),
        st.sampled_from(("\n", "\n\n", "\r\n")),
    ).map("".join),
    max_size=8,
).map("".join)
_SIGNS = pattern(r"<!--|%%|vk:keep|vaultkit:|\[\[|" + f"[{OPEN}{CLOSE}\r]")
_FIELDS = pattern(r"[\[(](?:statut|vu|nombre)::")

E = "---\ncategory: entretien\ntitle: Quorvax Brelim\naliases: [E]\n---\n# Quorvax Brelim\nbrelquiz\n"


def _bare(text: str) -> list[str]:
    """Return the words of a text; a heading that went moves others up, a line that went shows a callout."""
    return text.replace("#", "").replace("]-", "]").split()


def texts(note: str, other: str) -> dict[str, str]:
    return {"S.md": note, "N.md": other, "E.md": E, "a.png": ""}


def _open(note: Note) -> str:
    """Return a text without its code and formulas."""
    text = note.text
    for span in reversed(outermost((*note.code, *note.math))):
        text = text[: span.start] + text[span.end :]
    return text


def _code_lines(notes: Iterable[Note]) -> set[str]:
    """Return the lines of code and formulas of notes."""
    return {
        line.strip("> \t\r")
        for note in notes
        for span in (*note.code, *note.math)
        for line in span.of(note.text).split("\n")
        if line.strip("> \t\r")
    }


def _numbered(text: str) -> str:
    """Return a text with each « caché » in a comment, an internal stretch or a field made a word of its own."""
    note = parse_note("S.md", text)
    closed = [*note.comments, *internal_spans(note), *(f.span for f in note.fields if f.key == "vu")]
    for span in reversed(outermost(closed)):
        text = text[: span.start] + span.of(text).replace("caché", "secretzu") + text[span.end :]
    return text


@settings(max_examples=100)
@given(_NOTES, _NOTES)
def test_no_sign_of_the_workshop_gets_out_unsaid(note: str, other: str) -> None:
    """Where the text cannot be cleaned for sure, a leak is named."""
    vault = texts(_numbered(note), _numbered(other))
    made = report(vault, "S.md", lambda t, o: "- [[E]] %% caché %%\n", lambda t, o: "[[E]]")
    if made.leaks:
        assert all(leak.path in vault for leak in made.leaks)
        return
    read = parse_note("", made.body)
    assert not _SIGNS.search(_open(read)), made.body
    sources = [parse_note(path, text.replace("\r\n", "\n")) for path, text in vault.items()]
    shown = _code_lines(sources)
    for line in _code_lines([read]):
        rest = line
        for known in sorted(shown, key=len, reverse=True):
            rest = rest.replace(known, " ")
        assert not _SIGNS.search(rest), made.body
    assert "Quorvax" not in made.body
    assert "brelquiz" not in made.body
    assert "secretzu" not in made.body
    assert not read.comments
    assert read.frontmatter is None
    assert not [embed for embed in read.embeds if not embed.linkpath.startswith("image-")]


@settings(max_examples=60)
@given(_TAME_NOTES, _TAME_NOTES)
def test_what_is_well_formed_is_cleaned_and_is_no_leak(note: str, other: str) -> None:
    index = index_of(texts(note, other))
    made = report(texts(note, other), "S.md", lambda t, o: "- [[E]] %% caché %%\n", lambda t, o: "[[E]]")
    assert [leak.finding.message.en for leak in made.leaks if "'caché'" not in leak.finding.message.en] == []
    text = client_text(
        index.notes["S.md"], index, lambda t, o: "- [[E]] %% caché %%\n", lambda t, o: "[[E]]"
    ).text
    read = parse_note("", text)
    assert not _SIGNS.search(_open(read)), text
    assert not _FIELDS.search(_open(read)), text
    assert not [link for link in read.links if not link.subpath.startswith("#s")]
    assert all(heading.level >= 2 for heading in read.headings if not heading.text.startswith("{"))


@settings(max_examples=40)
@given(_TAME_NOTES)
def test_a_text_that_is_finished_stays_as_it_is(note: str) -> None:
    """What a client reads, read once more as a note, is what a client reads."""
    index = index_of(texts(note, "mot"))
    once = client_text(index.notes["S.md"], index, str, str, title="-").text
    assume(
        not any(
            sign in once
            for sign in ("^b", "](#", "%%", "[[", "<", "|", "\t", "    ", "\\", "](", "[r]", "> ```", "# [^")
        )
    )
    assume("\n---\n" not in f"\n{once}")
    again = index_of({"S.md": once.replace("](image-1)", "](https://x.ch)"), "a.png": ""})
    twice = client_text(again.notes["S.md"], again, str, str, title="-").text
    said = again.notes["S.md"].text.replace("![Illustration 1](http", "[Illustration 1](http")
    assert _bare(twice) == _bare(said)
