"""`doctor`: each check on a small vault that shows what harms it, and on one that does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from vaultkit.shell.doctor import formatters, own, place, plugins, repository
from vaultkit.shell.doctor.checkup import CHECKS, checkup
from vaultkit.shell.doctor.lenient import editorconfig, read_jsonc, read_yaml
from vaultkit.shell.doctor.surroundings import Surroundings

SYNTHESIS = "---\ncategory: synthese_globale\nscope: Cabinet\n---\n# Synthèse\n"
MDFORMAT = "repos:\n  - repo: https://github.com/hukkin/mdformat\n    hooks:\n      - id: mdformat\n"


def told(check, vault, **more):
    """What one check says of a vault: names with severities."""
    return [(remark.name, str(remark.severity)) for remark in check(Surroundings(vault.root, **more))]


def linted(vault, **settings):
    vault.write(".obsidian/community-plugins.json", '["obsidian-linter"]')
    vault.write(".obsidian/plugins/obsidian-linter/data.json", json.dumps(settings))
    return [*plugins.linter(Surroundings(vault.root))]


def git(folder, *arguments):
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.ch", *arguments],
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


# A vault as it is


def test_a_plain_vault_has_nothing_to_hear(vault):
    """
    == Synthèse.md
    ---
    category: synthese_globale
    scope: Cabinet
    ---
    # Synthèse
    """
    before = vault.snapshot()
    done = vault.run("doctor")
    assert (done.code, done.out, done.err) == (0, "✔ Nothing harms the notes.\n", "")
    assert vault.run("doctor", LC_ALL="fr_CH.UTF-8").out == "✔ Rien n’abîme les notes.\n"
    assert vault.snapshot() == before
    assert not vault.state.exists()


def test_what_breaks_comes_first_with_its_place_and_what_to_do(vault):
    vault.write("S.md", SYNTHESIS + "\n%% à revoir %%\n")
    vault.write(".pre-commit-config.yaml", MDFORMAT)
    done = vault.run("doctor", LC_ALL="fr_CH.UTF-8")
    assert done.code == 1
    assert done.out.splitlines() == [
        "✖ mdformat écrit \\[[Note]\\] pour [[Note]]\u00a0: tous les liens meurent",
        "    .pre-commit-config.yaml\u00a0: repos.hooks.additional_dependencies",
        "    → ajouter mdformat-wikilink et mdformat-frontmatter à additional_dependencies",
        "⚠ un commentaire %% d’une synthèse sort dans tout document fait par pandoc",
        "    S.md:7",
        "    → l’écrire <!-- ainsi -->, ou l’ôter avant d’exporter",
        "→ 1 point à corriger, 1 à regarder. Rien n’a été changé.",
    ]


def test_json_says_the_same_to_a_program(vault):
    vault.write(".pre-commit-config.yaml", MDFORMAT)
    done = vault.run("doctor", "--json")
    assert done.code == 1
    said = json.loads(done.out)
    assert said["schema_version"] == 1
    assert [(one["name"], one["severity"], one["path"]) for one in said["remarks"]] == [
        ("mdformat-wikilinks", "error", ".pre-commit-config.yaml")
    ]
    assert set(said["remarks"][0]) == {"name", "severity", "path", "key", "message", "details", "todo"}


def test_a_warning_alone_fails_nothing(vault):
    vault.write(".obsidian/app.json", '{"trashOption": "none"}')
    done = vault.run("doctor")
    assert done.code == 0
    assert done.out.endswith("→ 1 thing to look at, none that breaks notes. Nothing was changed.\n")


# Formatters


@pytest.mark.parametrize("added", ["mdformat-wikilink", "mdformat-wikilink==0.3.0"])
def test_mdformat_with_its_plugin_is_fine(vault, added):
    vault.write(".pre-commit-config.yaml", MDFORMAT)
    assert told(formatters.mdformat, vault) == [("mdformat-wikilinks", "error")]
    vault.write(".pre-commit-config.yaml", f"{MDFORMAT}        additional_dependencies: [{added}]\n")
    assert told(formatters.mdformat, vault) == []


def test_mdformat_by_its_own_settings(vault):
    vault.write(".mdformat.toml", "number = true\n")
    assert told(formatters.mdformat, vault) == [("mdformat-wikilinks", "error")]
    vault.write(".mdformat.toml", 'extensions = ["wikilink", "frontmatter"]\n')
    assert told(formatters.mdformat, vault) == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (".prettierrc", "proseWrap: always\n", [("prettier-prose-wrap", "error")]),
        (".prettierrc", '{"proseWrap": "never"}', [("prettier-prose-wrap", "error")]),
        (".prettierrc.json", '{"tabWidth": 2}', [("prettier", "info")]),
        (".prettierrc.json", '{"proseWrap": "preserve"}', [("prettier", "info")]),
        ("package.json", '{"prettier": {"proseWrap": "always"}}', [("prettier-prose-wrap", "error")]),
        ("package.json", '{"name": "x"}', []),
        (
            ".prettierrc",
            '{"proseWrap": "always", "overrides": [{"files": "*.md", "options": {"proseWrap": "preserve"}}]}',
            [("prettier", "info")],
        ),
    ],
)
def test_prettier_harms_where_it_wraps_prose(vault, name, text, expected):
    vault.write(name, text)
    assert told(formatters.prettier, vault) == expected


def test_prettier_that_leaves_notes_alone_is_not_told(vault):
    vault.write(".prettierrc", "proseWrap: always\n")
    vault.write(".prettierignore", "node_modules\n*.md\n")
    assert told(formatters.prettier, vault) == []


def test_remark_without_a_plugin_for_wikilinks(vault):
    vault.write(".remarkrc.json", '{"plugins": ["remark-gfm"]}')
    assert told(formatters.remark, vault) == [("remark-wikilinks", "error")]
    vault.write(".remarkrc.json", '{"plugins": ["remark-gfm", "remark-wiki-link"]}')
    assert told(formatters.remark, vault) == []


def test_markdownlint_makes_headings_of_tags(vault):
    """
    == N.md
    #réunion du lundi
    """
    hook = "repos:\n  - repo: x\n    hooks:\n      - id: markdownlint\n"
    vault.write(".pre-commit-config.yaml", hook)
    assert told(formatters.markdownlint, vault) == []
    vault.write(".pre-commit-config.yaml", f"{hook}        args: [--fix]\n")
    assert told(formatters.markdownlint, vault) == [("markdownlint-tags", "error")]
    vault.write(".markdownlint.jsonc", '{\n  // étiquettes\n  "MD018": false,\n}\n')
    assert told(formatters.markdownlint, vault) == []


@pytest.mark.parametrize(
    ("name", "harmful", "harmless"),
    [
        (
            ".editorconfig",
            "[*]\ntrim_trailing_whitespace = true\n",
            "[*]\ntrim_trailing_whitespace = true\n[*.{md,txt}]\ntrim_trailing_whitespace = false\n",
        ),
        (
            ".vscode/settings.json",
            '{"files.trimTrailingWhitespace": true}',
            '{"files.trimTrailingWhitespace": true, "[markdown]": {"files.trimTrailingWhitespace": false}}',
        ),
        (
            ".pre-commit-config.yaml",
            "repos:\n  - repo: x\n    hooks:\n      - id: trailing-whitespace\n",
            "repos:\n  - repo: x\n    hooks:\n      - id: trailing-whitespace\n"
            "        args: [--markdown-linebreak-ext=md]\n",
        ),
    ],
)
def test_line_breaks_made_of_blanks_are_cut_off(vault, name, harmful, harmless):
    vault.write("N.md", "Rue du Lac 3  \n1003 Lausanne\n")
    vault.write(name, harmful)
    assert told(formatters.trailing_spaces, vault) == [("trailing-spaces", "warning")]
    vault.write(name, harmless)
    assert told(formatters.trailing_spaces, vault) == []


def test_blanks_that_break_no_line_may_go(vault):
    vault.write("N.md", "- un  \n- deux  \n\nfin  \n")
    vault.write(".editorconfig", "[*]\ntrim_trailing_whitespace = true\n")
    assert told(formatters.trailing_spaces, vault) == []


def test_an_editor_that_saves_crlf(vault):
    vault.write(".editorconfig", "[*]\nend_of_line = crlf\n")
    assert told(formatters.line_ends, vault) == [("line-ends", "warning")]
    vault.write(".editorconfig", "[*]\nend_of_line = crlf\n[*.md]\nend_of_line = lf\n")
    assert told(formatters.line_ends, vault) == []


def test_settings_above_the_vault_count_up_to_the_top_of_the_repository(vault):
    vault.write("dossier/coffre/N.md", "x\n")
    vault.write(".prettierrc", "proseWrap: always\n")
    inner = Surroundings(vault.root / "dossier" / "coffre")
    assert [*formatters.prettier(inner)] == []
    git(vault.root, "init", "-q")
    [remark] = formatters.prettier(Surroundings(vault.root / "dossier" / "coffre"))
    assert remark.path == "../../.prettierrc"


# Plugins


def test_linter_rules_that_harm_french(vault):
    [remark] = linted(
        vault,
        lintOnSave=True,
        ruleConfigs={
            "quote-style": {"enabled": True, "single-quote-enabled": True, "single-quote-style": "''"},
            "remove-space-before-or-after-characters": {"enabled": True},
            "proper-ellipsis": {"enabled": True},
            "capitalize-headings": {"enabled": False},
        },
    )
    assert remark.message.fr == "des règles de l’extension Linter abîment le texte à chaque enregistrement"
    assert [detail.en.split(":")[0] for detail in remark.details] == [
        "remove-space-before-or-after-characters",
        "quote-style",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {"trailing-spaces": {"enabled": True, "two-space-line-break": True}},
        {"capitalize-headings": {"enabled": True, "style": "First letter"}},
        {"yaml-key-sort": {"enabled": True, "yaml-sort-order-for-other-keys": "None"}},
        {"remove-yaml-keys": {"enabled": True, "yaml-keys-to-remove": "cssclasses"}},
        {"quote-style": {"enabled": True, "single-quote-enabled": False, "double-quote-enabled": False}},
        {"quote-style": "broken"},
    ],
)
def test_linter_rules_set_so_that_they_do_not_harm(vault, rule):
    assert linted(vault, ruleConfigs=rule) == []


def test_a_linter_that_leaves_the_missions_alone_or_is_off_is_not_told(vault):
    vault.write("Mission/S.md", SYNTHESIS)
    rules = {"trailing-spaces": {"enabled": True}}
    assert linted(vault, ruleConfigs=rules) != []
    assert linted(vault, ruleConfigs=rules, foldersToIgnore=["Mission"]) == []
    vault.write(".obsidian/community-plugins.json", "[]")
    assert told(plugins.linter, vault) == []


def test_every_rule_of_the_linter_can_be_told(vault):
    rules = {key: {"enabled": True} for key, _, _ in plugins.RULES}
    rules["yaml-key-sort"]["yaml-sort-order-for-other-keys"] = "Ascending Alphabetical"
    rules["remove-yaml-keys"]["yaml-keys-to-remove"] = "scope\ndate"
    [remark] = linted(vault, ruleConfigs=rules)
    assert len(remark.details) == len(plugins.RULES)
    assert remark.message.en.endswith("when it is run")


def test_plugins_that_write_dates(vault):
    vault.write(".obsidian/community-plugins.json", '["dataview"]')
    assert told(plugins.dating, vault) == []
    vault.write(".obsidian/community-plugins.json", '["update-time-on-edit"]')
    assert told(plugins.dating, vault) == [("dates-on-save", "warning")]


def test_prettier_inside_the_app(vault):
    vault.write(".obsidian/community-plugins.json", '["prettier-format"]')
    assert told(plugins.prettier_plugins, vault) == []
    vault.write(".obsidian/plugins/prettier-format/data.json", '{"proseWrap": "always"}')
    assert told(plugins.prettier_plugins, vault) == [("prettier-prose-wrap", "error")]


@pytest.mark.parametrize(("strategy", "count"), [("theirs", 1), ("ours", 1), ("none", 0)])
def test_the_git_plugin_that_takes_one_side(vault, strategy, count):
    vault.write(".obsidian/community-plugins.json", '["obsidian-git"]')
    vault.write(".obsidian/plugins/obsidian-git/data.json", json.dumps({"mergeStrategy": strategy}))
    assert told(plugins.git_plugin, vault) == [("git-plugin-strategy", "warning")] * count


# The vault itself


def test_wrong_settings_are_told_and_end_nothing(vault):
    vault.write("vaultkit.toml", "[vault]\nlanguage = 'fr'\n")
    assert told(own.settings, vault) == [("settings", "info")]
    vault.write("vaultkit.toml", "[vault]\nlangage = 'fr'\n")
    vault.write(".prettierrc", "proseWrap: always\n")
    done = vault.run("doctor")
    assert (done.code, done.err) == (1, "")
    assert "vault.langage" in done.out
    assert "proseWrap" in done.out


def test_a_schema_with_a_fault(vault):
    vault.write("S.md", SYNTHESIS)
    assert told(own.schemas, vault) == []
    vault.write("vaultkit/schemas/domaine.yaml", "category: [\n")
    assert told(own.schemas, vault) == [("schema", "error")]


def test_a_template_with_a_fault(vault):
    vault.write("vaultkit/templates/recap.md", "{% for row in rows %}{{ row }}{% endfor %}\n")
    assert told(own.templates, vault) == []
    vault.write("vaultkit/templates/recap.md", "un\n{% for row in %}\n")
    [remark] = own.templates(Surroundings(vault.root))
    assert (remark.name, remark.path) == ("template", "vaultkit/templates/recap.md:2")


def test_a_journal_that_cannot_be_kept(vault, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    assert told(own.journal, vault) == []
    vault.state.write_text("in the way")
    assert told(own.journal, vault) == [("journal", "error")]


def test_a_journal_that_is_kept_is_told(vault):
    """
    == S.md
    ---
    category: synthese_globale
    scope: Cabinet
    ---
    ## Liens
    - [[A]]
    """
    assert vault.run("adopt", "S", "--yes").code == 0
    done = vault.run("doctor")
    assert (done.code, "each write can be undone" in done.out) == (0, True)


def test_a_synthesis_among_the_excluded_files(vault):
    vault.write("Mission/S.md", SYNTHESIS)
    vault.write(".obsidian/app.json", '{"userIgnoreFilters": ["Archives/"]}')
    assert told(own.excluded, vault) == []
    vault.write(".obsidian/app.json", '{"userIgnoreFilters": ["Mission/"]}')
    assert told(own.excluded, vault) == [("excluded-synthesis", "warning")]


def test_comments_that_the_client_would_read(vault):
    vault.write("S.md", SYNTHESIS + "<!-- caché -->\n`%% code %%`\n")
    vault.write("N.md", "%% pas une synthèse %%\n")
    assert told(own.hidden_remarks, vault) == []
    vault.write("S.md", SYNTHESIS + "texte %% entre nous %%\n")
    vault.write(".obsidian/community-plugins.json", '["obsidian-pandoc"]')
    [remark] = own.hidden_remarks(Surroundings(vault.root))
    assert remark.path == "S.md:6"
    assert remark.message.en.endswith("(Pandoc Plugin)")


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        (r"\[[Note]\]", True),
        (r"- \[\[Note|autre]]", True),
        (r"\[[No_te#Titre\|x]\]", False),
        (r"\[\[Autre\_note]\]", True),
        (r"une syntaxe, \[[nom de la note]\]", False),
        ("[[Note]]", False),
        (r"`\[[Note]\]` puis [[Note]]", False),
        (r"`\[[Note]\]` puis \[[Note]\]", True),
        (r"\[x\] et \[y\]", False),
    ],
)
def test_links_that_a_formatter_has_already_killed(vault, text, dead):
    vault.write("Note.md", "x")
    vault.write("Autre_note.md", "x")
    vault.write("N.md", text + "\n")
    assert told(own.dead_links, vault) == [("escaped-links", "warning")] * dead


def test_conflict_copies_are_pointed_to(vault):
    text = "# Accès\n" + "".join(f"- constat numéro {n}\n" for n in range(30))
    vault.write("Accès.md", text)
    vault.write("Facturation.md", text)
    vault.write("Facturation_1.md", text)
    assert told(own.copies, vault) == []
    vault.write("Accès.sync-conflict-20260102-101112-ABCDEFG.md", text + "- de plus\n")
    [remark] = own.copies(Surroundings(vault.root))
    assert [detail.fr for detail in remark.details] == [
        "Accès.sync-conflict-20260102-101112-ABCDEFG.md ↔ Accès.md"
    ]


# The repository


def committed(vault):
    git(vault.root, "init", "-q")
    git(vault.root, "config", "core.autocrlf", "false")
    vault.write("S.md", SYNTHESIS + "\n<!-- vaultkit:begin recap -->\n\n<!-- vaultkit:end recap -->\n")
    git(vault.root, "add", "-A")
    git(vault.root, "commit", "-qm", "x", "--no-verify")


def test_no_repository_no_word(vault):
    assert told(repository.repository, vault) == []


def test_a_repository_without_the_hook(vault):
    committed(vault)
    [remark] = repository.repository(Surroundings(vault.root))
    assert (remark.name, remark.path, remark.todo.en) == (
        "no-hook",
        ".git/hooks/pre-commit",
        "vaultkit hook install",
    )


def written_hook(vault, text):
    hook = vault.write(".git/hooks/pre-commit", text)
    hook.chmod(0o755)
    return hook


@pytest.mark.skipif(sys.platform == "win32", reason="a hook is a shell script that may be run")
def test_a_hook_that_calls_us_works_unless_its_python_is_gone(vault):
    committed(vault)
    hook = written_hook(vault, f'#!/bin/sh\nexec "{sys.executable}" -m vaultkit check --index\n')
    assert told(repository.repository, vault) == [("hook", "info")]
    hook.chmod(0o644)
    if not os.access(hook, os.X_OK):
        assert told(repository.repository, vault) == [("hook-not-run", "warning")]
    written_hook(vault, "#!/bin/sh\nexec '/gone away/bin/python3.11' -m vaultkit check --index\n")
    [remark] = repository.repository(Surroundings(vault.root))
    assert (remark.name, str(remark.severity)) == ("hook-interpreter", "error")
    assert "/gone away/bin/python3.11" in remark.message.en


def test_a_hook_of_another_tool(vault):
    committed(vault)
    written_hook(vault, "#!/bin/sh\nexit 0\n")
    [remark] = repository.repository(Surroundings(vault.root))
    assert remark.todo.en == "vaultkit hook install (it keeps the other)"


def test_pre_commit_set_up_and_not_installed(vault):
    vault.write(".pre-commit-config.yaml", "repos:\n  - repo: x\n    hooks:\n      - id: vaultkit-check\n")
    committed(vault)
    [remark] = repository.repository(Surroundings(vault.root))
    assert (remark.path, remark.todo.en) == (".pre-commit-config.yaml", "pre-commit install")


def test_regions_that_two_computers_write_want_the_merge_driver(vault):
    committed(vault)
    names = lambda: [name for name, _ in told(repository.repository, vault)]  # noqa: E731
    assert names() == ["no-hook"]
    git(vault.root, "remote", "add", "origin", "https://example.org/x.git")
    assert names() == ["no-hook", "no-merge-driver"]
    git(vault.root, "config", "merge.vaultkit.driver", "vaultkit merge-driver %O %A %B %P")
    assert names() == ["no-hook", "no-merge-driver"]
    vault.write(".gitattributes", "*.md merge=vaultkit\n")
    assert names() == ["no-hook", "merge-driver"]


def test_git_that_writes_crlf(vault):
    committed(vault)
    git(vault.root, "config", "core.autocrlf", "true")
    assert ("line-ends", "warning") in told(repository.repository, vault)
    vault.write(".gitattributes", "*.md text eol=lf\n")
    assert ("line-ends", "warning") not in told(repository.repository, vault)
    vault.write(".gitattributes", "*.md text eol=crlf\n")
    assert ("line-ends", "warning") in told(repository.repository, vault)


def test_notes_of_the_mission_that_git_leaves_out(vault):
    vault.write("Client é/S.md", SYNTHESIS)
    git(vault.root, "init", "-q")
    assert ("ignored-notes", "warning") not in told(repository.repository, vault)
    vault.write(".gitignore", "Client*/\n")
    [remark] = [r for r in repository.repository(Surroundings(vault.root)) if r.name == "ignored-notes"]
    assert remark.path == "Client é/S.md"


def test_the_layout_of_the_windows_under_git(vault):
    vault.write(".obsidian/workspace.json", "{}")
    git(vault.root, "init", "-q")
    assert ("workspace-tracked", "warning") not in told(repository.repository, vault)
    committed(vault)
    assert ("workspace-tracked", "warning") in told(repository.repository, vault)


def test_a_repository_that_git_cannot_read_is_told(vault):
    vault.write(".git", "gitdir: /nowhere/at/all\n")
    assert told(repository.repository, vault) == [("git", "warning")]


# The place


def machine(folder, mounts="", limit=None):
    (folder / "proc/sys/fs/inotify").mkdir(parents=True)
    (folder / "proc/mounts").write_text(mounts)
    if limit is not None:
        (folder / "proc/sys/fs/inotify/max_user_watches").write_text(f"{limit}\n")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="/proc/mounts has paths of Linux")
@pytest.mark.parametrize(("kind", "count"), [("cifs", 1), ("9p", 1), ("ext4", 0)])
def test_a_disk_that_tells_of_no_changes(vault, tmp_path, kind, count):
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {os.path.realpath(vault.root)} {kind} rw 0 0\nbroken\n"
    system = machine(tmp_path / "system", mounts)
    assert told(place.blind_disk, vault, system=system) == [("blind-disk", "warning")] * count


def test_git_inside_a_cloud_folder(vault):
    inner = vault.root / "OneDrive - Cabinet" / "coffre"
    inner.mkdir(parents=True)
    assert [*place.cloud(Surroundings(inner))] == []
    git(inner, "init", "-q")
    [remark] = place.cloud(Surroundings(inner))
    assert (remark.name, remark.path) == ("git-in-cloud", ".git")


def test_notes_that_icloud_has_not_downloaded(vault):
    inner = vault.root / "Mobile Documents" / "coffre"
    inner.mkdir(parents=True)
    (inner / "Accès.md").write_text("x")
    assert [*place.cloud(Surroundings(inner))] == []
    (inner / ".Courriel.md.icloud").write_bytes(b"bplist00")
    [remark] = place.cloud(Surroundings(inner))
    assert (remark.name, remark.path) == ("not-downloaded", "Courriel.md")


@pytest.mark.parametrize(("limit", "count"), [(5, 1), (8192, 0), ("junk", 0)])
def test_more_folders_than_linux_watches(vault, tmp_path, limit, count):
    for n in range(3):
        vault.write(f"dossier {n}/N.md", "x")
    system = machine(tmp_path / "system", limit=limit)
    assert told(place.watches, vault, system=system) == [("watch-limit", "warning")] * count


# Bad input


@pytest.mark.parametrize(
    "junk", ["", "not { json", "[]", "null", "3", "[" * 5000, '{"a": ' * 5000, "\x00\ud7ff", "- a\n- b"]
)
def test_settings_files_of_junk_end_nothing(vault, junk):
    for name in (
        ".obsidian/app.json", ".obsidian/community-plugins.json", ".prettierrc", ".prettierrc.json", "package.json",
        ".mdformat.toml", ".pre-commit-config.yaml", ".editorconfig", ".vscode/settings.json", ".remarkrc.json",
        ".markdownlint.json", ".markdownlint-cli2.jsonc", ".prettierignore",
    ):  # fmt: skip
        vault.write(name, junk)
    vault.write("N.md", "#étiquette  \nsuite\n")
    names = {remark.name for remark in checkup(Surroundings(vault.root))}
    assert names <= {"unreadable-settings", "prettier", "remark-wikilinks", "mdformat-wikilinks"}


def test_plugin_settings_of_junk_end_nothing(vault):
    vault.write(".obsidian/community-plugins.json", '["obsidian-linter", "obsidian-git", 3, {}, "../../x"]')
    for junk in (
        "nope",
        "[]",
        '{"ruleConfigs": []}',
        '{"ruleConfigs": {"quote-style": 3}, "mergeStrategy": []}',
    ):
        vault.write(".obsidian/plugins/obsidian-linter/data.json", junk)
        vault.write(".obsidian/plugins/obsidian-git/data.json", junk)
        names = [remark.name for remark in checkup(Surroundings(vault.root))]
        assert names == (["unreadable-settings"] * 2 if junk == "nope" else [])


def test_a_settings_file_that_is_too_large_is_not_read(vault):
    vault.write(".prettierrc", "proseWrap: always\n" + "#" * 10_000_000)
    [remark] = checkup(Surroundings(vault.root))
    assert (remark.name, remark.path) == ("unreadable-settings", ".prettierrc")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own")
def test_a_link_out_of_the_vault_is_not_followed(vault, tmp_path):
    (tmp_path / "secret").write_text("proseWrap: always\n")
    (vault.root / ".prettierrc").symlink_to(tmp_path / "secret")
    (vault.root / ".editorconfig").symlink_to("/dev/zero")
    (vault.root / ".mdformat.toml").symlink_to(".mdformat.toml")
    [remark] = checkup(Surroundings(vault.root))
    assert (remark.name, remark.path) == ("unreadable-settings", ".prettierrc")


@pytest.mark.parametrize(
    "text", ['"\\"' * 300_000, "/*" * 300_000, ", " * 300_000, '"' * 300_001, "//\n" * 200_000]
)
def test_reading_json_with_comments_is_linear(text):
    began = time.process_time()
    with pytest.raises(ValueError):  # noqa: PT011 - which one does not matter
        read_jsonc(text[: len(text) // 8])
    short = time.process_time() - began
    began = time.process_time()
    with pytest.raises(ValueError):  # noqa: PT011
        read_jsonc(text)
    assert time.process_time() - began < 40 * short + 0.5


def test_reading_settings_leniently():
    assert read_jsonc('\ufeff{"a": "// no, [1,]", /* yes */ "b": [1, 2, /* c */ ], // end\n}') == {
        "a": "// no, [1,]",
        "b": [1, 2],
    }
    assert read_yaml("# c\n---\na: yes\nb: [x, y]\n---\nc: 1\n") == {"a": "yes", "b": ["x", "y"]}
    assert read_yaml("") == {}


@pytest.mark.parametrize(
    ("section", "meant"),
    [
        ("*", True),
        ("*.md", True),
        ("**.md", True),
        ("**/*.md", True),
        ("*.{txt,md}", True),
        ("{*.md,x}", True),
        ("*.txt", False),
        ("node_modules/**", False),
        ("*.{txt}", False),
        ("{", False),
        ("*" * 600, False),
    ],
)
def test_sections_of_an_editorconfig(section, meant):
    said, top = editorconfig(f"ROOT = true\n[{section}]\nEnd_Of_Line = LF\n", "note.md")
    assert (said, top) == ({"end_of_line": "lf"} if meant else {}, True)


def test_each_check_says_what_it_knows_and_stands_in_the_list_once():
    assert len(set(CHECKS)) == len(CHECKS)
    assert all(check.__doc__ for check in CHECKS)
