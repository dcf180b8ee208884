"""What can be done where the cursor stands: the fixes of what is wrong there, and the wishes for a region or a note."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lsprotocol import types
from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    CodeActionParams,
    Command,
    TextDocumentEdit,
    WorkspaceEdit,
)

from vaultkit.diagnostics import Diagnostic
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import find_regions
from vaultkit.shell.acts.act import Kept
from vaultkit.shell.acts.fixing import fixes
from vaultkit.shell.acts.keeping import kept
from vaultkit.shell.language.commands import ADOPT, EXPLAIN, PUSH, RELEASE
from vaultkit.shell.language.diagnosing import as_typed, found_in
from vaultkit.shell.language.workspace import Workspace, offset_of, position_of, range_of, workspace_edit
from vaultkit.text import Message, Span

FIX = CodeActionKind.QuickFix.value
REWRITE = f"{CodeActionKind.RefactorRewrite.value}.vaultkit"
FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.vaultkit"
#: The kinds of actions, as the server announces them.
KINDS: tuple[str, ...] = (FIX, REWRITE, FIX_ALL)
#: For so many diagnostics in a range fixes are offered one by one.
_MOST = 40


def code_actions(workspace: Workspace, params: CodeActionParams) -> list[CodeAction]:
    """Return what can be done in a range of a note, of the kinds that are asked for."""
    uri = params.text_document.uri
    note, path = workspace.note(uri), workspace.path_of(uri)
    if note is None or path is None:
        return []
    start, end = (offset_of(note.lines, place) for place in (params.range.start, params.range.end))
    here = _Here(workspace, uri, note, Span(start, max(start, end)))
    only = params.context.only
    actions: list[CodeAction] = []
    if _wanted(FIX, only):
        actions += here.fixes(params.context.diagnostics)
    if _wanted(REWRITE, only):
        actions += here.rewrites()
    if only and _wanted(FIX_ALL, only):
        actions += here.fix_all()
    return actions


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether an action of this kind is asked for: all are, or one of the kinds that it belongs to."""
    return not only or any(kind == one or kind.startswith(one + ".") or not one for one in only)


class _Here:
    """A range of a note as an editor has it."""

    def __init__(self, workspace: Workspace, uri: str, note: Note, span: Span) -> None:
        self.workspace, self.uri, self.note, self.span = workspace, uri, note, span
        self.session = workspace.session

    # -------------------------------------------------------------------------------- fixes

    def fixes(self, shown: Collection[types.Diagnostic]) -> Iterator[CodeAction]:
        """Yield the fixes of what is wrong in the range or `shown` for it, and what explains each kind of it."""
        found = self._found(shown)
        typed = as_typed(found, self.note.lines, self.workspace.language)
        if self.session.blocked(self.note) is None:
            for diagnostic, one in zip(found, typed, strict=True):
                yield from self._fixes_of(diagnostic, one)
        for kind in dict.fromkeys(diagnostic.kind for diagnostic in found):
            title = Message(f"Expliquer {kind.code} ({kind.name})", f"Explain {kind.code} ({kind.name})")
            about = [one for one in typed if one.code == kind.code]
            yield self._command(title, FIX, EXPLAIN, kind.code, about=about)

    def _found(self, shown: Collection[types.Diagnostic]) -> list[Diagnostic]:
        named = {(one.code, one.range.start.line, one.range.start.character) for one in shown}
        found = []
        for each in found_in(self.session, self.note.path):
            start = position_of(self.note.lines, each.finding.span.start)
            if self._touches(each.finding.span) or (each.kind.code, start.line, start.character) in named:
                found.append(each)
        return found[:_MOST]

    def _fixes_of(self, diagnostic: Diagnostic, shown: types.Diagnostic) -> Iterator[CodeAction]:
        finding, said = diagnostic.finding, diagnostic.finding.message
        is_only = not (finding.fix and finding.adds)
        if finding.fix:
            title = Message(f"Corriger\u00a0: {said.fr}", f"Fix: {said.en}")
            yield self._edit(title, finding.fix, shown, is_only)
        if finding.adds:
            title = Message(f"Ajouter ce qui manque\u00a0: {said.fr}", f"Put in what is missing: {said.en}")
            yield self._edit(title, finding.adds, shown, is_only)

    def fix_all(self) -> Iterator[CodeAction]:
        """Yield the safe fixes of the whole note as one; what they uncover is for the next time."""
        found = [one for one in found_in(self.session, self.note.path) if one.finding.fix]
        changes = fixes(self.session, found)
        if changes.writes:
            title = Message("Faire toutes les corrections sûres", "Make all the safe fixes")
            yield CodeAction(
                title.of(self.workspace.language), FIX_ALL, edit=workspace_edit(self.workspace, changes)
            )

    # ------------------------------------------------------------------------------- wishes

    def rewrites(self) -> Iterator[CodeAction]:
        """Yield what can be wished for the kept units in the range, and for the note."""
        for unit in kept(self.session, self.note.path):
            if self._touches(unit.span):
                yield from self._of_kept(unit)
        if find_regions(self.note).regions:
            yield from self._rebuild()
        elif (known := self.session.gathering.gathered.get(self.note.path)) is not None and known.active:
            title = Message(
                "Préparer cette synthèse\u00a0: des repères autour de ses zones",
                "Adopt this synthesis: markers around its regions",
            )
            yield self._command(title, REWRITE, ADOPT, self.uri)

    def _rebuild(self) -> Iterator[CodeAction]:
        changes = self.session.plan(only={self.note.path}).changes
        if changes.writes:
            title = Message(
                "Mettre à jour les zones de cette note", "Bring the regions of this note up to date"
            )
            said = title.of(self.workspace.language)
            yield CodeAction(said, REWRITE, edit=workspace_edit(self.workspace, changes))

    def _of_kept(self, unit: Kept) -> Iterator[CodeAction]:
        if unit.target is not None and unit.proposal is not None:
            name = unit.target.rsplit("/", 1)[-1].removesuffix(".md")
            title = Message(f"Reporter dans «\u00a0{name}\u00a0»", f"Push into '{name}'")
            yield self._command(title, REWRITE, PUSH, self.uri, unit.id)
        title = Message(
            "Ne plus garder à la main\u00a0: reprendre le texte généré", "Release: take the generated text"
        )
        yield self._command(title, REWRITE, RELEASE, self.uri, unit.id)

    # ------------------------------------------------------------------------------- inside

    def _touches(self, span: Span) -> bool:
        return span.start <= self.span.end and self.span.start <= span.end

    def _edit(
        self, title: Message, edits: Sequence[Edit], shown: types.Diagnostic, is_only: bool
    ) -> CodeAction:
        buffer = self.workspace.buffers.get(self.note.path)
        document = types.OptionalVersionedTextDocumentIdentifier(self.uri, buffer.version if buffer else None)
        lines = self.note.lines
        typed = [types.TextEdit(range_of(lines, edit.span), edit.text) for edit in edits]
        return CodeAction(
            title.of(self.workspace.language),
            FIX,
            diagnostics=[shown],
            is_preferred=is_only or None,
            edit=WorkspaceEdit(document_changes=[TextDocumentEdit(document, typed)]),
        )

    def _command(
        self,
        title: Message,
        kind: str,
        command: str,
        *arguments: str,
        about: Collection[types.Diagnostic] | None = None,
    ) -> CodeAction:
        said = title.of(self.workspace.language)
        run = Command(said, command, arguments=list(arguments))
        return CodeAction(said, kind, diagnostics=list(about) if about else None, command=run)
