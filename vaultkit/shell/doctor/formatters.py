"""Tools that rewrite Markdown outside Obsidian: which settings of theirs harm notes.

What each does was tried on the sample of a mission: mdformat 1.0.0, prettier 3.10.1, remark-cli 12.0.1,
markdownlint-cli2 0.22.1 and pre-commit-hooks' trailing-whitespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultkit.diagnostics import Severity
from vaultkit.shell.doctor.lenient import editorconfig, read_jsonc, read_yaml
from vaultkit.shell.doctor.remark import Remark, broken, caution, works
from vaultkit.shell.doctor.surroundings import Json, Surroundings, items, mapping, texts
from vaultkit.text import Message

_PRETTIER = (".prettierrc", ".prettierrc.json", ".prettierrc.json5", ".prettierrc.yaml", ".prettierrc.yml")
_REMARK = (".remarkrc", ".remarkrc.json", ".remarkrc.yaml", ".remarkrc.yml", ".remarkrc.js", ".remarkrc.mjs")
_MARKDOWNLINT = (".markdownlint.json", ".markdownlint.jsonc", ".markdownlint.yaml", ".markdownlint.yml")
#: Plugins with which mdformat leaves wikilinks alone; the first was tried, the others say so on PyPI.
_MDFORMAT_PLUGINS = ("mdformat-wikilink", "mdformat-wiki", "mdformat-space-control")
#: Two blanks that make a line break: running text goes on in the next line.
_BREAK = re.compile(r"[^ \t\r\n] {2,}\r?\n(?![ \t>]*+(?:[-*+#|\r\n]|\d{1,9}[.)]|\Z))")
_TAG_FIRST = re.compile(r"(?m)^#(?=[^\W\d])")


def mdformat(around: Surroundings) -> Iterator[Remark]:
    r"""mdformat writes `[[x]]` as `\[[x]\]`: each link is dead (hukkin/mdformat issue 387); a plugin helps."""
    for path, hook in around.commit_hooks():
        added = texts(hook.get("additional_dependencies"))
        if hook.get("id") == "mdformat" and not any(one.startswith(_MDFORMAT_PLUGINS) for one in added):
            yield _mdformat(
                path,
                "repos.hooks.additional_dependencies",
                Message(
                    "ajouter mdformat-wikilink et mdformat-frontmatter à additional_dependencies",
                    "add mdformat-wikilink and mdformat-frontmatter to additional_dependencies",
                ),
            )
            return
    for path, values in around.toml(".mdformat.toml"):
        extensions = texts(values.get("extensions"))
        if not any(one.startswith("wiki") for one in extensions):
            yield _mdformat(
                path,
                "extensions",
                Message(
                    "installer mdformat-wikilink et mdformat-frontmatter, "
                    'puis extensions = ["wikilink", "frontmatter"]',
                    "install mdformat-wikilink and mdformat-frontmatter, "
                    'then extensions = ["wikilink", "frontmatter"]',
                ),
            )
        return


def _mdformat(path: str, key: str, todo: Message) -> Remark:
    message = Message(
        "mdformat écrit \\[[Note]\\] pour [[Note]]\u00a0: tous les liens meurent",
        "mdformat writes \\[[Note]\\] for [[Note]]: every link dies",
    )
    return broken("mdformat-wikilinks", message, todo, path, key)


def prettier(around: Surroundings) -> Iterator[Remark]:
    """`proseWrap` other than `preserve` draws the text of a callout into its title; else prettier only re-pads.

    https://prettier.io/docs/options#prose-wrap; the default leaves lines as they are.
    """
    found = [*around.values(_PRETTIER, _json_or_yaml)]
    found += [(p, mapping(v["prettier"])) for p, v in around.jsonc("package.json") if "prettier" in v]
    if not found or _ignores_notes(around):
        return
    path, values = found[0]
    wrap, key = _prose_wrap(values)
    if wrap in ("always", "never"):
        yield broken(
            "prettier-prose-wrap",
            Message(
                f"prettier avec proseWrap «\u00a0{wrap}\u00a0» fait passer le texte d’un encadré dans son titre",
                f"prettier with proseWrap '{wrap}' draws the text of a callout into its title",
            ),
            Message(
                'écrire "proseWrap": "preserve", ou *.md dans .prettierignore',
                'write "proseWrap": "preserve", or *.md in .prettierignore',
            ),
            path,
            key,
        )
        return
    yield works(
        "prettier",
        Message(
            "prettier ne change que la mise en page\u00a0: vaultkit s’y retrouve",
            "prettier changes only the layout: vaultkit sees through it",
        ),
        path,
    )


def _json_or_yaml(text: str) -> object:
    return read_jsonc(text) if text.lstrip("\ufeff \t\r\n").startswith("{") else read_yaml(text)


def _prose_wrap(values: Json) -> tuple[object, str]:
    """Return the `proseWrap` that holds for notes, and its key; an override for `*.md` wins."""
    for override in items(values.get("overrides")):
        files = mapping(override).get("files")
        options = mapping(mapping(override).get("options"))
        named = (files,) if isinstance(files, str) else texts(files)
        if "proseWrap" in options and any(".md" in one or "md," in one for one in named):
            return options["proseWrap"], "overrides.options.proseWrap"
    return values.get("proseWrap"), "proseWrap"


def _ignores_notes(around: Surroundings) -> bool:
    ways = {"*.md", "**/*.md", "*", "**", "**/*"}
    return any(not ways.isdisjoint(c.text.split()) for c in around.configs(".prettierignore"))


def remark(around: Surroundings) -> Iterator[Remark]:
    r"""remark writes `\[\[x]]` for `[[x]]` and `\[!danger]` for a callout, unless a plugin of it knows both."""
    for config in around.configs(*_REMARK):
        if "wiki" not in config.text and "obsidian" not in config.text.lower():
            yield _remark(config.path, "plugins")
            return
    for path, values in around.jsonc("package.json"):
        if "remarkConfig" in values and "wiki" not in str(values["remarkConfig"]):
            yield _remark(path, "remarkConfig.plugins")
            return


def _remark(path: str, key: str) -> Remark:
    return broken(
        "remark-wikilinks",
        Message(
            "remark échappe les crochets\u00a0: [[Note]] et > [!danger] deviennent du texte",
            "remark escapes brackets: [[Note]] and > [!danger] become plain text",
        ),
        Message(
            "ne pas l’appliquer aux notes (*.md dans .remarkignore), ou lui donner remark-wiki-link",
            "keep it off the notes (*.md in .remarkignore), or give it remark-wiki-link",
        ),
        path,
        key,
    )


def markdownlint(around: Surroundings) -> Iterator[Remark]:
    """With `--fix` MD018 turns `#tag` at the start of a line into `# tag`, a heading.

    https://github.com/DavidAnson/markdownlint/blob/main/doc/md018.md; said only where notes hold such lines.
    """
    fixing = _fixing(around)
    if fixing is None or any(
        _without_md018(values) for _, values in around.values(_MARKDOWNLINT, _json_or_yaml)
    ):
        return
    lines = sum(len(_TAG_FIRST.findall(note.text)) for note in around.notes)
    if lines:
        path, key = fixing
        yield broken(
            "markdownlint-tags",
            Message(
                f"markdownlint corrige #étiquette en début de ligne en titre «\u00a0# étiquette\u00a0» ({lines} ici)",
                f"markdownlint turns #tag at the start of a line into a heading '# tag' ({lines} here)",
            ),
            Message(
                'mettre "MD018": false dans .markdownlint.json', 'put "MD018": false into .markdownlint.json'
            ),
            path,
            key,
        )


def _fixing(around: Surroundings) -> tuple[str, str] | None:
    """Return where markdownlint is told to fix what it finds."""
    for path, hook in around.commit_hooks():
        if str(hook.get("id", "")).startswith("markdownlint") and (
            "--fix" in texts(hook.get("args")) or "fix" in str(hook["id"])
        ):
            return path, "repos.hooks.args"
    for path, values in around.jsonc(".markdownlint-cli2.jsonc"):
        if values.get("fix") is True:
            return path, "fix"
    for path, values in around.jsonc(".vscode/settings.json"):
        actions = mapping(values.get("editor.codeActionsOnSave"))
        if actions.get("source.fixAll.markdownlint") in (True, "explicit", "always"):
            return path, "editor.codeActionsOnSave"
    return None


def _without_md018(values: Json) -> bool:
    said = values.get("MD018", values.get("no-missing-space-atx"))
    return said is False or (said is None and values.get("default") is False)


def trailing_spaces(around: Surroundings) -> Iterator[Remark]:
    """Two spaces at the end of a line are a line break of Markdown; editors and hooks trim them.

    `trim_trailing_whitespace` of https://editorconfig.org, `files.trimTrailingWhitespace` of VS Code, and
    the hook `trailing-whitespace` without `--markdown-linebreak-ext`, which by default trims notes too.
    """
    places = [*_trimming_editors(around), *_trimming_hooks(around)]
    lines = sum(len(_BREAK.findall(note.text)) for note in around.notes) if places else 0
    if not lines:
        return
    s = "s" if lines > 1 else ""
    path, key, todo = places[0]
    told = [(f"{path}, {key}", todo) for path, key, todo in places]
    yield Remark(
        "trailing-spaces",
        Severity.WARNING,
        Message(
            f"les blancs en fin de ligne sont ôtés\u00a0: {lines} saut{s} de ligne des notes en sont faits",
            f"blanks at the end of a line are cut off: {lines} line break{s} of the notes are made of them",
        ),
        path,
        key,
        tuple(Message(f"{where}\u00a0: {what.fr}", f"{where}: {what.en}") for where, what in told[1:]),
        todo,
    )


def _trimming_editors(around: Surroundings) -> Iterator[tuple[str, str, Message]]:
    off = Message(
        "ajouter [*.md] trim_trailing_whitespace = false", "add [*.md] trim_trailing_whitespace = false"
    )
    for config in around.configs(".editorconfig"):
        said, top = editorconfig(config.text, "note.md")
        if said.get("trim_trailing_whitespace") == "true":
            yield config.path, "trim_trailing_whitespace", off
        if top or "trim_trailing_whitespace" in said:
            break
    key = "files.trimTrailingWhitespace"
    for path, values in around.jsonc(".vscode/settings.json"):
        if mapping(values.get("[markdown]")).get(key, values.get(key)) is True:
            line = f'"[markdown]": {{"{key}": false}}'
            yield path, key, Message(f"ajouter {line}", f"add {line}")


def _trimming_hooks(around: Surroundings) -> Iterator[tuple[str, str, Message]]:
    todo = Message("ajouter args: [--markdown-linebreak-ext=md]", "add args: [--markdown-linebreak-ext=md]")
    for path, hook in around.commit_hooks():
        kept = any("markdown-linebreak-ext" in one for one in texts(hook.get("args")))
        if hook.get("id") == "trailing-whitespace" and not kept and "md" not in str(hook.get("exclude", "")):
            yield path, "repos.hooks.args", todo


def line_ends(around: Surroundings) -> Iterator[Remark]:
    """Obsidian's editor saves LF: a tool that asks for CRLF has each note rewritten whole, back and forth."""
    for config in around.configs(".editorconfig"):
        said, top = editorconfig(config.text, "note.md")
        if said.get("end_of_line") in ("crlf", "cr"):
            yield caution(
                "line-ends",
                Message(
                    "cet éditeur enregistre en CRLF, Obsidian en LF\u00a0: chaque note change tout entière",
                    "this editor saves CRLF, Obsidian LF: each note changes as a whole",
                ),
                Message("ajouter [*.md] end_of_line = lf", "add [*.md] end_of_line = lf"),
                config.path,
                "end_of_line",
            )
        if top or "end_of_line" in said:
            return


#: In the order in which they are told.
FORMATTER_CHECKS = (mdformat, remark, prettier, markdownlint, trailing_spaces, line_ends)
