"""A stretch of a cut note becomes client's text, with what it embeds; links and anchors are tokens still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vaultkit.audit.internal import with_children
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.leaves import FENCE
from vaultkit.markdown.note import Footnote, Heading, Note, Reference, SectionType
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.client_text_code import baked
from vaultkit.render.deliverable.client_text_cut import (
    is_bare,
    plain,
    removals,
    settled,
    without_comments,
    without_internal,
)
from vaultkit.render.deliverable.client_text_links import link_edits, without_html
from vaultkit.render.deliverable.client_text_signs import field_edits, sign_edits
from vaultkit.render.deliverable.client_text_work import Work, bare_title
from vaultkit.text import Message, Span, fold, pattern, unaccented
from vaultkit.vault.links import resolve_linkpath
from vaultkit.vault.subpath import SubpathType, resolve_subpath

#: The embeds that are being followed: the path of the note that holds each and the embed, the innermost last.
Trail = tuple[tuple[str, str], ...]

_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".avif", ".tif", ".tiff")
_OF_THE_APP = (".canvas", ".base", ".excalidraw", ".loom", ".css", ".js", ".json")
#: Notes with a property like these are what a plugin draws.
_PLUGIN_NOTES = ("excalidraw-", "kanban-plugin", "tldraw-")
_SIZE = pattern(r"(?:^|\|)\s*[0-9]+(?:x[0-9]+)?\s*$")
_NOT_ALT = pattern(r"[\[\]\\]")
_PIPE = pattern(r"(?<!\\)\|")
_DEEPEST, _LONGEST_TRAIL = 6, 20
_BLOCK_START = pattern(r"[ \t]*(?:[#>|]|[-+*][ \t]|[0-9]{1,9}[.)][ \t]|`{3}|~{3}|!\[)")
_BULLET = pattern(r"^(?:[-+*]|[0-9]{1,9}[.)])[ \t]+")
#: A box belongs to the words of its item: what stands below is not set in by it.
_TASK_BOX = pattern(r"(?<=[ \t])\[.\][ \t]*$")
_FINAL_ID = pattern(r" \^[A-Za-z0-9-]+$")
_DEFINITION = pattern(r"\[\^[^\]\s]+\]:[ \t]*")


def piece(work: Work, note: Note, span: Span, level: int, trail: Trail = (), top: str | None = None) -> str:
    """Return a stretch of a cut note as client's text, its headings below `level` (1 to 6).

    `top` is the title of the report where the stretch is its note: a first heading that says the same goes.
    """
    inner = [heading for heading in note.headings if span.holds(heading.span) and heading.text.strip()]
    edits = [
        Edit(Span(h.span.start - span.start, h.span.end - span.start), _heading_line(work, note, h, to))
        for h, to in zip(inner, _levels(inner, level, top is not None), strict=True)
        if top is None or not _is_title(h, inner, top)
    ]
    if top is not None and inner and _is_title(inner[0], inner, top):
        first = inner[0].span
        edits.append(Edit(Span(first.start - span.start, first.end - span.start), ""))
    edits += [
        Edit(Span(h.span.start - span.start, h.span.end - span.start), "")
        for h in note.headings
        if span.holds(h.span) and not h.text.strip()
    ]
    text = _closed(apply_edits(span.of(note.text), settled(edits)))
    return text_of(work, note.path, text, level, trail)


def _closed(text: str) -> str:
    """Return a text with its last code block closed: what comes behind it is no code."""
    code = parse_note("", text).code if "```" in text or "~~~" in text else ()
    if not code or code[-1].end < len(text.rstrip()):
        return text
    lines = code[-1].of(text).rstrip().split("\n")
    opening = FENCE.match(lines[0])
    fence = (opening[1] or opening[2]) if opening else ""
    if not fence or (len(lines) > 1 and lines[-1].strip(" \t>").startswith(fence)):
        return text
    start = text.rfind("\n", 0, code[-1].start) + 1
    prefix = "".join(char if char in " \t>" else " " for char in text[start : code[-1].start])
    return f"{text.rstrip()}\n{prefix}{fence}\n"


def _is_title(heading: Heading, all_headings: Sequence[Heading], title: str) -> bool:
    lone = heading is all_headings[0] and [one.level for one in all_headings].count(1) == 1
    return lone and heading.level == 1 and fold(bare_title(heading.text)) == fold(title)


def _levels(headings: Sequence[Heading], level: int, top: bool) -> list[int]:
    """Return the levels that headings get below `level`; at the top one that opens a note as its title counts apart."""
    if not headings:
        return []
    rest = headings
    lone = top and headings[0].level == 1 and all(heading.level > 1 for heading in headings[1:])
    if lone and len(headings) > 1:
        rest = headings[1:]
    shift = level + 1 - min(heading.level for heading in rest)
    found = [min(_DEEPEST, heading.level + shift) for heading in headings]
    return [level + 1, *found[1:]] if lone else found


def _heading_line(work: Work, note: Note, heading: Heading, level: int) -> str:
    said = _FINAL_ID.sub("", " ".join(heading.text.split()))
    return f"{'#' * level} {said} {work.heading(note, heading)}"


def text_of(work: Work, path: str, text: str, level: int, trail: Trail) -> str:
    """Return a text of the note at `path` as client's text."""
    note = without_html(work, parse_note(path, text))
    note = note if note.text == text else without_internal(without_comments(note))
    edits = settled(baked(note, work.ask, work.inline, lambda said, code: work.tell(path, code, said)))
    if edits:
        note = without_comments(parse_note(path, apply_edits(note.text, edits)))
    going: list[Span] = []
    found = [
        *sign_edits(note, work.words["colon"], going),
        *link_edits(work, note, going),
        *_footnotes(work, note, level, trail, going),
        *_embeds(work, note, level, trail, going),
    ]
    done = apply_edits(note.text, settled([*removals(note.text, going), *found]))
    return _without_line_fields(work, parse_note(path, done)) if "::" in done else done


def _without_line_fields(work: Work, note: Note) -> str:
    """Return a text without the fields that fill a line: one with a field in brackets shows only when that is gone."""
    going: list[Span] = []
    edits = list(field_edits(note, work.words["colon"], going))
    return apply_edits(note.text, settled([*removals(note.text, going), *edits]))


# ----------------------------------------------------------------------------------- footnotes


def _footnotes(work: Work, note: Note, level: int, trail: Trail, going: list[Span]) -> Iterator[Edit]:
    """Yield the edits that name the footnotes of each note apart; definitions are kept for the end."""
    going += [definition.span for definition in note.footnotes]
    for reference in note.footnote_references:
        if any(definition.span.holds(reference.span) for definition in note.footnotes):
            continue
        label = f"{work.number(note.path)}-{reference.id.lower()}"
        if label not in work.footnotes:
            _define(work, note, reference, label, trail)
        if work.footnotes[label]:
            yield Edit(reference.span, f"[^{label}]")
        else:
            going.append(reference.span)


def _define(work: Work, note: Note, reference: Footnote, label: str, trail: Trail) -> None:
    """Make the text of a footnote: where its definition does not stand in the piece it stands in its note."""
    work.footnotes[label] = ""
    source = note
    if reference.id.lower() not in note.footnotes_by_id:
        known = work.index.notes.get(note.path)
        if known is None:
            return
        source = work.cut(known)
    definition = source.footnotes_by_id.get(reference.id.lower())
    if definition is None:
        return
    written = definition.span.of(source.text)
    opening = _DEFINITION.match(written)
    lines = written[opening.end() if opening else 0 :].split("\n")
    said = "\n".join([lines[0], *(line.removeprefix("    ").removeprefix("\t") for line in lines[1:])])
    done = text_of(work, note.path, said, _DEEPEST, trail).strip()
    work.footnotes[label] = done.replace("\n", "\n    ")


# -------------------------------------------------------------------------------------- embeds


def _embeds(work: Work, note: Note, level: int, trail: Trail, going: list[Span]) -> Iterator[Edit]:
    for embed in note.embeds:
        if any(definition.span.holds(embed.span) for definition in note.footnotes):
            continue
        above = [heading.level for heading in note.headings if heading.span.start <= embed.span.start]
        said = _embedded(work, note, embed, above[-1] if above else level, trail).strip("\n")
        if said.strip():
            yield from _placed(note, embed, said)
        else:
            going.append(embed.span)


def _embedded(work: Work, note: Note, embed: Reference, level: int, trail: Trail) -> str:
    """Return what an embed shows; nothing, and a remark, where that cannot or must not be."""
    path = resolve_linkpath(work.index, embed.linkpath, note.path) if embed.linkpath else note.path
    if path is None:
        work.tell(note.path, embed.original, _broken(embed))
        return ""
    target = work.index.notes.get(path)
    if target is None:
        return _file(work, note, embed, path)
    if work.hidden(path):
        work.tell(note.path, embed.original, _stays_inside())
        return ""
    if any(unaccented(key).startswith(_PLUGIN_NOTES) for key in target.properties):
        work.tell(note.path, embed.original, _no_document(path))
        return ""
    cut = work.cut(target)
    span = _stretch(work, note, embed, target, cut)
    if span is None:
        return ""
    trail = (*trail, (note.path, embed.original))
    shown = span.of(cut.text)
    if len(trail) > _LONGEST_TRAIL or any(p == path and original in shown for p, original in trail):
        said = Message(
            "cette note s’inclut elle-même\u00a0: la boucle est coupée ici",
            "this note embeds itself: the loop is cut here",
        )
        work.tell(note.path, embed.original, said)
        return ""
    work.left -= span.end - span.start
    work.embeds_left -= 1
    if work.left < 0 or work.embeds_left < 0:
        said = Message(
            "trop de texte inclus\u00a0: la suite est laissée de côté",
            "too much embedded text: the rest is left out",
        )
        work.tell(note.path, embed.original, said)
        return ""
    if path not in work.embedded:
        work.embedded.append(path)
    return piece(work, cut, span, level, trail)


def _stretch(work: Work, note: Note, embed: Reference, target: Note, cut: Note) -> Span | None:
    """Return what an embed shows of a cut note, None and a remark where that is not there."""
    if not embed.subpath:
        return Span(0, len(cut.text))
    found = resolve_subpath(cut, embed.subpath)
    if found is None:
        there = resolve_subpath(plain(target), embed.subpath) is not None
        work.tell(note.path, embed.original, _stays_inside() if there else _broken(embed))
        return None
    if found.type is SubpathType.BLOCK:
        for at, item in enumerate(cut.list_items):
            if item.span == found.span:
                return with_children(cut.list_items, at)
    return found.section


def _broken(embed: Reference) -> Message:
    return Message(
        f"«\u00a0{embed.original}\u00a0» ne mène nulle part\u00a0: laissé de côté",
        f"'{embed.original}' leads nowhere: left out",
    )


def _stays_inside() -> Message:
    return Message(
        "l’inclusion d’une note ou section interne (entretien, brouillon) est laissée de côté",
        "the embed of an internal note or section (interview, draft) is left out",
    )


def _no_document(path: str) -> Message:
    name = path.rsplit("/", 1)[-1]
    return Message(
        f"«\u00a0{name}\u00a0» laissé de côté\u00a0: seul Obsidian sait l’afficher (une image peut le remplacer)",
        f"'{name}' left out: only Obsidian can show it (an image can stand in its place)",
    )


def _file(work: Work, note: Note, embed: Reference, path: str) -> str:
    """Return a picture, or the line that names another file; nothing, and a remark, for one of the app's own."""
    name = path.rsplit("/", 1)[-1]
    if name.lower().endswith(_OF_THE_APP):
        work.tell(note.path, embed.original, _no_document(path))
        return ""
    if name.lower().endswith(_IMAGES):
        alt = _NOT_ALT.sub("", _SIZE.sub("", embed.display or "")).strip()
        if not alt or alt == name:
            alt = work.words["illustration"].format(number=len(work.pictures) + 1)
        size = embed.size
        picture = work.picture(alt, path, size[0] if size else None)
        return f"![{alt}]({picture.name})"
    shown = (embed.display or "").strip() or name
    return str(work.words["attachment"].format(name=shown))


def _placed(note: Note, embed: Reference, said: str) -> Iterator[Edit]:
    """Yield the edits that put an embedded text in its place: in the sentence, or as blocks of their own."""
    text, span = note.text, embed.span
    start = text.rfind("\n", 0, span.start) + 1
    stop = text.find("\n", span.end)
    stop = len(text) if stop < 0 else stop
    lines = said.split("\n")
    before = text[start : span.start]
    lead = _TASK_BOX.sub("", before[: _lead(before)])
    prefix = "".join(char if char in " \t>" else " " for char in lead)
    section = next((section for section in note.sections if section.span.holds(span)), None)
    if section is not None and section.type is SectionType.TABLE:
        yield Edit(span, _PIPE.sub(r"\\|", " ".join(line.strip() for line in lines if line.strip())))
    elif is_bare(before + text[span.end : stop]):
        if not before.strip():
            yield Edit(Span(start, stop), f"\n{said}\n")
        else:
            if before.strip(" \t>"):  # an item in the place of an item
                lines[0] = _BULLET.sub("", lines[0], 1)
            yield Edit(span, "\n".join([lines[0], *(f"{prefix}{line}".rstrip() for line in lines[1:])]))
    elif len(lines) == 1 and not _BLOCK_START.match(said):
        yield Edit(span, said)
    else:
        yield Edit(span, "")
        body = "\n".join(f"{prefix}{line}".rstrip() for line in ["", *lines])
        yield Edit(Span(stop, stop), f"\n{body}\n{prefix.rstrip()}")


def _lead(before: str) -> int:
    """Return how much of a line before an embed is quote signs and a bullet."""
    at = len(before)
    while at and not is_bare(before[:at]):
        at -= 1
    return at
