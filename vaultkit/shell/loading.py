"""The notes of a vault: what is known of them is taken from the cache, only the others are read and parsed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha1

from msgspec import DecodeError, Struct, msgpack, structs

from vaultkit.markdown.note import Note
from vaultkit.markdown.packed import NotPackable, PackedNote, pack
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.cache.shelf import Facts, Shelf
from vaultkit.shell.cache.store import Content, Filling, Store
from vaultkit.shell.disk import Source, Unreadable
from vaultkit.shell.files import STATES, Files
from vaultkit.shell.following import Problem
from vaultkit.shell.forks import ForkFailed, forked, forks
from vaultkit.shell.walk import FileEntry
from vaultkit.text import Message

#: Up to so many notes that were read stay in memory with all their parts; of more only bytes stay.
_FEW = 100
#: How many notes are read before they are parsed, and how many of them are a piece of work for a fork.
_SOME, _PIECE = 200, 100
#: How many notes are parsed for what that loads.
_FIRST = 8
#: Up to so many of some notes are sooner parsed again than kept.
_CHEAP = 20

Progress = Callable[[int, int], None]


class Known(Struct, frozen=True, array_like=True, gc=False):
    """What was seen of a note: the stamp of its file, when (ns since 1970), and the number of its text in the store."""

    path: str
    stamp: str
    seen: int
    number: int
    facts: Facts


class Parsed(Struct, frozen=True, array_like=True, gc=False):
    """A note as it was read just now; `oid` is git's name for its bytes. Without parts it cannot be packed."""

    path: str
    oid: bytes
    facts: Facts
    parts: PackedNote | None


_KNOWN, _PARSED, _FACTS = msgpack.Decoder(list[Known]), msgpack.Decoder(list[Parsed]), msgpack.Decoder(Facts)


class Loader:
    """Loads the notes of one state of the files of a vault, and keeps in the store what it learns.

    `seen` is when the look at the files began (ns since 1970). `texts` says that the texts are to stay in memory,
    for one that lives on while the files change. `meanwhile` is called where forks read the notes.
    """

    def __init__(
        self,
        files: Files,
        store: Store,
        seen: int,
        texts: bool = False,
        progress: Progress | None = None,
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        self.files = files
        self.store = store
        self.texts = texts
        self.progress = progress
        self.meanwhile = meanwhile
        self.notes: dict[str, Note] = {}
        self.problems: list[Problem] = []
        self._entries: dict[str, FileEntry] = {}
        self._known: list[Known] = []
        self._fresh: dict[str, Parsed] = {}
        self._whole: dict[str, tuple[Note, bytes]] = {}
        self._seen = seen
        self._dropped = False
        self._entry_at: Callable[[str], FileEntry | None] | None = None
        self._shelf = Shelf(store, self._read_one)

    def load(self, entries: Sequence[FileEntry]) -> dict[str, Note]:
        """Return the notes by path, in the order of their files; `problems` are those that could not be read."""
        self._entries = {entry.path: entry for entry in entries}
        unknown = self._taken(entries)
        if unknown:
            self._load_anew(unknown)
        if self.texts:
            self._hold_texts()
        return {path: self.notes[path] for path in self._entries if path in self.notes}

    def load_some(
        self, entries: Sequence[FileEntry], entry_at: Callable[[str], FileEntry | None]
    ) -> dict[str, Note]:
        """Return some notes of a state of which nothing else is kept; `entry_at` gives the others, to be read later."""
        self._entries, self._entry_at = {entry.path: entry for entry in entries}, entry_at
        self._load_anew(list(entries))
        return self.notes

    def kept(self, path: str, facts: Facts, number: int) -> Note:
        """Return a note of which it is known under which number its parts are kept."""
        return self._shelf.stored(path, facts, number)

    @property
    def known(self) -> Sequence[Known]:
        """What is kept of the notes; complete after `keep`."""
        return self._known

    def keep(self) -> Message | None:
        """Keep in the store what was learnt, if anything; return what a person is to be told of the store."""
        name = self.files.name
        if self._entry_at is not None:
            if len(self._fresh) + len(self._whole) > _CHEAP or self.store.lost:
                if self.store.lost:
                    self.store.keep_memory(b"")
                self.store.keep(list(self._contents()), lambda _: {})
        elif name and (self._fresh or self._whole or self._dropped or self.store.lost):
            self.store.keep(list(self._contents()), lambda numbers: {name: self._state(numbers)})
            self.store.thin_out(self._numbers_in_use())
            self._dropped = False
        notice, self.store.notice = self.store.notice, None
        return notice

    def _numbers_in_use(self) -> Iterator[int]:
        """Yield the numbers of the notes of this state, and of others that are remembered."""
        for name in STATES:
            yield from (known.number for known in _decoded(self.store.state(name)).values())

    # ------------------------------------------------------------------------- what is known

    def _taken(self, entries: Sequence[FileEntry]) -> list[FileEntry]:
        """Take the notes whose files have not changed since they were seen; return the others."""
        data = self.store.state(self.files.name) if self.files.name else None
        known = _decoded(data)
        unknown: list[FileEntry] = []
        stored, stamp = self._shelf.stored, self.files.stamp
        for entry in entries:
            one = known.pop(entry.path, None)
            if one is not None and one.stamp == stamp(entry, one.seen):
                self.notes[entry.path] = stored(entry.path, one.facts, one.number)
                self._known.append(one)
            else:
                unknown.append(entry)
        self._dropped = bool(known)
        return unknown

    def _by_oid(self, entries: list[FileEntry]) -> list[FileEntry]:
        """Take the notes whose bytes git has under a name that the store knows; return the others."""
        oids = {entry.path: oid for entry in entries if (oid := self.files.oid(entry))}
        found = self.store.known("oid", list(oids.values())) if oids else {}
        return [
            entry for entry in entries if not self._is_stored(entry, found.get(oids.get(entry.path, b"")))
        ]

    def _is_stored(self, entry: FileEntry, found: tuple[int, bytes] | None) -> bool:
        """Whether what was found in the store is a note, which then is taken."""
        try:
            facts = None if found is None else _FACTS.decode(found[1])
        except DecodeError:
            facts = None
        if found is None or facts is None:
            return False
        self.notes[entry.path] = self._shelf.stored(entry.path, facts, found[0])
        self._dropped |= self._is_remembered(entry.path, facts, found[0])
        return True

    def _is_remembered(self, path: str, facts: Facts, number: int) -> bool:
        """Remember what was seen of a note that is in the store; False where nothing would tell of a change."""
        if stamp := self.files.stamp(self._entries[path], self._seen):
            self._known.append(Known(path, stamp, self._seen, number, facts))
        return bool(stamp)

    # ------------------------------------------------------------------------- what is read

    def _load_anew(self, unknown: list[FileEntry]) -> None:
        unknown = self._by_oid(unknown)
        count = forks(len(unknown))
        if count > 1:
            with suppress(ForkFailed):
                self._read_in_forks(unknown, count)
            unknown = [entry for entry in unknown if entry.path not in self.notes]
        for at in range(0, len(unknown), _SOME):
            sources, problems = self.files.read_all(unknown[at : at + _SOME])
            self.problems += problems
            self._parse(sources)
            self._tell(at + _SOME, len(unknown))

    def _parse(self, sources: dict[str, Source]) -> None:
        """Take notes that were read: what the store knows of their texts, else what they say."""
        digests = [bytes.fromhex(source.digest) for source in sources.values()]
        found = self.store.known("digest", digests) if digests else {}
        for path, source in sources.items():
            if self._is_stored(self._entries[path], found.get(bytes.fromhex(source.digest))):
                continue
            note = parse_note(path, source.text, source.digest, source.readonly)
            if len(self._whole) < _FEW:
                self.notes[path] = note
                self._whole[path] = (note, _oid(source.data))
            else:
                self._take(_parsed(note, source.data), note)

    def _take(self, parsed: Parsed, note: Note | None = None) -> None:
        """Take a note as bytes; one that cannot be packed stays as it is."""
        if parsed.parts is not None:
            self.notes[parsed.path] = self._shelf.packed(parsed.path, parsed.facts, parsed.parts)
            self._fresh[parsed.path] = parsed
        elif note is not None:
            self.notes[parsed.path] = note

    def _read_in_forks(self, entries: Sequence[FileEntry], count: int) -> None:
        """Have forks read and parse the notes; those that cannot be read or packed are left."""
        from vaultkit.rules.registry import traits_in  # dear to load, and worth it for many notes alone

        encode = msgpack.Encoder().encode

        def work(some: Sequence[FileEntry]) -> bytes:
            sources, _ = self.files.read_all(some)
            notes = ((parse_note(p, s.text, s.digest, s.readonly), s.data) for p, s in sources.items())
            parsed = (_parsed(note, data, traits_in(note)) for note, data in notes)
            return encode([one for one in parsed if one.parts is not None])

        work(entries[:: max(1, len(entries) // _FIRST)])  # what that loads, forks need not each load anew
        known, before = len(self._known), frozenset(self.notes)
        with forked(count, entries, _PIECE, work) as at_work:
            filling = Filling(self.store)
            if self.meanwhile:
                self.meanwhile()
            try:
                for message in at_work.messages():
                    some = _PARSED.decode(message)
                    numbers = filling.put(_content(parsed) for parsed in some)
                    for parsed in some:
                        self._put(parsed, numbers.get(bytes.fromhex(parsed.facts.digest)))
                    self._tell(len(self.notes) - len(before), len(entries))
            except ForkFailed:  # what is half filled is worth nothing
                filling.abandon()
                del self._known[known:]
                self.notes = {path: note for path, note in self.notes.items() if path in before}
                raise
        if name := self.files.name:
            filling.done(lambda _: {name: msgpack.encode(self._known)})
        else:
            filling.abandon()

    def _put(self, parsed: Parsed, number: int | None) -> None:
        """Take a note that is in the store by now under a number, if it is."""
        if number is None:
            self._take(parsed)
            return
        self.notes[parsed.path] = self._shelf.stored(parsed.path, parsed.facts, number)
        self._is_remembered(parsed.path, parsed.facts, number)

    def _tell(self, done: int, count: int) -> None:
        if self.progress:
            self.progress(min(done, count), count)

    def _read_one(self, path: str) -> Source | None:
        entry = self._entries.get(path) or (self._entry_at(path) if self._entry_at else None)
        sources, problems = self.files.read_all([entry] if entry else [])
        for _, message in problems:
            raise Unreadable(Message(f"{path}\u00a0: {message.fr}", f"{path}: {message.en}"))
        return sources.get(path)

    def _hold_texts(self) -> None:
        """Read the texts that are known by their digests alone; a note that says something else now is read anew."""
        away = [self._entries[path] for path in self.notes if path not in self._whole]
        for at in range(0, len(away), _SOME):
            sources, problems = self.files.read_all(away[at : at + _SOME])
            same = {p: s for p, s in sources.items() if s.digest == self.notes[p].digest}
            self._shelf.hold({path: source.data for path, source in same.items()})
            for entry in away[at : at + _SOME]:
                if entry.path not in same:
                    del self.notes[entry.path]
            self.problems += problems
            for path, source in sources.items():
                if path not in same:
                    self.notes[path] = parse_note(path, source.text, source.digest, source.readonly)

    # -------------------------------------------------------------------------- what is kept

    def _contents(self) -> Iterator[Content]:
        for path, (note, oid) in self._whole.items():
            parsed = Parsed(path, oid, _facts(note), _packed(note))
            if parsed.parts is not None:
                self._fresh[path] = parsed
        self._whole = {}
        for parsed in self._fresh.values():
            if parsed.parts is not None:
                yield _content(parsed)

    def _state(self, numbers: dict[bytes, int]) -> bytes:
        self._known = [one for one in self._known if self._is_kept(one.number)]
        for path, parsed in self._fresh.items():
            number = numbers.get(bytes.fromhex(parsed.facts.digest))
            if number is not None:
                self._shelf.number(path, number)
                self._is_remembered(path, parsed.facts, number)
        self._fresh = {}
        return msgpack.encode(self._known)

    def _is_kept(self, number: int) -> bool:
        return not self.store.is_new and number not in self.store.lost


def _decoded(data: bytes | None) -> dict[str, Known]:
    try:
        return {one.path: one for one in _KNOWN.decode(data)} if data else {}
    except DecodeError:
        return {}


def _content(parsed: Parsed) -> Content:
    assert parsed.parts is not None
    facts = parsed.facts
    return Content(
        bytes.fromhex(facts.digest), parsed.oid, msgpack.encode(facts), **structs.asdict(parsed.parts)
    )


def _parsed(note: Note, data: bytes, traits: int = 0) -> Parsed:
    if not note.readonly:
        note.size = len(data)
    return Parsed(note.path, _oid(data), _facts(note, traits), _packed(note))


def _packed(note: Note) -> PackedNote | None:
    try:
        return pack(note)
    except NotPackable:
        return None


def _facts(note: Note, traits: int = 0) -> Facts:
    return Facts(note.digest, note.readonly, note.category, note.marks | traits, note.size)


def _oid(data: bytes) -> bytes:
    """Return git's name for a file of these bytes, in a repository of the usual kind (SHA-1)."""
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).digest()
