"""`report`: the client's document, in one format or several."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from vaultkit.diagnostics import Diagnostic, Finding, Kind, Severity
from vaultkit.errors import Refused, VaultkitError
from vaultkit.render.deliverable.model import Format, Leak
from vaultkit.shell import report as reporting
from vaultkit.shell.commands.context import Context, open_context
from vaultkit.shell.console import paint
from vaultkit.shell.deliverable import naming, writing
from vaultkit.shell.deliverable.brand import brand_of
from vaultkit.shell.deliverable.documents import Document, document
from vaultkit.shell.deliverable.making import Made, Wanted, made
from vaultkit.shell.deliverable.pictures import drawn
from vaultkit.shell.names import find_note, vault_path
from vaultkit.shell.placed import Placed, placed
from vaultkit.shell.progress import Progress
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message, Span, one_line

if TYPE_CHECKING:
    from vaultkit.render.refresh import Outcome as RegionOutcome
    from vaultkit.shell.deliverable.delivering import Delivered

_LEAK = Kind("", "leak", Severity.ERROR)
#: So many things are named in one remark.
_SOME = 4
_SETTING = Message("Mise en page", "Setting the pages")


class Outcome(Struct):
    """What came of a command: the files by format, their pages, what to say of them, and why others are not there."""

    files: dict[Format, str] = field(default_factory=dict)
    pages: int | None = None
    remarks: list[Message] = field(default_factory=list)
    failed: list[VaultkitError] = field(default_factory=list)
    delivered: Delivered | None = None


def report(arguments: Namespace) -> int:
    """Run `report NOTE --to FORMAT`; return its exit code: 1 for a leak, with which nothing is written."""
    formats = naming.formats_of(arguments.to, arguments.output)
    _check_output(arguments.output, formats, arguments.json)
    _check_empty(arguments)
    _check_delivery(arguments)
    context = open_context(arguments)
    session = context.session
    path = find_note(session.index, session.root, arguments.note)
    what = made(session, _wanted(arguments, path))
    leaks = _placed_leaks(context, [*what.report.leaks, *_earlier_leaks(what, formats)])
    if leaks:
        _tell_leaks(context, leaks, what, arguments.json)
        return 1
    output = arguments.output
    places = {} if output == naming.OUTPUT else _places(what, formats, output)
    outcome = Outcome(remarks=[*what.remarks, *what.report.remarks])
    documents = _documents(context, what, formats, output, outcome)
    _write(context, what, documents, places, output, outcome)
    if arguments.deliver and not outcome.failed:
        _deliver(context, what, outcome)
    outcome.remarks += _without_source(context, path)
    stale = _stale_zones(context, path)
    if arguments.json:
        print(_document(context, outcome, stale))
    else:
        _tell(context, what, outcome, stale, output)
    return max((fault.exit_code for fault in outcome.failed), default=0)


def _wanted(arguments: Namespace, path: str) -> Wanted:
    return Wanted(
        path,
        datetime.now().astimezone().date(),
        arguments.domain or "",
        arguments.owner or "",
        arguments.language or "",
        arguments.names == "roles",
        arguments.since or "",
    )


def _check_output(output: str | None, formats: Sequence[Format], as_json: bool) -> None:
    if output == naming.OUTPUT and as_json:
        raise VaultkitError(
            Message(
                "--output - et --json se contredisent\u00a0: les deux parlent sur la sortie standard",
                "--output - and --json contradict: both speak on the standard output",
            )
        )
    if output == naming.OUTPUT and len(formats) > 1:
        raise VaultkitError(
            Message("--output - ne prend qu’un seul format", "--output - takes one format only")
        )


def _check_empty(arguments: Namespace) -> None:
    """Raise VaultkitError (2) for an option that says nothing: the extract asked for would be the whole report."""
    said = {
        "--domaine": arguments.domain,
        "--responsable": arguments.owner,
        "--since": arguments.since,
        "--output": arguments.output,
    }
    for name, value in said.items():
        if value is not None and not value.strip():
            raise VaultkitError(Message(f"{name} ne dit rien", f"{name} says nothing"))


def _check_delivery(arguments: Namespace) -> None:
    """Raise VaultkitError (2) for an extract that is to be delivered: it would pass for all that was said that day."""
    if arguments.deliver and (arguments.domain or arguments.owner):
        raise VaultkitError(
            Message(
                "--livrer garde le rapport entier\u00a0: sans --domaine ni --responsable",
                "--deliver keeps the whole report: without --domain and --owner",
            )
        )


# ---------------------------------------------------------------------------------------- the files


def _documents(
    context: Context, what: Made, formats: Sequence[Format], output: str | None, outcome: Outcome
) -> dict[Format, Document]:
    """Return the documents that can be made; why the others cannot is in `outcome`."""
    session = context.session
    brand, told = brand_of(session.settings, session.root)
    outcome.remarks += told
    pictures, told = drawn(what.report, session.root, brand) if set(formats) - {Format.XLSX} else ({}, [])
    outcome.remarks += told
    done: dict[Format, Document] = {}
    with Progress(_SETTING, context.language) as progress:
        for at, one in enumerate(formats):
            progress.told(at, len(formats))
            try:
                folder = _folder_of(what, output)
                done[one] = document(one, what.report, pictures, brand, folder, what.before)
            except VaultkitError as fault:
                outcome.failed.append(fault)
    return done


def _stem(what: Made) -> str:
    """Return the name of the files: of an extract, or in another language, it is not that of the whole report."""
    selection = what.selection
    other = what.mission is not None and selection.language != what.mission.language
    asked = [
        selection.domain,
        selection.owner,
        selection.language if other else "",
        "roles" * selection.roles,
    ]
    return naming.stem_of(what.report, what.material.today, asked)


def _places(what: Made, formats: Sequence[Format], output: str | None) -> dict[Format, Path]:
    return naming.targets(formats, output, Path(), _stem(what))


def _folder_of(what: Made, output: str | None) -> str:
    """Return the name of the folder for the pictures of a Markdown document."""
    if output in (None, naming.OUTPUT) or naming.is_folder(Path(output)):
        return f"{_stem(what)} – images"
    known = Path(output)
    return f"{known.stem if known.suffix.lower() == '.md' else known.name} – images"


def _write(
    context: Context,
    what: Made,
    documents: Mapping[Format, Document],
    places: Mapping[Format, Path],
    output: str | None,
    outcome: Outcome,
) -> None:
    """Put documents in their places; what is wrong with one does not keep the others from theirs."""
    for made_so in documents.values():
        outcome.pages = made_so.pages or outcome.pages
        outcome.remarks += made_so.remarks
    if output == naming.OUTPUT:
        for made_so in documents.values():
            sys.stdout.flush()
            sys.stdout.buffer.write(made_so.data)
            sys.stdout.buffer.flush()
        return
    for one, made_so in documents.items():
        try:
            target = _allowed(context, places[one], output)
            written = writing.put(target, made_so.data)
            writing.put_beside(target.parent / _folder_of(what, output), made_so.beside)
        except VaultkitError as fault:
            outcome.failed.append(fault)
            continue
        outcome.files[one] = str(written.path)
        if written.remark is not None:
            outcome.remarks.append(written.remark)


def _allowed(context: Context, target: Path, output: str | None) -> Path:
    """Return where a document may be written: a name of ours gives way to a note of the vault, one given is refused."""
    path = vault_path(context.session.root, target)
    if path is None or path not in context.session.index.notes:
        return target
    if output is None:
        return writing.free_name(target)
    raise writing.refuse_note(target)


def _deliver(context: Context, what: Made, outcome: Outcome) -> None:
    """Keep a frozen copy of the report in the vault."""
    from vaultkit.shell.deliverable.delivering import deliver

    if what.mission is None or what.material.record is None:
        said = Message(
            "--livrer demande une synthèse ouverte\u00a0: aucune copie n’est gardée",
            "--deliver needs an open synthesis: no copy is kept",
        )
        outcome.failed.append(VaultkitError(said))
        return
    try:
        done = deliver(context.session, what.mission, what.report, what.material.record, what.material.today)
    except VaultkitError as fault:
        outcome.failed.append(fault)
        return
    outcome.failed += [Refused(why) for _, why in done.done.refused]
    outcome.remarks += done.done.notices
    outcome.delivered = done


# ------------------------------------------------------------------------------------- what is said


def _stale_zones(context: Context, path: str) -> list[str]:
    """Return the regions of the note that are not what a rebuild would make them."""
    return [one.region.key for one in _outcomes(context, path) if one.stale]


def _without_source(context: Context, path: str) -> Iterator[Message]:
    """Yield a remark on what the regions of the note still say though no note does, and nobody keeps it by hand."""
    left = [f for one in _outcomes(context, path) for f in one.held if f.sourceless and not f.kept]
    if left:
        said = list(dict.fromkeys(one_line(fate.place or fate.after) for fate in left))
        more = ", …" if len(said) > _SOME else ""
        yield Message(
            f"le rapport montre ce qu’aucune note ne dit plus ({', '.join(said[:_SOME])}{more})\u00a0: "
            "vaultkit rebuild --prune l’enlève",
            f"the report shows what no note says any more ({', '.join(said[:_SOME])}{more}): "
            "vaultkit rebuild --prune takes it away",
        )


def _outcomes(context: Context, path: str) -> Sequence[RegionOutcome]:
    """Return what a rebuild of the note would find in its regions."""
    if context.session.target(path) is None:
        return ()
    refreshed = context.session.plan(only={path}).refreshed.get(path)
    return refreshed.outcomes if refreshed else ()


def _tell(context: Context, what: Made, outcome: Outcome, stale: Sequence[str], output: str | None) -> None:
    for line in _warnings(outcome, stale):
        context.voice.warn(line)
    if output == naming.OUTPUT or not outcome.files:
        return
    count = _counts(what, outcome, context.language)
    files = ", ".join(f"«\u00a0{harmless(file)}\u00a0»" for file in outcome.files.values())
    listed = ", ".join(f"'{harmless(file)}'" for file in outcome.files.values())
    context.voice.say(f"✔ Rapport écrit\u00a0: {files}{count}", f"✔ Report written: {listed}{count}")
    if outcome.delivered and not outcome.delivered.done.refused:
        said = outcome.delivered.words
        undo = " (annuler\u00a0: vaultkit undo)", " (undo: vaultkit undo)"
        after = ("", "") if outcome.delivered.known else undo
        context.voice.say(f"✔ {said.fr}{after[0]}", f"✔ {said.en}{after[1]}")


def _warnings(outcome: Outcome, stale: Sequence[str]) -> Iterator[Message]:
    for said in dict.fromkeys(outcome.remarks):
        yield Message(f"⚠ {harmless(said.fr)}", f"⚠ {harmless(said.en)}")
    if stale:
        zones = ", ".join(stale)
        yield Message(
            f"⚠ la synthèse n’est pas à jour ({zones})\u00a0: vaultkit rebuild, puis refaire le rapport",
            f"⚠ the synthesis is stale ({zones}): vaultkit rebuild, then make the report again",
        )
    for fault in {fault.message: fault for fault in outcome.failed}.values():
        yield Message(f"✖ {harmless(fault.message.fr, chr(10))}", f"✖ {harmless(fault.message.en, chr(10))}")


def _counts(what: Made, outcome: Outcome, language: str) -> str:
    front = what.report.front
    urgent = len(front.urgent) if front else 0
    pages = outcome.pages
    if language == "fr":
        parts = [reporting.nombre(pages, "page")] if pages else []
        parts += [reporting.nombre(urgent, "point urgent", "points urgents")] if urgent else []
    else:
        parts = [reporting.number(pages, "page")] if pages else []
        parts += [reporting.number(urgent, "urgent point")] if urgent else []
    return f" ({', '.join(parts)})" if parts else ""


def _earlier_leaks(what: Made, formats: Sequence[Format]) -> Iterator[Leak]:
    """Yield what leaks from the earlier text, which a Word document holds as tracked changes."""
    if what.before is None or Format.DOCX not in formats:
        return
    hint = Message(
        "ce mot est dans le texte d’avant, que Word garde en changement suivi\u00a0: partir d’un état plus récent, "
        "ou écrire un autre format",
        "this word stands in the earlier text, which Word keeps as a tracked change: start from a later state, "
        "or write another format",
    )
    for leak in what.before.leaks:
        yield Leak(leak.path, Finding(Span(0, 0), leak.finding.message, hint))


def _placed_leaks(context: Context, leaks: Sequence[Leak]) -> list[Placed]:
    return placed((Diagnostic(_LEAK, leak.path, leak.finding) for leak in leaks), context.session.lines)


def _tell_leaks(context: Context, leaks: Sequence[Placed], what: Made, as_json: bool) -> None:
    """Say what would have got out, where it stands, and that nothing was written."""
    if as_json:
        found = [_leak_as_json(each, context.language) for each in leaks]
        print(reporting.document(written=[], pages=None, remarks=[], leaks=found, stale=[], delivered=None))
        return
    word = paint(Message("erreur", "error").of(context.language), "31")
    for each in leaks:
        finding = each.diagnostic.finding
        place = f"{harmless(each.diagnostic.path)}:{each.line}:{each.column}"
        print(f"{place}: {word} {harmless(finding.message.of(context.language))}")
        if finding.hint:
            print(f"    → {harmless(finding.hint.of(context.language))}")
    context.voice.warn(
        Message(
            f"✖ des mots de l’atelier sortiraient ({len(leaks)})\u00a0; rien n’a été écrit",
            f"✖ words of the workshop would get out ({len(leaks)}); nothing was written",
        )
    )


def _leak_as_json(each: Placed, language: str) -> dict[str, object]:
    finding = each.diagnostic.finding
    return {
        "path": each.diagnostic.path,
        "line": each.line,
        "column": each.column,
        "end_line": each.end_line,
        "end_column": each.end_column,
        "message": finding.message.of(language),
        "hint": finding.hint.of(language) if finding.hint else None,
    }


def _document(context: Context, outcome: Outcome, stale: Sequence[str]) -> str:
    return reporting.document(
        written=[
            {"format": str(one), "path": path.replace("\\", "/")} for one, path in outcome.files.items()
        ],
        pages=outcome.pages,
        remarks=[said.of(context.language) for said in dict.fromkeys(outcome.remarks)],
        errors=list(dict.fromkeys(fault.message.of(context.language) for fault in outcome.failed)),
        leaks=[],
        stale=list(stale),
        delivered=outcome.delivered.path if outcome.delivered else None,
    )
