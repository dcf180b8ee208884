"""What the command line takes: its commands, their arguments, and what the help screens say."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Callable
from typing import TYPE_CHECKING

from vaultkit import __version__
from vaultkit.settings import LANGUAGES, STALE_POLICIES

if TYPE_CHECKING:
    Parsers = _SubParsersAction[ArgumentParser]

ABOUT = """\
Tient la synthèse d’un coffre Obsidian à jour.
Keeps the synthesis of an Obsidian vault true."""

#: What the first help screen shows: the commands of every day.
EVERYDAY = """\
chaque jour / every day:
  vaultkit                 ce que vaultkit voit ici / what vaultkit sees here
  vaultkit adopt NOTE      préparer une synthèse / prepare a synthesis
  vaultkit rebuild         mettre les synthèses à jour / bring the syntheses up to date
  vaultkit push NOTE       reporter les mots gardés dans les notes / push kept words into the notes
  vaultkit watch           le faire tout seul, pendant qu’on écrit / do so by itself, while one writes
  vaultkit check           ce qui ne va pas / what is wrong
  vaultkit explain CODE    ce que veut dire une remarque / what a remark means
  vaultkit report NOTE     le document du client / the client's document
  vaultkit undo            annuler la dernière écriture / take the last write back

aussi / also: status, service, plugin, lsp, init, new, query, mv, graph, history, hook, schema, doctor, eject,
metadata, purge
(vaultkit COMMAND --help)"""

COMMANDS = {
    "adopt": (
        "Pose des repères autour du tableau, de la feuille de route et des liens ; rien d’autre ne change.",
        "Puts markers around recap, roadmap and links; nothing else changes.",
    ),
    "push": (
        "Reporte dans les notes filles ce qui est gardé à la main dans une synthèse.",
        "Pushes what is kept by hand in a synthesis into its child notes.",
    ),
    "eject": ("Retire les repères ; le texte reste.", "Takes the markers out; the text stays."),
    "rebuild": (
        "Met à jour les zones de toutes les synthèses.",
        "Brings the regions of every synthesis up to date.",
    ),
    "check": (
        "Dit ce qui ne va pas, où, et le remède ; code 1 s’il y a une erreur.",
        "Says what is wrong, where, and the remedy; 1 if there is an error.",
    ),
    "explain": (
        "Explique une remarque (VK203, unresolved-link), ou ce que vaultkit voit d’une note.",
        "Explains a remark (VK203, unresolved-link), or what vaultkit sees of a note.",
    ),
    "schema": (
        "Les schémas du coffre : les déduire des notes, ou suivre un changement de clés et de valeurs.",
        "The vault's schemas: inferred from its notes, or a change of keys and values carried through.",
    ),
    "hook": (
        "Vérifie chaque commit git du coffre.",
        "Checks each git commit of the vault.",
    ),
    "merge-driver": (
        "Fusionne trois versions d’une note pour git, qui l’appelle lui-même (0 : fait, 10 : conflits, 129 : échec).",
        "Merges three versions of a note for git, which calls it itself (0: done, 10: conflicts, 129: failed).",
    ),
    "doctor": (
        "Ce qui pourrait abîmer le coffre : réglages d’outils, extensions, git.",
        "What could harm the vault: settings of tools, plugins, git.",
    ),
    "graph": (
        "Qui mène où : un résumé, ou le graphe entier à dessiner.",
        "Who leads where: a summary, or the whole graph to draw.",
    ),
    "query": (
        "Répond à une requête Dataview, en Markdown, JSON ou CSV ; « - » la lit de l’entrée standard.",
        "Answers a Dataview query as Markdown, JSON or CSV; '-' reads it from standard input.",
    ),
    "mv": (
        "Renomme ou déplace un fichier, et réécrit les liens qui y mènent, comme Obsidian.",
        "Renames or moves a file and rewrites the links that lead to it, as Obsidian does.",
    ),
    "watch": (
        "Tient le coffre à jour pendant qu’on écrit ; Ctrl-C pour finir.",
        "Keeps the vault up to date while one writes; Ctrl-C to end.",
    ),
    "status": (
        "Dit si vaultkit watch surveille le coffre, ce qu’il a fait, ce qui attend et pourquoi.",
        "Says whether vaultkit watch watches the vault, what it did, what waits and why.",
    ),
    "service": (
        "Lance vaultkit watch à chaque ouverture de session ; sans rien d’autre, montre ce qui serait écrit.",
        "Starts vaultkit watch at each login; with nothing else, shows what would be written.",
    ),
    "plugin": (
        "Le plugin d’Obsidian dans ce coffre\u00a0: ses fichiers sont copiés, rien n’est téléchargé.",
        "The Obsidian plugin in this vault: its files are copied, nothing is downloaded.",
    ),
    "lsp": (
        "Le coffre dans n’importe quel éditeur : un serveur de langage (LSP), sur l’entrée et la sortie standard.",
        "The vault in any editor: a language server (LSP) over standard input and output.",
    ),
    "metadata": ("Chaque note comme Obsidian la voit, en JSON.", "Each note as Obsidian caches it, as JSON."),
    "report": (
        "Le document du client : DOCX, PDF, HTML, XLSX, PPTX ou Markdown, sans un mot de l’atelier.",
        "The client's document: DOCX, PDF, HTML, XLSX, PPTX or Markdown, without a word of the workshop.",
    ),
    "undo": (
        "Remet les notes comme avant la dernière écriture de vaultkit.",
        "Puts the notes back as they were before vaultkit's last write.",
    ),
    "history": ("Les écritures de vaultkit, la dernière d’abord.", "vaultkit's writes, the last one first."),
    "purge": (
        "Jette ce que vaultkit garde de ce coffre hors de lui : le cache, et le journal de plus de 90 jours.",
        "Drops what vaultkit keeps of this vault outside of it: the cache, and the journal beyond 90 days.",
    ),
    "init": (
        "Écrit vaultkit.toml et les modèles dans le coffre.",
        "Writes vaultkit.toml and the templates into the vault.",
    ),
    "new": (
        "Crée une note : mission, synthese, domaine, entretien, ou un modèle du coffre.\n"
        "new referentiel hygiene-numerique : les contrôles d’un référentiel, une note chacun.",
        "Makes a note from a template: one of these, or one of the vault's own.\n"
        "new referentiel hygiene-numerique: the controls of a référentiel, a note each.",
    ),
}

SHOW = "montre, n’écrit rien / show, write nothing"


def parser(first: str = "") -> ArgumentParser:
    """Return the parser of the whole command line, or of as much as a `first` word that is a command asks for."""
    top = ArgumentParser(
        "vaultkit",
        usage="vaultkit [--vault DIR] COMMAND",
        description=ABOUT,
        epilog=EVERYDAY,
        formatter_class=RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"vaultkit {__version__}")
    top.add_argument("--vault", metavar="DIR", help="le dossier du coffre / the vault's folder")
    top.set_defaults(run=("overview", "overview"))
    commands = top.add_subparsers(metavar="COMMAND", prog="vaultkit")
    for names, add in _GROUPS.items():
        if first not in COMMANDS or first in names:
            add(commands)
    return top


def _command(commands: Parsers, name: str, module: str, function: str) -> ArgumentParser:
    about = "\n".join(COMMANDS[name])
    made = commands.add_parser(name, description=about, formatter_class=RawDescriptionHelpFormatter)
    made.set_defaults(run=(module, function))
    made.add_argument(
        "--vault", metavar="DIR", dest="vault_here", help="le dossier du coffre / the vault's folder"
    )
    return made


def _adopt(commands: Parsers) -> None:
    made = _command(commands, "adopt", "adopt", "adopt")
    made.add_argument("note", metavar="NOTE", help="une partie du nom suffit / part of its name will do")
    made.add_argument(
        "--sections", action="store_true", help="aussi les sections de domaine / domain sections too"
    )
    made.add_argument("--diagnostic", action="store_true", help="aussi le diagnostic / the diagnosis too")
    made.add_argument(
        "--create-children", action="store_true", help="crée les notes filles / make missing child notes"
    )
    made.add_argument("--child", action="append", default=[], metavar="LABEL=NAME", help="section → note")
    made.add_argument("--push", action="store_true", help="reporte aussitôt les mots / push at once")
    _push_options(made)
    made = _command(commands, "push", "adopt", "push")
    made.add_argument("note", metavar="NOTE")
    made.add_argument("--child", action="append", default=[], metavar="LABEL=NAME", help="section → note")
    _push_options(made)
    made = _command(commands, "eject", "adopt", "eject_note")
    made.add_argument("note", metavar="NOTE")
    made.add_argument("--diff", action="store_true", help=SHOW)


def _push_options(made: ArgumentParser) -> None:
    made.add_argument(
        "--item", action="append", default=[], metavar="ITEM=NOTE", help="élément → note / item → note"
    )
    made.add_argument("--diff", action="store_true", help=SHOW)
    made.add_argument(
        "--yes", action="store_true", help="oui à tout ce qui est montré / yes to all that is shown"
    )


def _rebuild(commands: Parsers) -> None:
    made = _command(commands, "rebuild", "rebuild", "rebuild")
    made.add_argument("root", metavar="VAULT", nargs="?", help="le dossier du coffre / the vault's folder")
    made.add_argument(
        "--check", action="store_true", help="n’écrit rien, 1 si pas à jour / write nothing, 1 if stale"
    )
    made.add_argument("--diff", action="store_true", help=SHOW)
    made.add_argument("--dry-run", action="store_true", help="dit ce qui changerait / say what would change")
    made.add_argument(
        "--prune", action="store_true", help="enlève ce qui est sans source / drop what has no source"
    )
    made.add_argument(
        "--expect", type=int, metavar="N", help="n’écrit que si N notes changent / only if N would change"
    )
    made.add_argument(
        "--wait", action="store_true", help="attend que personne n’y tape / wait until nobody types there"
    )
    made.add_argument("--json", action="store_true")


def _check(commands: Parsers) -> None:
    made = _command(commands, "check", "check", "check")
    made.add_argument("paths", metavar="PATHS", nargs="*", help="notes ou dossiers / notes or folders")
    made.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    made.add_argument("--fix", action="store_true", help="fait les corrections sûres / make the safe fixes")
    made.add_argument("--add-missing", action="store_true", help="ajoute ce qui manque / add what is missing")
    made.add_argument("--diff", action="store_true", help=SHOW)
    made.add_argument(
        "--expect", type=int, metavar="N", help="n’écrit que si N notes changent / only if N would change"
    )
    made.add_argument(
        "--index",
        dest="run",
        action="store_const",
        const=("staged", "check_index"),
        help="juge ce que git va enregistrer / judge what git has staged",
    )
    made.add_argument(
        "--stale", choices=STALE_POLICIES, help="synthèse pas à jour, avec --index / stale, with --index"
    )
    made.add_argument(
        "--brief", action="store_true", help="quelques lignes, avec --index / a few lines, with --index"
    )
    made.add_argument(
        "--only", choices=("frontmatter",), help="ces remarques seulement / these remarks alone"
    )
    made.add_argument(
        "--write-baseline", action="store_true", help="accepte ce qui est là / accept what is there now"
    )
    made.add_argument(
        "--no-baseline", action="store_true", help="dit tout / say what the baseline accepts too"
    )
    made = _command(commands, "explain", "explain", "explain")
    made.add_argument("what", metavar="CODE|NOTE")
    _schema(commands)
    made = _command(commands, "metadata", "metadata", "metadata")
    made.add_argument("paths", metavar="PATHS", nargs="*", help="notes ou dossiers / notes or folders")


def _schema(commands: Parsers) -> None:
    made = _command(commands, "schema", "schema", "overview")
    steps = made.add_subparsers(metavar="infer|migrate")
    step = _step(steps, "infer", "schema", "infer", "déduit des notes / inferred from the notes")
    step.add_argument("categories", metavar="CATEGORY", nargs="*")
    step.add_argument("--write", action="store_true", help="écrit les fichiers / write the files")
    step.add_argument("--diff", action="store_true", help=SHOW)
    step = _step(steps, "migrate", "schema", "migrate", "change clés et valeurs / change keys and values")
    step.add_argument("paths", metavar="PATHS", nargs="*", help="notes ou dossiers / notes or folders")
    step.add_argument(
        "--rename", action="append", default=[], metavar="OLD=NEW", help="clé → clé / key → key"
    )
    step.add_argument(
        "--map", action="append", default=[], metavar="KEY:OLD=NEW", help="valeur → valeur / value → value"
    )
    step.add_argument("--diff", action="store_true", help=SHOW)
    step.add_argument(
        "--expect", type=int, metavar="N", help="n’écrit que si N notes changent / only if N would change"
    )


def _step(steps: Parsers, name: str, module: str, function: str, about: str) -> ArgumentParser:
    made = steps.add_parser(name, help=about, description=about)
    made.set_defaults(run=(module, function))
    return made


def _vault_of(step: ArgumentParser) -> None:
    """Let a step of a command take the vault as its argument, or with `--vault`."""
    about = "le dossier du coffre / the vault's folder"
    step.add_argument("--vault", metavar="DIR", dest="vault_here", default=SUPPRESS, help=about)
    step.add_argument("root", metavar="VAULT", nargs="?", help=about)


def _git(commands: Parsers) -> None:
    made = _command(commands, "hook", "hook", "status")
    steps = made.add_subparsers(metavar="install|uninstall")
    step = _step(steps, "install", "hook", "install", "installe / install")
    step.add_argument(
        "--vault", metavar="DIR", dest="vault_here", default=SUPPRESS, help="le coffre / the vault's folder"
    )
    step.add_argument(
        "--stale", choices=STALE_POLICIES, help="synthèse pas à jour / what to do with a stale synthesis"
    )
    step.add_argument(
        "--merge-driver", action="store_true", help="fusionne aussi les zones / merge regions too"
    )
    step = _step(steps, "uninstall", "hook", "uninstall", "retire / take out")
    step.add_argument(
        "--vault", metavar="DIR", dest="vault_here", default=SUPPRESS, help="le coffre / the vault's folder"
    )
    made = _command(commands, "merge-driver", "merge_driver", "merge_driver")
    made.add_argument("base", metavar="%O")
    made.add_argument("ours", metavar="%A")
    made.add_argument("theirs", metavar="%B")
    made.add_argument("path", metavar="%P", nargs="?", default="")
    made.add_argument("--marker-size", type=int, default=7, metavar="%L")
    _command(commands, "doctor", "doctor", "doctor").add_argument("--json", action="store_true")


def _watch(commands: Parsers) -> None:
    made = _command(commands, "watch", "watch", "watch")
    made.add_argument("root", metavar="VAULT", nargs="?", help="le dossier du coffre / the vault's folder")
    made.add_argument("--log-format", choices=("text", "json"), default="text")
    made.add_argument("--log-file", metavar="PATH", help="écrit le journal de bord ici / write the log here")
    made.add_argument(
        "--paranoid", action="store_true", help="compare à une lecture complète / compare with a full reading"
    )
    made = _command(commands, "status", "status", "status")
    made.add_argument("root", metavar="VAULT", nargs="?", help="le dossier du coffre / the vault's folder")
    made.add_argument("--json", action="store_true")
    made = _command(commands, "service", "service", "show")
    steps = made.add_subparsers(metavar="print|install|uninstall")
    for name, function, about in (
        ("print", "show", "montre ce qui serait écrit / show what would be written"),
        ("install", "install", "installe et démarre / install and start"),
        ("uninstall", "uninstall", "arrête et retire / stop and take out"),
    ):
        step = _step(steps, name, "service", function, about)
        _vault_of(step)


def _plugin(commands: Parsers) -> None:
    made = _command(commands, "plugin", "plugin", "status")
    steps = made.add_subparsers(metavar="install|uninstall|status")
    for name, about in (
        ("install", "copie le plugin dans le coffre / copy the plugin into the vault"),
        ("uninstall", "le retire / take it out"),
        ("status", "dit ce qui est en place / say what is in place"),
    ):
        step = _step(steps, name, "plugin", name, about)
        _vault_of(step)
        step.add_argument(
            "--config-folder", metavar="NAME", help="au lieu de .obsidian / instead of .obsidian"
        )
        if name == "status":
            step.add_argument("--json", action="store_true")
            continue
        step.add_argument(
            "--force", action="store_true", help="même modifié à la main / even if changed by hand"
        )
        if name == "install":
            step.add_argument(
                "--enable",
                action="store_true",
                help="l’active, Obsidian fermé / switch it on, Obsidian closed",
            )
        else:
            step.add_argument("--purge", action="store_true", help="ses réglages aussi / its settings too")


def _lsp(commands: Parsers) -> None:
    made = _command(commands, "lsp", "lsp", "lsp")
    made.add_argument("--stdio", action="store_true", help=SUPPRESS)  # what many editors add by themselves
    made.add_argument("--no-daemon", action="store_true", help="sans vaultkit watch / without vaultkit watch")


def _graph(commands: Parsers) -> None:
    made = _command(commands, "graph", "graph", "graph")
    made.add_argument("root", metavar="VAULT", nargs="?", help="le dossier du coffre / the vault's folder")
    made.add_argument("--format", choices=("json", "graphml", "dot", "mermaid", "canvas"))
    lists = made.add_mutually_exclusive_group()
    lists.add_argument("--orphans", action="store_true", help="notes isolées / notes without any link")
    lists.add_argument("--unresolved", action="store_true", help="liens sans note / links to no note")
    lists.add_argument("--backlinks", metavar="NOTE", help="ce qui mène à NOTE / what leads to NOTE")
    made.add_argument("--around", metavar="NOTE", help="NOTE et ses voisines / NOTE and its neighbours")
    made.add_argument("--depth", type=int, default=1, metavar="N", help="à N liens au plus / N links away")
    made = _command(commands, "query", "query", "query")
    made.add_argument("dql", metavar="DQL", nargs="?", default="-", help="la requête, ou - / the query, or -")
    made.add_argument("--origin", metavar="NOTE", help="la note où elle serait / the note that holds it")
    made.add_argument("--format", choices=("markdown", "json", "csv"), default="markdown")
    made.add_argument(
        "--batch", metavar="FILE", help="plusieurs questions, en JSON / many questions, as JSON"
    )
    made.add_argument("--now", metavar="ISO", help="l’heure qu’il est / the time it is")
    made.add_argument("--timezone", metavar="ZONE", help="le fuseau horaire / the time zone")
    made.add_argument("--times", metavar="FILE", help="les dates des fichiers, en JSON / the times of files")
    made.add_argument(
        "--strict", action="store_true", help="sans les ajouts de vaultkit / Dataview's language alone"
    )
    made.add_argument("--locale", metavar="TAG", help="la langue de l’app, fr-FR / the app's language")
    made = _command(commands, "mv", "move", "move")
    made.add_argument("old", metavar="OLD", help="note, fichier ou dossier / note, file or folder")
    made.add_argument("new", metavar="NEW", help="nouveau nom ou chemin / new name or path")
    made.add_argument("--diff", action="store_true", help=SHOW)


def _report(commands: Parsers) -> None:
    made = _command(commands, "report", "report", "report")
    made.add_argument("note", metavar="NOTE", help="une partie du nom suffit / part of its name will do")
    made.add_argument(
        "--to", action="append", default=[], metavar="FORMAT", help="docx, pdf, html, xlsx, pptx, md"
    )
    made.add_argument("--output", metavar="FILE", help="sinon dans le dossier courant / else in this folder")
    made.add_argument("--domaine", "--domain", dest="domain", metavar="DOMAIN")
    made.add_argument("--responsable", "--owner", dest="owner", metavar="NAME")
    made.add_argument("--langue", "--language", dest="language", choices=LANGUAGES)
    made.add_argument(
        "--noms",
        "--names",
        dest="names",
        choices=("roles",),
        help="les rôles, pas les noms / roles, no names",
    )
    made.add_argument(
        "--since", metavar="TAG|DATE|COMMIT", help="ce qui a changé depuis / what changed since then"
    )
    made.add_argument(
        "--livrer",
        "--deliver",
        dest="deliver",
        action="store_true",
        help="en garde une copie figée dans le coffre / keep a frozen copy in the vault",
    )
    made.add_argument("--json", action="store_true")


def _days(said: str) -> int:
    """Return a number of days; argparse says what is wrong with any other word."""
    days = int(said)
    if days < 0:
        raise ValueError(said)
    return days


def _journal(commands: Parsers) -> None:
    made = _command(commands, "undo", "journal", "undo_command")
    made.add_argument(
        "what", metavar="ID|NOTE", nargs="?", help="un numéro de history, ou une note / or a note"
    )
    made.add_argument("--since", metavar="TIME", help="tout depuis / all since 2026-11-22T14:30")
    made = _command(commands, "history", "journal", "history")
    made.add_argument("--limit", type=int, default=20, metavar="N")
    made = _command(commands, "purge", "purge", "purge")
    made.add_argument("root", metavar="VAULT", nargs="?", help="le dossier du coffre / the vault's folder")
    made.add_argument("--days", type=_days, default=90, metavar="N", help="garde N jours / keep N days")
    made.add_argument("--all", action="store_true", help="le journal entier aussi / the whole journal too")
    made.add_argument("--yes", action="store_true", help="sans question / without a question")


def _make(commands: Parsers) -> None:
    made = _command(commands, "init", "make", "init")
    made.add_argument("root", metavar="VAULT", nargs="?", help="le dossier du coffre / the vault's folder")
    made.add_argument("--preset", choices=("audit",), default="audit")
    made = _command(commands, "new", "make", "new")
    made.add_argument("template", metavar="TEMPLATE")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--scope", default="", help="la mission / the mission")
    made.add_argument("--consultant", default="")


#: What adds which commands, in the order in which they are listed where none of them was meant.
_GROUPS: dict[tuple[str, ...], Callable[[Parsers], None]] = {
    ("adopt", "push", "eject"): _adopt,
    ("rebuild",): _rebuild,
    ("check", "explain", "schema", "metadata"): _check,
    ("graph", "query", "mv"): _graph,
    ("hook", "merge-driver", "doctor"): _git,
    ("watch", "status", "service"): _watch,
    ("plugin",): _plugin,
    ("lsp",): _lsp,
    ("report",): _report,
    ("undo", "history", "purge"): _journal,
    ("init", "new"): _make,
}
