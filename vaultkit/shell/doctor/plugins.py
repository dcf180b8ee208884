"""Obsidian's community plugins: which settings of theirs harm notes, or the work on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vaultkit.diagnostics import Severity
from vaultkit.shell.doctor.remark import Remark, broken, caution
from vaultkit.shell.doctor.surroundings import Json, Surroundings, mapping, texts
from vaultkit.text import Message

LINTER, GIT = "obsidian-linter", "obsidian-git"

#: Community plugins that write a date into a note after each change, by id
#: (obsidianmd/obsidian-releases `community-plugins.json`).
DATING = {
    "update-time-on-edit": "Update time on edit",
    "frontmatter-modified-date": "Update modified date",
    "update-time": "Update Time",
}
#: Community plugins that run prettier on notes with settings of their own.
PRETTIER = {
    "prettier": "Prettier",
    "prettier-format": "Format Automatically with Prettier",
    "obsidian-plugin-prettier": "Prettier Format",
    "format-with-prettier": "Format with Prettier",
}


def linter(around: Surroundings) -> Iterator[Remark]:
    """Rules of Obsidian Linter that harm French text or what vaultkit reads.

    Keys and effects from platers/obsidian-linter `src/rules/*.ts` and its test vault's `data.json`.
    """
    settings = around.plugin(LINTER)
    if settings is None or _leaves_missions(around, settings):
        return
    rules = mapping(settings.get("ruleConfigs"))
    harmful = [(key, why) for key, harms, why in RULES if harms(mapping(rules.get(key)))]
    if not harmful:
        return
    alone = settings.get("lintOnSave") is True or settings.get("lintOnFileChange") is True
    when_fr = "à chaque enregistrement" if alone else "quand on la lance"
    when_en = "at each save" if alone else "when it is run"
    yield Remark(
        "linter-rules",
        Severity.WARNING,
        Message(
            f"des règles de l’extension Linter abîment le texte {when_fr}",
            f"rules of the Linter plugin harm the text {when_en}",
        ),
        f".obsidian/plugins/{LINTER}/data.json",
        "ruleConfigs",
        tuple(Message(f"{key}\u00a0: {why.fr}", f"{key}: {why.en}") for key, why in harmful),
        Message(
            "les désactiver dans Réglages → Linter, ou y exclure le dossier de la mission",
            "switch them off in Settings → Linter, or exclude the mission's folder there",
        ),
    )


def _leaves_missions(around: Surroundings, settings: Json) -> bool:
    """Whether the folders that the Linter is told to leave alone hold every synthesis."""
    folders = tuple(f"{one.strip('/')}/" for one in texts(settings.get("foldersToIgnore")) if one.strip("/"))
    missions = around.session.missions if around.session else ()
    return bool(missions) and all(mission.path.startswith(folders) for mission in missions)


def dating(around: Surroundings) -> Iterator[Remark]:
    """Plugins that write after each write: the app re-writes the whole frontmatter, comments and quotes go.

    `processFrontMatter` keeps neither (alangrainger/obsidian-frontmatter-modified-date issues 24 and 63).
    """
    found = [DATING[one] for one in sorted(around.enabled & DATING.keys())]
    stamps = mapping(mapping((around.plugin(LINTER) or {}).get("ruleConfigs")).get("yaml-timestamp"))
    if _on(stamps) and stamps.get("date-modified", True) is True:
        found.append("Linter (yaml-timestamp)")
    if found:
        names = ", ".join(found)
        yield caution(
            "dates-on-save",
            Message(
                f"{names} récrit les propriétés d’une note après chaque changement, ceux de vaultkit aussi",
                f"{names} rewrites a note's properties after each change, those by vaultkit too",
            ),
            Message(
                "en exclure le dossier des synthèses, ou la désactiver\u00a0; git tient déjà ces dates",
                "exclude the folder of the syntheses, or switch it off; git keeps these dates anyway",
            ),
            ".obsidian/community-plugins.json",
        )


def prettier_plugins(around: Surroundings) -> Iterator[Remark]:
    """Plugins that format with prettier inside the app, where `proseWrap` can be set too."""
    for plugin in sorted(around.enabled & PRETTIER.keys()):
        settings = around.plugin(plugin) or {}
        wrap = settings.get("proseWrap", mapping(settings.get("options")).get("proseWrap"))
        if wrap in ("always", "never"):
            yield broken(
                "prettier-prose-wrap",
                Message(
                    f"l’extension {PRETTIER[plugin]} fait passer le texte d’un encadré dans son titre",
                    f"the plugin {PRETTIER[plugin]} draws the text of a callout into its title",
                ),
                Message("y mettre proseWrap sur «\u00a0preserve\u00a0»", "set proseWrap to 'preserve' there"),
                f".obsidian/plugins/{plugin}/data.json",
                "proseWrap",
            )


def git_plugin(around: Surroundings) -> Iterator[Remark]:
    """`mergeStrategy` ours or theirs takes one side of each conflict without a word.

    Passed to git as `--strategy-option` (Vinzent03/obsidian-git `src/gitManager/simpleGit.ts`).
    """
    strategy = (around.plugin(GIT) or {}).get("mergeStrategy")
    if strategy in ("ours", "theirs"):
        yield caution(
            "git-plugin-strategy",
            Message(
                "l’extension Git tranche chaque conflit sans rien dire "
                f"(mergeStrategy «\u00a0{strategy}\u00a0»)\u00a0: le texte de l’autre côté se perd",
                f"the Git plugin settles each conflict without a word (mergeStrategy '{strategy}'): "
                "the text of the other side is lost",
            ),
            Message(
                "Réglages → Git → Merge strategy\u00a0: None\u00a0; puis vaultkit hook install --merge-driver",
                "Settings → Git → Merge strategy: None; then vaultkit hook install --merge-driver",
            ),
            f".obsidian/plugins/{GIT}/data.json",
            "mergeStrategy",
        )


def _on(rule: Json) -> bool:
    return rule.get("enabled") is True


def _trims_breaks(rule: Json) -> bool:
    return _on(rule) and rule.get("two-space-line-break") is not True


def _straightens(rule: Json) -> bool:
    single = rule.get("single-quote-enabled", True) is True and rule.get("single-quote-style", "''") == "''"
    double = rule.get("double-quote-enabled", True) is True and rule.get("double-quote-style", '""') == '""'
    return _on(rule) and (single or double)


def _eats_blanks(rule: Json) -> bool:
    said = rule.get("characters-to-remove-space-before", ",!?;:).’”]")
    return _on(rule) and isinstance(said, str) and not set("!?;:»").isdisjoint(said)


def _capitalizes(rule: Json) -> bool:
    return _on(rule) and rule.get("style", "Title Case") == "Title Case"


def _sorts(rule: Json) -> bool:
    return _on(rule) and rule.get("yaml-sort-order-for-other-keys", "None") != "None"


def _removes_keys(rule: Json) -> bool:
    keys = rule.get("yaml-keys-to-remove", "")
    told = " ".join(str(one) for one in keys) if isinstance(keys, list) else str(keys)
    words = {word.strip(" :\"'") for word in told.replace(",", " ").split()}
    return _on(rule) and not OURS.isdisjoint(words)


#: The properties without which vaultkit does not find a note's place.
OURS = frozenset({"category", "scope", "domaine", "synthese", "backlinks", "priorite", "statut", "ordre"})

#: A rule's key, whether its settings harm, and why. Each is off by default; only what is switched on is told.
RULES: tuple[tuple[str, Callable[[Json], bool], Message], ...] = (
    (
        "trailing-spaces",
        _trims_breaks,
        Message(
            "ôte les deux blancs qui font un saut de ligne (activer «\u00a0Two space linebreak\u00a0»)",
            "cuts off the two blanks that make a line break (switch on 'Two Space Linebreak')",
        ),
    ),
    (
        "remove-space-before-or-after-characters",
        _eats_blanks,
        Message(
            "ôte le blanc que le français met devant : ; ! ?",
            "cuts off the blank that French puts before : ; ! ?",
        ),
    ),
    (
        "quote-style",
        _straightens,
        Message(
            "redresse les apostrophes et guillemets (’ devient ')",
            "straightens apostrophes and quotes (’ becomes ')",
        ),
    ),
    (
        "capitalize-headings",
        _capitalizes,
        Message("met une majuscule à chaque mot des titres", "capitalizes each word of a heading"),
    ),
    (
        "auto-correct-common-misspellings",
        _on,
        Message(
            "change «\u00a0adresse\u00a0» en «\u00a0address\u00a0», «\u00a0exemple\u00a0» en «\u00a0example\u00a0»",
            "changes the French 'adresse' into 'address', 'exemple' into 'example'",
        ),
    ),
    (
        "remove-hyphenated-line-breaks",
        _on,
        Message(
            "efface un tiret suivi d’un blanc («\u00a0sous- et sur-\u00a0»)",
            "drops a hyphen before a blank ('pre- and post-')",
        ),
    ),
    (
        "yaml-key-sort",
        _sorts,
        Message("change l’ordre des propriétés à chaque passage", "puts properties in another order"),
    ),
    (
        "remove-yaml-keys",
        _removes_keys,
        Message("ôte des propriétés dont vaultkit a besoin", "removes properties that vaultkit needs"),
    ),
    (
        "two-spaces-between-lines-with-content",
        _on,
        Message("ajoute des blancs ou <br> à la fin des lignes", "adds blanks or <br> to the end of lines"),
    ),
)

#: In the order in which they are told.
PLUGIN_CHECKS = (linter, prettier_plugins, dating, git_plugin)
