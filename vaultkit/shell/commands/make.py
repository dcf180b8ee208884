"""`init` and `new`: a vault prepared, notes from templates that pass validation, and the notes of a référentiel."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime

from vaultkit.audit.model import Mission
from vaultkit.audit.words import HEADINGS, HORIZONS, LABELS, UNDEFINED, Horizon, Priority
from vaultkit.edits import Changes, Write, apply_edits
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import scalar
from vaultkit.shell import resources
from vaultkit.shell.commands.context import Context, open_context, tell_refused, tell_undo
from vaultkit.shell.commands.overview import advice, look
from vaultkit.shell.planning import rewritten
from vaultkit.shell.session import Session
from vaultkit.text import Message, fold, nfc
from vaultkit.vault.links import linktext, written_link

#: The domains that a new mission begins with, by language.
DOMAINS = {
    "fr": (
        "🔐 Sécurité & accès",
        "📧 Courriel & échanges",
        "🗄️ Fichiers & archivage",
        "💰 Facturation & paiements",
    ),
    "en": ("🔐 Security & access", "📧 Mail & exchanges", "🗄️ Files & archiving", "💰 Billing & payments"),
    "de": (
        "🔐 Sicherheit & Zugang",
        "📧 Mail & Austausch",
        "🗄️ Dateien & Archiv",
        "💰 Rechnungen & Zahlungen",
    ),
}
_SYNTHESIS_NAME = {"fr": "Synthèse – {}", "en": "Synthesis – {}", "de": "Synthese – {}"}
_INTERVIEW_NAME = {"fr": "Entretien – {}", "en": "Interview – {}", "de": "Gespräch – {}"}
_TEMPLATES = "mission, synthese, domaine, entretien, referentiel"
_FORBIDDEN = '*"\\<>:|?#^[]'


def init(arguments: Namespace) -> int:
    """Run `init`: settings, templates and schemas into the vault, where they are not there yet."""
    context = open_context(arguments, arguments.root or arguments.vault or ".")
    session = context.session
    writes = [Write("vaultkit.toml", _toml(context), None, (), "init")]
    folder = session.settings.templates_folder.rstrip("/")
    for name, text in resources.preset_templates():
        writes.append(Write(f"{folder}/{name}", text, None, (), "init"))
    schemas = session.settings.schemas_folder.rstrip("/")
    for name, text in resources.preset_schemas():
        writes.append(Write(f"{schemas}/{name}", text, None, (), "init"))
    missing = tuple(write for write in writes if not (session.root / write.path).exists())
    done = session.apply(Changes(missing), "init")
    look(context)
    for write in done.written:
        print(f"  + {write.path}")
    if not missing:
        context.voice.say("Déjà préparé, rien n’a été écrit.", "Prepared already, nothing was written.")
    tell_undo(context, done)
    advice(context)
    return tell_refused(context, done.refused)


def _toml(context: Context) -> str:
    own = context.session.language
    return (
        "# vaultkit. Tout a une valeur par défaut ; ce fichier peut rester vide. / Everything has a default.\n\n"
        "[vault]\n"
        "# Langue des textes calculés et des messages / language of what is generated: fr, en, de\n"
        f'language = "{own}"\n\n'
        "[templates]\n"
        "# Dossier des modèles de ce coffre / folder of this vault's own templates\n"
        f'folder = "{context.session.settings.templates_folder}"\n\n'
        "[schemas]\n"
        "# Ce que les notes doivent contenir, par catégorie / what the notes of a category have to hold\n"
        f'folder = "{context.session.settings.schemas_folder}"\n\n'
        "[check]\n"
        "# Remarques à taire, par code ou par nom / remarks that are not said, by code or name (vaultkit explain)\n"
        "ignore = []\n\n"
        "[hook]\n"
        "# Synthèse pas à jour lors d’un commit / stale synthesis in a commit: block, warn, rebuild\n"
        "# Sans valeur : block, ou warn avec le plugin Git d’Obsidian / empty: block, warn with Obsidian's Git plugin\n"
        'stale = ""\n'
    )


def new(arguments: Namespace) -> int:
    """Run `new TEMPLATE NAME`; return its exit code."""
    context = open_context(arguments)
    if fold(arguments.template) == "referentiel":
        return _new_referentiel(context, arguments.name)
    name = nfc(arguments.name.removesuffix(".md")).strip("/ ")
    if not name or any(char in name for char in _FORBIDDEN):
        raise VaultkitError(
            Message(
                f"«\u00a0{arguments.name}\u00a0» ne peut pas être un nom de note (sans {_FORBIDDEN})",
                f"'{arguments.name}' cannot be the name of a note (without {_FORBIDDEN})",
            )
        )
    made = (
        _new_mission(context, name, arguments)
        if arguments.template == "mission"
        else _new_note(context, name, arguments)
    )
    made = _refreshed(context.session, made)
    taken = [note.path for note in made if note.path in context.session.index.notes]
    if taken:
        raise VaultkitError(Message(f"{taken[0]} existe déjà", f"{taken[0]} exists already"))
    done = context.session.apply(Changes(tuple(Write(n.path, n.text, None, (), "new") for n in made)), "new")
    for write in done.written:
        print(f"  + {write.path}")
    tell_undo(context, done)
    return tell_refused(context, done.refused)


def _new_referentiel(context: Context, said: str) -> int:
    """Write the notes of a référentiel into the vault, where they are not there yet; return the exit code."""
    from vaultkit.shell.referentiels import planned

    plan = planned(context.session, said)
    done = context.session.apply(Changes(plan.writes), "new")
    if done.written:
        print(f"  + {plan.folder}/ ({plan.count(len(done.written)).of(context.language)})")
    for message in plan.told:
        context.voice.tell(message)
    tell_undo(context, done)
    if done.written:
        context.voice.tell(plan.advice)
    return tell_refused(context, done.refused)


def _new_mission(context: Context, client: str, arguments: Namespace) -> list[Note]:
    language = context.session.language
    synthesis = _SYNTHESIS_NAME[language].format(client.rsplit("/", 1)[-1])
    scope = arguments.scope or client.rsplit("/", 1)[-1]
    labels = DOMAINS[language]
    names = [" ".join(label.split()[1:]) for label in labels]
    interview = _INTERVIEW_NAME[language].format(scope)
    paths = [f"{client}/{name}.md" for name in (synthesis, names[0])]
    planned = context.session.index.with_notes(parse_note(path, "") for path in paths)
    links = [written_link(planned, path, f"{client}/x.md", context.session.app) for path in paths]
    common = _common(language, scope, synthesis, arguments) | {"synthesis_link": links[0]}
    notes = [
        _note(context, "synthese", f"{client}/{synthesis}", common | {"children": [*names, interview]}),
        _note(
            context,
            "entretien",
            f"{client}/{interview}",
            common | {"domain": names[0], "domain_link": links[1]},
        ),
    ]
    for order, (label, name) in enumerate(zip(labels, names, strict=True), 1):
        notes.append(_note(context, "domaine", f"{client}/{name}", common | {"label": label, "order": order}))
    return notes


def _new_note(context: Context, name: str, arguments: Namespace) -> list[Note]:
    session = context.session
    mission = _mission_for(context, arguments)
    language = mission.language if mission else session.language
    scope = arguments.scope or (mission.scope if mission else "")
    if not scope:
        raise VaultkitError(
            Message(
                'dire pour quelle mission\u00a0: --scope "Client"', 'say for which mission: --scope "Client"'
            )
        )
    link = linktext(session.index, mission.path) if mission else ""
    folder = mission.path.rpartition("/")[0] if mission else ""
    path = f"{folder}/{name}" if folder and "/" not in name else name
    base = name.rsplit("/", 1)[-1]
    values = _common(language, scope, link, arguments) | {
        "label": base,
        "order": 0,
        "domain": "",
        "children": [],
        "synthesis_link": written_link(session.index, mission.path, path, session.app) if mission else "",
    }
    return [_note(context, arguments.template, path, values)]


def _mission_for(context: Context, arguments: Namespace) -> Mission | None:
    """Return the mission that a new note belongs to: of `--scope`, else the only active one."""
    active = [mission for mission in context.session.missions if mission.active]
    if arguments.scope:
        wanted = nfc(arguments.scope).casefold()
        return next((mission for mission in active if nfc(mission.scope).casefold() == wanted), None)
    return active[0] if len(active) == 1 else None


def _common(language: str, scope: str, synthesis: str, arguments: Namespace) -> dict[str, object]:
    return {
        "language": language,
        "labels": LABELS[language],
        "headings": {str(topic): by[language][0] for topic, by in HEADINGS.items()},
        "horizons": [HORIZONS[horizon][language][0] for horizon in Horizon],
        "priorities": ", ".join(str(priority) for priority in Priority),
        "undefined": UNDEFINED[language],
        "scope": scope,
        "scope_yaml": scalar(scope),
        "synthesis": synthesis,
        "consultant": scalar(arguments.consultant) if arguments.consultant else "",
        "date": datetime.now().astimezone().date().isoformat(),
    }


def _note(context: Context, template: str, path: str, values: Mapping[str, object]) -> Note:
    """Render a note template; raises VaultkitError (2) for one that is unknown or faulty."""
    from vaultkit.render.templates import TemplateFault, Templates

    session = context.session
    text = resources.note_template(session.files, session.entries, session.settings, template)
    if text is None:
        raise VaultkitError(
            Message(
                f"aucun modèle «\u00a0{template}\u00a0» ({_TEMPLATES}, ou du coffre)",
                f"no template '{template}' ({_TEMPLATES}, or one of the vault)",
            )
        )
    name = path.rsplit("/", 1)[-1]
    try:
        rendered = Templates({}).render_text(
            text, f"{template}.md", {**values, "name": name, "name_yaml": scalar(name)}
        )
    except TemplateFault as fault:
        raise VaultkitError(
            Message(
                f"modèle {fault.name}, ligne {fault.line}\u00a0: {fault.message.fr}",
                f"template {fault.name}, line {fault.line}: {fault.message.en}",
            )
        ) from fault
    return parse_note(f"{path}.md", rendered)


def _refreshed(session: Session, made: list[Note]) -> list[Note]:
    """Return the new notes with their regions filled, so that a rebuild has nothing to do."""
    planned = session.with_notes(made)
    paths = {note.path for note in made}
    result = {note.path: note for note in made}
    for mission in planned.missions:
        if mission.path in paths and mission.active:
            refreshed = planned.refresh(mission)
            result[mission.path] = rewritten(
                mission.synthesis, apply_edits(mission.synthesis.text, refreshed.edits)
            )
    return list(result.values())
