"""Where links lead, and how a link to a note is written."""

from __future__ import annotations

from difflib import get_close_matches

from vaultkit.markdown.note import Note
from vaultkit.text import fold
from vaultkit.vault.index import VaultIndex, name_key


def resolve_linkpath(index: VaultIndex, linkpath: str, source: str) -> str | None:
    """Return the path that a link in the note `source` leads to, None if there is no such file.

    As Obsidian's `getFirstLinkpathDest` (observed in the app): an exact vault path first, then the
    folder of the source, then the shortest path; case does not count, `.md` may be left out. Of two
    paths of one length the first by code point is taken.
    """
    if not linkpath:
        return source
    if "/" not in linkpath and "." not in linkpath and len(named := index.named(f"{linkpath}.md")) == 1:
        return named[0]  # a bare name that one file has leads there from anywhere: most links
    folder = source.rpartition("/")[0]
    if linkpath.startswith(("./", "../")):
        return _exact(index, _join(folder, linkpath))
    wanted = linkpath.strip("/")
    if exact := _exact(index, wanted):
        return exact
    if linkpath.startswith("/"):
        return None
    ending = "/" + name_key(wanted)
    found = [
        path
        for name in _spellings(wanted.rsplit("/", 1)[-1])
        for path in index.named(name)
        if f"/{name_key(path)}".endswith((ending, ending + ".md"))
    ]
    near = [path for path in found if path.rpartition("/")[0] == folder]
    return min(near or found, key=lambda path: (len(path), path), default=None)


def _spellings(name: str) -> tuple[str, ...]:
    """Return the file names a link's last part can mean: as it stands, and with `.md` supplied."""
    return (name, f"{name}.md") if "." in name else (f"{name}.md",)


def _exact(index: VaultIndex, path: str) -> str | None:
    """Return the file at this vault path; of several that differ in case the one spelled just so."""
    folder = path[: path.rfind("/") + 1]
    for name in _spellings(path.rsplit("/", 1)[-1]):
        wanted = folder + name
        same = [candidate for candidate in index.named(name) if name_key(candidate) == name_key(wanted)]
        if same:
            return min(same, key=lambda candidate: (candidate != wanted, candidate))
    return None


def _join(folder: str, linkpath: str) -> str:
    parts = folder.split("/") if folder else []
    for part in linkpath.split("/"):
        if part == "..":
            if not parts:
                return "\0"
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


def linktext(index: VaultIndex, path: str) -> str:
    """Return what a wikilink to the note at `path` says: its name if no other file has it, else its path."""
    bare = path[:-3] if path.lower().endswith(".md") else path
    name = path.rsplit("/", 1)[-1]
    return bare.rsplit("/", 1)[-1] if len(index.named(name)) <= 1 else bare


def notes_like(index: VaultIndex, words: str) -> list[str]:
    """Return the paths of the notes whose name, folded, is `words`, else begins with or holds them."""
    wanted = fold(words.removesuffix(".md"))
    names = {path: fold(note.name) for path, note in index.notes.items()}
    for fits in (str.__eq__, str.startswith, str.__contains__):
        if found := sorted(path for path, name in names.items() if wanted and fits(name, wanted)):
            return found
    parts = wanted.split()
    return sorted(path for path, name in names.items() if parts and all(part in name for part in parts))


def closest_name(index: VaultIndex, linkpath: str) -> str | None:
    """Return the note name most like `linkpath`, None if none is near."""
    wanted = fold(linkpath.rsplit("/", 1)[-1])
    if wanted in index.names:
        return index.names[wanted]
    near = get_close_matches(wanted, index.names, n=1, cutoff=0.8)
    return index.names[near[0]] if near else None


def links_to(index: VaultIndex, note: Note, path: str) -> bool:
    """Whether `note` holds a link, embed or property link that leads to `path`."""
    references = (*note.links, *note.embeds, *(link.reference for link in note.property_links))
    return any(resolve_linkpath(index, reference.linkpath, note.path) == path for reference in references)
