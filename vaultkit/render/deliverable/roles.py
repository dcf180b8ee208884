"""`--noms roles`: people are called by what they do.

Who is who stands in the vault: an interview's `personne` with `role` (or `fonction`); `personnes` of the synthesis, a
mapping or a list (« Mélissa: assistante »); notes of `category: personne` with `role`, of this scope or of none. A
name is known as a whole, by its first name and by its last one, accents aside, where it is written with a capital; a
« Mme » before it goes too. The article may stand with the role (« la comptable »), else its ending tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from vaultkit.audit.mission import INTERVIEW, category_of, scope_of
from vaultkit.audit.model import Mission
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.tags import aliases
from vaultkit.render.deliverable.client_text_work import people_of, title_of
from vaultkit.text import Message, fold, pattern, unaccented
from vaultkit.vault.index import VaultIndex

PERSON = "personne"
_ROLE_KEYS = ("role", "roles", "fonction", "fonctions", "function", "funktion", "rolle", "poste")
_WORD = pattern(r"\w+")
_BETWEEN = pattern(r"[ \t\u00a0\u202f\-‑'’]{1,2}")
_ENTRY = pattern(r"^(?P<name>.+?)(?:\s*[:=]\s+|\s+[–—-]\s+|\s*\()(?P<role>[^()]+?)\)?$")
_TITLE = pattern(
    r"\b(?:Mme|Mlle|M\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Dre|Docteur|Madame|Monsieur|Herr|Frau)[ \u00a0]$"
)
_LEADING_TITLE = pattern(
    r"^(?:(?:Mme|Mlle|M\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Dre|Prof\.?|Docteur|Madame|Monsieur|Herr|Frau)[ \u00a0]+)+"
)
_ARTICLE = pattern(r"^(?:(?P<le>le|la|les|the|der|die|das)\s+|(?P<l>l)[’'])(?P<rest>.+)$", re.IGNORECASE)
_FEMININE = pattern(r"^\w*(?:trice|euse|ante|ente|iere|ienne|enne|ere|ee|esse|ine|cheffe|aide)\b")
_VOWEL = pattern(r"^(?:[aeiouy]|h(?!andicap|eros|aut))")
#: What stands before « Dr » and the like goes with it: « le Dr Roch », « au Dr Roch ».
_WITH_ARTICLE = pattern(r"\b(le|la|du|au|the)[ \u00a0]$", re.IGNORECASE)
_OPENED = {"le": "", "la": "", "the": "", "du": "de ", "au": "à "}
_BEFORE = pattern(
    r"(?:\b(?P<de>de|à|a|que|par|lorsque|puisque)[ \u00a0]|\b(?P<elided>d|qu|jusqu|lorsqu|puisqu)[’'])$", re.I
)
_ALONE_BEFORE = pattern(r"(?:^|[|(:;,/→]|\bresp\.|\n[ \t>]*(?:[-*+]|\d+[.)])?)[ \t\u00a0*_]*$", re.I)
_ALONE_AFTER = pattern(r"^[ \t\u00a0*_]*(?:$|[|),;/\n])")
_SENTENCE = pattern(r"(?:^|[.!?…]\s|\n\s*|[|][ \t]*|[-*+>][ \t]+|\*\*)$")


class Person(Struct, frozen=True):
    """Someone who is named in the vault: all spellings of the name, the role (empty if nobody said it), and where."""

    names: tuple[str, ...]
    role: str
    path: str


def people_in(note: Note, mission: Mission | None, index: VaultIndex) -> tuple[Person, ...]:
    """Return the people whom a mission (or a note of its own) knows, each once."""
    found = [*_listed(note)]
    for child in mission.children if mission else ():
        if category_of(child) == INTERVIEW:
            found += _met(child)
    scope = scope_of(note)
    for other in index.notes.values():
        if fold(other.category) == PERSON and scope_of(other) in ("", scope):
            said = (title_of(other), other.name, *aliases(other))
            found.append(Person(tuple(dict.fromkeys(said)), _role(other), other.path))
    return _merged(found)


def _listed(note: Note) -> Iterator[Person]:
    value = next(
        (v for k, v in note.properties.items() if unaccented(k) in ("personnes", "people", "personen")), None
    )
    entries: list[object] = list(value) if isinstance(value, list) else [value]
    for entry in entries:
        if isinstance(entry, Mapping):
            yield from (Person((str(name),), str(role or ""), note.path) for name, role in entry.items())
        elif isinstance(entry, str) and entry.strip():
            read = _ENTRY.match(entry.strip())
            yield (
                Person((read["name"],), read["role"], note.path)
                if read
                else Person((entry.strip(),), "", note.path)
            )


def _met(interview: Note) -> Iterator[Person]:
    names, role = people_of(interview), _role(interview)
    roles = [part.strip() for part in role.split(",")] if len(names) > 1 else [role]
    for at, name in enumerate(names):
        read = _ENTRY.match(name)
        if read:
            yield Person((read["name"],), read["role"], interview.path)
        else:
            yield Person((name,), roles[at] if at < len(roles) else "", interview.path)


def _role(note: Note) -> str:
    for key, value in note.properties.items():
        if unaccented(key) in _ROLE_KEYS and value:
            return ", ".join(map(str, value)) if isinstance(value, list) else str(value).strip()
    return ""


def _merged(found: Sequence[Person]) -> tuple[Person, ...]:
    """Return each person once: « Mélissa » is « Mélissa Muster », if she alone has that name."""
    by_key: dict[str, Person] = {}
    for person in sorted(found, key=lambda p: -max(len(fold(n).split()) for n in p.names)):
        key = fold(person.names[0])
        same = [k for k in by_key if k == key or key in k.split()]
        if len(same) == 1:
            known = by_key[same[0]]
            names = tuple(dict.fromkeys((*known.names, *person.names)))
            by_key[same[0]] = Person(
                names, known.role or person.role, known.path if known.role else person.path
            )
        elif key:
            by_key[key] = person
    return tuple(by_key.values())


class Roles(Struct, frozen=True, dict=True):
    """Says texts with roles in the place of names; `kept` are phrases in which a name stays (the client's own)."""

    people: tuple[Person, ...]
    language: str
    kept: tuple[str, ...] = ()

    @cached_property
    def _by_words(self) -> dict[tuple[str, ...], Person]:
        known: dict[tuple[str, ...], Person | None] = {}
        for person in self.people:
            for name in person.names:
                name = _LEADING_TITLE.sub("", name)
                words = _words(name)
                parts = {words, words[:1], words[-1:]} if len(words) > 1 else {words}
                first = _words(name.split()[0]) if name.split() else ()
                for part in {*parts, first}:
                    if part and len("".join(part)) > 2:
                        known[part] = person if known.get(part, person) is person else None
        return {words: person for words, person in known.items() if person}

    def say(self, text: str) -> str:
        """Return a text with roles for names; raises VaultkitError (2) for one whose role nobody wrote."""
        words = list(_WORD.finditer(text))
        kept = [
            Found(f.start(), f.end())
            for phrase in self.kept
            if phrase
            for f in re.finditer(re.escape(phrase), text)
        ]
        pieces: list[str] = []
        done = at = 0
        while at < len(words):
            size, person = self._longest(text, words, at)
            start, end = words[at].start(), words[at + max(size, 1) - 1].end()
            if person is None or any(one.start <= start < one.end for one in kept):
                at += 1
                continue
            before = text[done:start]
            if titled := _TITLE.search(before):
                before = _WITH_ARTICLE.sub(lambda f: _OPENED[f[1].lower()], before[: titled.start()])
            pieces.append(self._placed(pieces, before, person, text[end:]))
            done, at = end, at + size
        return "".join((*pieces, text[done:])) if pieces else text

    def _longest(self, text: str, words: Sequence[re.Match[str]], at: int) -> tuple[int, Person | None]:
        if not words[at][0][:1].isupper():
            return 0, None
        best: tuple[int, Person | None] = (0, None)
        said: list[str] = []
        for size in range(1, 5):
            if at + size > len(words):
                break
            if size > 1 and not _BETWEEN.fullmatch(
                text, words[at + size - 2].end(), words[at + size - 1].start()
            ):
                break
            said.append(unaccented(words[at + size - 1][0]))
            if (person := self._by_words.get(tuple(said))) is not None:
                best = (size, person)
        return best

    def _placed(self, pieces: Sequence[str], before: str, person: Person, after: str) -> str:
        """Return what stands before a name, and the role for it with its article."""
        if not person.role.strip():
            raise _without_role(person)
        context = (pieces[-1][-3:] if pieces and not before else "") + before
        bare, article = _role_words(person.role.strip(), self.language)
        if _ALONE_BEFORE.search(context) and _ALONE_AFTER.match(after):
            starts = not context.rstrip(" *_").endswith((",", ";", "(", ":", "/", ".", "→"))
            return before + (_raised(bare) if starts else bare)
        if self.language == "fr" and (joined := _BEFORE.search(before)):
            return before[: joined.start()] + _joined(joined, bare, article)
        said = article + bare
        return before + (_raised(said) if _SENTENCE.search(context) or not context else said)


class Found(Struct, frozen=True):
    """Where a phrase stands."""

    start: int
    end: int


def _words(name: str) -> tuple[str, ...]:
    return tuple(unaccented(word) for word in _WORD.findall(name))


def _role_words(role: str, language: str) -> tuple[str, str]:
    """Return a role without its article, and the article with its blank."""
    said = _ARTICLE.match(role)
    bare = said["rest"] if said else role
    if language == "en":
        return bare, "the "
    if language == "de":
        return bare, f"{said['le']} " if said and said["le"] else ("die " if bare.endswith("in") else "der ")
    plain = unaccented(bare)
    if _VOWEL.match(plain):
        return bare, "l’"
    if said and said["le"]:
        return bare, f"{said['le'].lower()} "
    return bare, "la " if _FEMININE.match(plain) else "le "


def _joined(found: re.Match[str], bare: str, article: str) -> str:
    """Return a preposition with the role behind it: « du gérant », « de l’assistante », « au gérant »."""
    word = (
        found["de"] or {"d": "de", "qu": "que"}.get(found["elided"].lower(), f"{found['elided']}e")
    ).lower()
    first = (found["de"] or found["elided"])[0]
    said = {("de", "le "): "du ", ("à", "le "): "au ", ("de", "les "): "des ", ("à", "les "): "aux "}.get(
        (word, article)
    )
    said = said or f"{word} {article}"
    return (said[0].upper() + said[1:] if first.isupper() else said) + bare


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _without_role(person: Person) -> VaultkitError:
    return VaultkitError(
        Message(
            f"--noms roles\u00a0: aucun rôle pour {person.names[0]}\u00a0; écrire «\u00a0role: …\u00a0» dans "
            f"{person.path}, ou «\u00a0personnes:\u00a0» dans la synthèse (- {person.names[0]}: assistante)",
            f"--noms roles: no role for {person.names[0]}; write 'role: …' in {person.path}, or 'personnes:' in the "
            f"synthesis (- {person.names[0]}: assistant)",
        )
    )
