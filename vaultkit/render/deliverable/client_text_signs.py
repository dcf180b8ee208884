"""Third step, the signs: fields, tags, block ids, task boxes and callouts, as a reader without Obsidian sees them.

Fields: what the mission is followed up with, and what begins with `vaultkit`, goes (`INTERNAL_KEYS`). Of all others in
brackets the value stays where it stands inside a sentence and goes at its end; a line `Base:: Dentagest` becomes
« **Base** : Dentagest ». Tags at the end of a line go, within a sentence the word stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vaultkit.audit.cleaning import comments_at, inside
from vaultkit.audit.internal import is_internal_tag
from vaultkit.edits import Edit
from vaultkit.markdown.note import FieldForm, InlineField, ListItem, Note, Tag
from vaultkit.render.deliverable.client_text_cut import CLOSE, OPEN, is_bare
from vaultkit.text import Span, pattern, unaccented

#: Fields that are for the workshop: tracking, recap wordings, roadmap, and where something comes from.
INTERNAL_KEYS = frozenset(
    (
        *("id", "statut", "status", "etat", "state", "responsable", "resp", "owner", "qui"),
        *("verantwortlich", "echeance", "delai", "due", "deadline", "termin", "frist", "cout"),
        *("cost", "budget", "prix", "kosten", "effort", "charge", "aufwand", "preuve", "evidence"),
        *("beleg", "probabilite", "probability", "wahrscheinlichkeit", "impact", "auswirkung"),
        *("controle", "controles", "control", "controls", "kontrolle", "vu", "revu", "seen"),
        *("gesehen", "motif", "raison", "reason", "accepte", "accepte_par", "accepte_le", "accepted"),
        *("risque_accepte", "scheduled", "start", "completion", "created", "constat_cle"),
        *("risque_cle", "opportunite_cle", "libelle", "label", "roadmap", "horizon", "mesure"),
        *("reponse", "source", "sources", "domaine", "domaine_court", "ordre", "order", "priorite"),
        *("priority", "synthese", "category", "scope", "personne", "role", "fonction", "entretien"),
        *("interne", "internal", "intern", "prive", "private", "confidentiel", "note_interne"),
        *("a_verifier", "verifie", "todo", "humeur", "duree"),
    )
)
#: Of these what nothing of a report is made from: no chapter or query may say it.
SECRET_KEYS = frozenset(
    (
        *("interne", "internal", "intern", "prive", "private", "confidentiel", "note_interne"),
        *("a_verifier", "verifie", "todo", "humeur", "duree"),
    )
)
#: A key of several words with one of these is as secret: `note_privee`.
_SECRET_PARTS = frozenset(
    (
        *("interne", "internal", "intern", "prive", "privee", "prives", "privees", "private", "privat"),
        *("confidentiel", "confidentielle", "confidential", "vertraulich", "secret", "secrete", "geheim"),
    )
)
_MARK = pattern(r"\[![^\]\n]*\][+-]?")
_KIND = pattern(r"\[!([^\]|\n]*)(?:\|[^\]\n]*)?\]")
_BOX = pattern(r"\[(.)\](?=[ \t]|$)")
#: What may stand behind the last word of a line: signs, and the token of a heading.
_FINAL = pattern(rf"[\s.!?…]*(?:{OPEN}\w*{CLOSE})?")
_SAID = pattern(r"\w")
_INNER_ID = pattern(r"(?:^|[ \t])\^[A-Za-z0-9-]+[ \t]*$", 8)
#: Open, done, under way, cancelled; the themes of Obsidian know many more.
_KNOWN_BOXES = (" ", "x", "X", "/", "-")


def sign_edits(note: Note, colon: str, going: list[Span]) -> Iterator[Edit]:
    """Yield the edits to a text without comments, and add to `going` what goes; `colon` is the language's own."""
    yield from field_edits(note, colon, going)
    for tag in note.tags:
        yield from _tag(note, tag, going)
    going += _ids(note)
    for box in note.callouts:
        if found := _MARK.search(note.text, box.span.start, box.span.end):
            kind = _KIND.match(found[0])
            yield Edit(Span(*found.span()), f"[!{kind[1].strip() if kind else 'note'}]")
    for item in note.list_items:
        yield from _task(note, item)


def _task(note: Note, item: ListItem) -> Iterator[Edit]:
    """Yield the edit that makes a box that only a theme of Obsidian knows an open one."""
    if item.task is None or item.task in _KNOWN_BOXES:
        return
    if found := _BOX.search(note.text, item.span.start, item.content.start):
        yield Edit(Span(*found.span()), "[ ]")


# ----------------------------------------------------------------------------------------- fields


def is_internal_key(key: str) -> bool:
    """Whether a field with this key is for the workshop."""
    bare = _bare_key(key)
    return bare in INTERNAL_KEYS or bare.startswith("vk_") or is_secret_key(key)


def is_secret_key(key: str) -> bool:
    """Whether the value of a field with this key never gets out, in no chapter either."""
    bare = _bare_key(key)
    return bare.startswith("vaultkit") or bare in SECRET_KEYS or not _SECRET_PARTS.isdisjoint(bare.split("_"))


def _bare_key(key: str) -> str:
    return unaccented(key.strip().strip("*_ ")).replace(" ", "_").replace("-", "_")


def field_edits(note: Note, colon: str, going: list[Span]) -> Iterator[Edit]:
    """Yield the edits that make words of the fields that may be read, and add the others to `going`."""
    for field in note.fields:
        yield from _field(note, field, colon, going)


def _field(note: Note, field: InlineField, colon: str, going: list[Span]) -> Iterator[Edit]:
    span, value = field.span, field.value_span
    if is_internal_key(field.key) or not field.value.strip():
        going.append(span)
    elif field.form is FieldForm.LINE:
        yield Edit(Span(span.start, value.start), f"**{field.key.strip()}**{colon}")
    elif _in_sentence(note, span):
        yield Edit(Span(span.start, value.start), "")
        yield Edit(Span(value.end, span.end), "")
    else:
        going.append(span)


def _in_sentence(note: Note, span: Span) -> bool:
    """Whether words stand behind a field on its line, or its sentence ends with it and has begun before it."""
    start = note.text.rfind("\n", 0, span.start) + 1
    stop = _line_end(note.text, span.end)
    before = note.text[start : span.start].rstrip()
    after = _without(note, Span(span.end, stop))
    if _SAID.search(after):
        return _SAID.search(before) is not None
    ends = after.strip()[:1] in tuple(".!?…,;")
    return ends and _SAID.search(before) is not None and before[-1] not in ".!?…"


def _without(note: Note, span: Span) -> str:
    """Return a stretch without the fields and tags in it."""
    text, at = "", span.start
    for hole in sorted(
        [*(f.span for f in inside(note.fields, span)), *(t.span for t in inside(note.tags, span))]
    ):
        if hole.start >= at:
            text, at = text + note.text[at : hole.start], hole.end
    return text + note.text[at : span.end]


# ------------------------------------------------------------------------------------- tags, ids


def _tag(note: Note, tag: Tag, going: list[Span]) -> Iterator[Edit]:
    if any(True for _ in comments_at(note, tag.span)):
        return
    rest = _without(note, Span(tag.span.end, _line_end(note.text, tag.span.end)))
    start = note.text.rfind("\n", 0, tag.span.start) + 1
    before = _without(note, Span(start, tag.span.start))
    alone = is_bare(before.replace("|", " "))
    final = _FINAL.fullmatch(rest.split("|")[0].rstrip("*_=~ ")) or _INNER_ID.fullmatch(rest)
    ends_sentence = rest.strip()[:1] in tuple(".!?…") and not alone
    if is_internal_tag(tag.tag) or (final and not ends_sentence):
        going.append(tag.span)
    else:
        yield Edit(tag.span, tag.tag.lstrip("#").rsplit("/", 1)[-1].replace("_", " "))


def _ids(note: Note) -> Sequence[Span]:
    """Return where the ids of blocks stand: at the end of the block, or on a line of their own behind it."""
    found = []
    for block in note.blocks:
        line = note.text.rfind("\n", 0, block.span.start) + 1
        end = _line_end(note.text, block.span.end)
        for _ in range(3):  # the id itself may stand two lines below the block
            for one in _INNER_ID.finditer(note.text, line, end):
                if one[0].strip().lower() == f"^{block.id}" and not _in_code(note, one.end() - 1):
                    found.append(Span(one.end() - len(one[0].lstrip()), one.end()))
            line, end = min(end + 1, len(note.text)), _line_end(note.text, min(end + 1, len(note.text)))
    return found


def _in_code(note: Note, at: int) -> bool:
    return any(span.start <= at < span.end for span in note.code)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
