"""`graph`: who leads where, for a person, and as JSON, GraphML, DOT, Mermaid or a canvas."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.render.graph_json import graph_json
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context
from vaultkit.shell.names import find_note, vault_path
from vaultkit.text import Message
from vaultkit.vault.graph import EdgeKind
from vaultkit.vault.links import closest_name
from vaultkit.vault.view import GraphEdge, GraphView, view_of

#: For how many names that no note has the nearest one is looked up: each costs a pass over all names.
HINTS = 200
KINDS = {
    EdgeKind.LINK: Message("lien", "link"),
    EdgeKind.EMBED: Message("intégration", "embed"),
    EdgeKind.PROPERTY: Message("propriété", "property"),
    EdgeKind.GENERATED: Message("zone", "region"),
}


def graph(arguments: Namespace) -> int:
    """Run the command; it says nothing is wrong, so its exit code is 0."""
    context = open_context(arguments, arguments.root)
    session = context.session
    ignores = session.app.ignores()
    if arguments.format not in (None, "json") and (
        arguments.backlinks or arguments.orphans or arguments.unresolved
    ):
        raise VaultkitError(
            Message(
                f"--format {arguments.format} dessine le graphe\u00a0; une liste se dit en texte ou en json",
                f"--format {arguments.format} draws the graph; a list is told as text or json",
            )
        )
    if arguments.backlinks:
        path = _file(context, arguments.backlinks)
        found = [edge for edge in view_of(session.graph).edges if edge.resolved and edge.target == path]
        _show(
            arguments,
            {"backlinks": graph_json(GraphView((), tuple(found)))["edges"]},
            _backlinks(context, path, found),
        )
        return 0
    centre = _file(context, arguments.around) if arguments.around else None
    view = view_of(session.graph, lambda path: path != centre and ignores(path))
    if centre is not None:
        view = view.around(centre, max(arguments.depth, 0))
    if arguments.orphans:
        orphans = view.orphans
        _show(arguments, {"orphans": list(orphans)}, orphans)
    elif arguments.unresolved:
        unresolved = _unresolved(context, view)
        _show(arguments, {"unresolved": unresolved}, _tell_unresolved(context, unresolved))
    elif arguments.format:
        print(_exported(context, view, arguments.format).removesuffix("\n"))
    else:
        for line in _summary(context, view):
            print(line)
    return 0


def _file(context: Context, said: str) -> str:
    """Return the path of the note or other file that a person means."""
    session = context.session
    for base in (Path.cwd(), session.root):
        path = vault_path(session.root, base / said)
        if path is not None and path in session.index:
            return path
    return find_note(session.index, session.root, said)


def _show(arguments: Namespace, as_json: dict[str, object], lines: Iterable[str]) -> None:
    if arguments.format == "json":
        print(report.document(**as_json))
    else:
        for line in lines:
            print(line)


def _exported(context: Context, view: GraphView, form: str) -> str:
    """Return the view in a format; what writes it is loaded when it is asked for."""
    missions = context.session.missions
    match form:
        case "graphml":
            from vaultkit.vault.network import graphml

            return graphml(view)
        case "dot":
            from vaultkit.render.graph_dot import dot

            return dot(view)
        case "mermaid":
            from vaultkit.render.graph_mermaid import mermaid

            return mermaid(view, missions)
        case "canvas":
            from vaultkit.render.graph_canvas import canvas

            return canvas(view, missions)
        case _:
            return report.as_document(graph_json(view))


def _backlinks(context: Context, path: str, found: list[GraphEdge]) -> Iterator[str]:
    for edge in found:
        yield f"{edge.source}:{edge.line}: {KINDS[edge.kind].of(context.language)} {edge.linktext}"
    if not found:
        yield Message(f"Aucun lien ne mène à {path}.", f"No link leads to {path}.").of(context.language)


def _unresolved(context: Context, view: GraphView) -> list[dict[str, object]]:
    """Return the targets that no file has, each once, with the nearest name and the places that say it."""
    places: dict[str, list[GraphEdge]] = {}
    for edge in view.edges:
        if not edge.resolved:
            places.setdefault(edge.target, []).append(edge)
    index = context.session.index
    return [
        {
            "target": target,
            "nearest": closest_name(index, target) if number < HINTS else None,
            "places": [{"path": edge.source, "line": edge.line} for edge in edges],
        }
        for number, (target, edges) in enumerate(sorted(places.items()))
    ]


def _tell_unresolved(context: Context, found: list[dict[str, object]]) -> Iterator[str]:
    french = context.language == "fr"
    for one in found:
        hint = one["nearest"]
        near = (
            (f"  (peut-être [[{hint}]]\u00a0?)" if french else f"  (did you mean [[{hint}]]?)")
            if hint
            else ""
        )
        yield f"[[{one['target']}]]{near}"
        places = one["places"]
        for place in places if isinstance(places, list) else ():
            yield f"    {place['path']}:{place['line']}"


def _summary(context: Context, view: GraphView) -> Iterator[str]:
    """Yield what there is to know of the graph, in a few lines, and the next commands to type."""
    from vaultkit.vault.network import bridges, components

    number, nombre, french = report.number, report.nombre, context.language == "fr"
    resolved = sum(edge.resolved for edge in view.edges)
    nowhere = len({edge.target for edge in view.edges if not edge.resolved})
    parts = [part for part in components(view) if len(part) > 1]
    spans, alone = bridges(view), len(view.orphans)
    if french:
        yield f"{nombre(len(view.nodes), 'fichier')}, {nombre(resolved, 'lien')}."
        yield f"  liens sans note au bout : {nombre(nowhere, 'nom')}  (vaultkit graph --unresolved)"
        yield f"  {nombre(alone, 'note isolée', 'notes isolées')}, sans aucun lien  (vaultkit graph --orphans)"
        yield f"  {nombre(len(parts), 'ensemble')} de notes qui se tiennent"
        yield f"  {nombre(len(spans), 'pont')} : seul lien entre deux parties"
    else:
        yield f"{number(len(view.nodes), 'file')}, {number(resolved, 'link')}."
        yield f"  links to no note: {number(nowhere, 'name')}  (vaultkit graph --unresolved)"
        yield f"  {number(alone, 'isolated note')}, without any link  (vaultkit graph --orphans)"
        yield f"  {number(len(parts), 'group')} of notes that hang together"
        yield f"  {number(len(spans), 'bridge')}: the only link between two parts"
    for one, other in spans[:5]:
        yield f"    {one} — {other}"
    if len(spans) > 5:
        yield f"    … {len(spans) - 5}"
    yield (
        "À dessiner\u00a0: vaultkit graph --format canvas > Graphe.canvas"
        if french
        else "To draw it: vaultkit graph --format canvas > Graph.canvas"
    )
