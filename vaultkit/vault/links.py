"""Where links lead, and how a link to a note is written."""

from __future__ import annotations

from posixpath import normpath

from vaultkit.markdown.note import Note
from vaultkit.markdown.references import markdown_destination
from vaultkit.text import fold, note_name
from vaultkit.vault.app import AppSettings, NewLinkFormat
from vaultkit.vault.index import VaultIndex, name_key


def resolve_linkpath(index: VaultIndex, linkpath: str, source: str) -> str | None:
    """Return the path that a link in the note `source` leads to, None if there is no such file.

    As Obsidian's `getFirstLinkpathDest` (observed in the app): an exact vault path first, then the
    folder of the source, then the shortest path; case does not count, `.md` may be left out. Of two
    paths of one length the first by code point is taken.
    """
    found = equal_destinations(index, linkpath, source)
    return found[0] if found else None


def equal_destinations(index: VaultIndex, linkpath: str, source: str) -> tuple[str, ...]:
    """Return the paths that a link leads to equally well, in the order of code points.

    More than one means that the app does not define which one it opens: no exact path, none in the
    source's own folder, and several shortest paths of one length.
    """
    if not linkpath:
        return (source,)
    if is_of_one_file(index, linkpath):
        return index.named(f"{linkpath}.md")
    folder = source.rpartition("/")[0]
    if linkpath.startswith(("./", "../")):
        return _exact(index, _join(folder, linkpath))
    wanted = linkpath.strip("/")
    if (exact := _exact(index, wanted)) or linkpath.startswith("/"):
        return exact
    ending = "/" + name_key(wanted)
    found = {
        path
        for name in spellings(wanted.rsplit("/", 1)[-1])
        for path in index.named(name)
        if f"/{name_key(path)}".endswith((ending, ending + ".md"))
    }
    near = [path for path in found if path.rpartition("/")[0] == folder] or found
    shortest = min(map(len, near), default=0)
    return tuple(sorted(path for path in near if len(path) == shortest))


def is_of_one_file(index: VaultIndex, linkpath: str) -> bool:
    """Whether a link is a bare name that one file has, and so leads there from anywhere: most links."""
    return "/" not in linkpath and "." not in linkpath and len(index.named(f"{linkpath}.md")) == 1


def spellings(name: str) -> tuple[str, ...]:
    """Return the file names a link's last part can mean: as it stands, and with `.md` supplied."""
    return (name, f"{name}.md") if "." in name else (f"{name}.md",)


def spelled_keys(linkpath: str) -> list[str]:
    """Return the keys (`file_key`) of the file names that a link could mean; none for a link to its own note."""
    name = linkpath.rstrip("/").rsplit("/", 1)[-1]
    return [name_key(each) for each in spellings(name)] if linkpath else []


def meant_keys(linkpath: str, source: str) -> list[str]:
    """Return the keys of the file names that a link in `source` could mean: `[[../.]]` means that of a folder."""
    keys = spelled_keys(linkpath)
    if linkpath.startswith(("./", "../")) and linkpath.rstrip("/").rsplit("/", 1)[-1] in (".", ".."):
        folder = source.rpartition("/")[0]
        keys += spelled_keys(normpath(f"{folder}/{linkpath}".lstrip("/")))
    return keys


def _exact(index: VaultIndex, path: str) -> tuple[str, ...]:
    """Return the file at this vault path; of several that differ in case the one spelled just so."""
    folder = path[: path.rfind("/") + 1]
    for name in spellings(path.rsplit("/", 1)[-1]):
        wanted = folder + name
        same = [candidate for candidate in index.named(name) if name_key(candidate) == name_key(wanted)]
        if same:
            return (min(same, key=lambda candidate: (candidate != wanted, candidate)),)
    return ()


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


def linktext(
    index: VaultIndex, path: str, source: str = "", form: NewLinkFormat = NewLinkFormat.SHORTEST
) -> str:
    """Return what a wikilink in `source` says to lead to the file at `path`, as the app's `fileToLinktext`.

    That is its name if no other file has it, else its path from the root; under the setting `relative`
    the way from the folder of `source`, under `absolute` always the path. A form that would lead
    elsewhere gives way to one that does not.
    """
    bare = without_md(path)
    name = bare.rsplit("/", 1)[-1]
    if form is NewLinkFormat.SHORTEST and len(index.named(path.rsplit("/", 1)[-1])) <= 1:
        wanted = name
    else:
        wanted = relative(bare, source) if form is NewLinkFormat.RELATIVE else bare
    forms = (wanted, bare, path, f"/{path}")
    return next((said for said in forms if resolve_linkpath(index, said, source) == path), wanted)


def without_md(path: str) -> str:
    """Return a note's path without its extension, any other path as it is."""
    return path[:-3] if path.lower().endswith(".md") else path


def written_link(index: VaultIndex, path: str, source: str, app: AppSettings) -> str:
    """Return a link in `source` to the file at `path` as the app would write it under its settings."""
    said = linktext(index, path, source, app.new_link_format)
    if not app.use_markdown_links:
        return f"[[{said}]]"
    name = path.rsplit("/", 1)[-1].removesuffix(".md")
    target = f"{said}.md" if path.endswith(".md") and not said.endswith(".md") else said
    return f"[{name}]({markdown_destination(target)})"


def relative(path: str, source: str) -> str:
    """Return the way from the folder of `source` to `path`, without `./`: `../x/N`."""
    here, there = source.split("/")[:-1], path.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:])


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
        return note_name(index.names[wanted])
    from rapidfuzz import fuzz, process

    near = process.extractOne(wanted, list(index.names), scorer=fuzz.ratio, score_cutoff=80)
    return note_name(index.names[near[0]]) if near else None


def links_to(index: VaultIndex, note: Note, path: str) -> bool:
    """Whether `note` holds a link, embed or property link that leads to `path`."""
    references = (*note.links, *note.embeds, *(link.reference for link in note.property_links))
    return any(resolve_linkpath(index, reference.linkpath, note.path) == path for reference in references)
