"""The plugin as Obsidian's reviewers check it, and as this house does: linted, typed, and bound to the vault."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

import vaultkit

HOME = Path(vaultkit.__file__).parent / "plugin"
MAIN = HOME / "main.js"
#: What Node gives the plugin; `fs` to look for the program, never to read or write a note.
MODULES = {"net", "child_process", "crypto", "os", "path", "fs"}


@pytest.fixture(scope="module")
def manifest():
    return json.loads((HOME / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def code():
    """The plugin's code without its comments."""
    text = MAIN.read_text(encoding="utf-8")
    return re.sub(r"(?m)/\*[\s\S]*?\*/|^\s*//.*$|\s//\s.*$", "", text)


@pytest.fixture(scope="module")
def styles():
    return re.sub(r"/\*[\s\S]*?\*/", "", (HOME / "styles.css").read_text(encoding="utf-8"))


def eslint(node, project, *arguments, stdin=None):
    """Run ESLint in the plugin's folder, where its rules look for the manifest; return what it found."""
    done = subprocess.run(
        [node, str(project / "node_modules/eslint/bin/eslint.js"), "--config", str(project / "eslint.config.mjs"),
         "--format", "json", *arguments],
        cwd=HOME, env=os.environ | ({"TSESTREE_SINGLE_RUN": "false"} if stdin else {}),  # else it reads the disk
        input=stdin, capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {Path(file["filePath"]).name: file["messages"] for file in json.loads(done.stdout)}


# ------------------------------------------------------------------------------------ tools


def test_eslint_finds_nothing(node, npm_project):
    found = eslint(node, npm_project, "main.js", "manifest.json")
    assert set(found) == {"main.js", "manifest.json"}
    said = [f"{name}:{m['line']}: {m['message']} ({m['ruleId']})" for name in found for m in found[name]]
    assert said == []


FAULTY = """\
const { Plugin } = require("obsidian");
const dns = require("dns");
const waiting = /(?<=x)y/;
module.exports = class extends Plugin {
  async onload() {
    this.addCommand({ id: "vaultkit-it", name: "Do It", hotkeys: [{ modifiers: [], key: "a" }], callback: () => {} });
    this.app.vault.adapter.read(".obsidian/app.json");
    activeDocument.body.innerHTML = "x";
    activeDocument.body.style.color = "red";
    fetch("http://example.org");
    console.log(dns, waiting);
    setTimeout(() => eval("1"), 1);
  }
  onunload() { this.app.workspace.detachLeavesOfType("x"); }
};
"""


def test_eslint_would_find_what_reviewers_refuse(node, npm_project):
    [found] = eslint(node, npm_project, "--stdin", "--stdin-filename", "main.js", stdin=FAULTY).values()
    assert {message["ruleId"] for message in found} >= {
        "obsidianmd/commands/no-default-hotkeys",
        "obsidianmd/commands/no-plugin-id-in-command-id",
        "obsidianmd/hardcoded-config-path",
        "obsidianmd/detach-leaves",
        "obsidianmd/no-static-styles-assignment",
        "obsidianmd/rule-custom-message",
        "obsidianmd/ui/sentence-case",
        "@microsoft/sdl/no-inner-html",
        "@typescript-eslint/no-floating-promises",
        "@typescript-eslint/no-require-imports",
        "no-eval",
        "no-restricted-globals",
    }


def test_tsc_finds_nothing(node, npm_project):
    done = subprocess.run(
        [node, str(npm_project / "node_modules/typescript/bin/tsc"), "--project", "tsconfig.json"],
        cwd=npm_project, capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_tsc_is_strict_and_looks_at_the_plugin(npm_project):
    text = (npm_project / "tsconfig.json").read_text(encoding="utf-8")
    settings = json.loads(re.sub(r"(?m)^\s*//.*$", "", text))
    assert settings["compilerOptions"]["strict"] is settings["compilerOptions"]["checkJs"] is True
    [file] = settings["files"]
    assert (npm_project / file).resolve() == MAIN.resolve()
    assert not re.search(r"@ts-(?:nocheck|ignore)", MAIN.read_text(encoding="utf-8"))


def test_each_exception_to_a_check_has_its_reason_beside_it():
    for line in MAIN.read_text(encoding="utf-8").splitlines():
        if "eslint-disable" in line:
            assert " -- " in line, line
        assert not re.search(r"@ts-expect-error\s*$", line), line


def test_npm_packages_are_of_exact_versions_and_name_no_registry(npm_project):
    wanted = json.loads((npm_project / "package.json").read_text(encoding="utf-8"))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted["devDependencies"].values())
    lock = json.loads((npm_project / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][""]["devDependencies"] == wanted["devDependencies"]
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


# ------------------------------------------------------------------------------------ the manifest


def test_the_folder_holds_what_obsidian_loads_and_nothing_else():
    assert {path.name for path in HOME.iterdir()} == {"manifest.json", "main.js", "styles.css"}


def test_the_manifest_has_what_it_must_and_nothing_unknown(manifest):
    needed = {"id", "name", "version", "minAppVersion", "author", "description", "isDesktopOnly"}
    assert needed <= set(manifest) <= needed | {"authorUrl", "fundingUrl"}


def test_id_and_name_are_as_they_may_be(manifest):
    assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", manifest["id"])
    assert "obsidian" not in manifest["id"]
    assert not manifest["id"].endswith("plugin")
    assert manifest["name"].isascii()
    assert not re.search("obsidian|plugin", manifest["name"], re.IGNORECASE)


def test_versions_are_three_numbers(manifest):
    for key in ("version", "minAppVersion"):
        assert re.fullmatch(r"\d+\.\d+\.\d+", manifest[key])
    assert manifest["version"] == vaultkit.__version__


def test_the_description_is_short_and_plain(manifest):
    said = manifest["description"]
    assert 10 <= len(said) <= 250
    assert said.endswith(".")
    assert said.isascii()
    assert said[0].isupper()
    assert not re.search("obsidian|this is a plugin", said, re.IGNORECASE)


def test_it_is_for_the_desktop_since_it_uses_node(manifest, code):
    assert manifest["isDesktopOnly"] is True
    assert re.search(r"require\(\"(?:node:)?net\"\)", code)


# ------------------------------------------------------------------------------------ the code


def test_it_is_one_commonjs_file_that_can_be_read(code):
    assert "module.exports" in code
    assert not re.search(r"(?m)^\s*(?:import|export)\s", code)
    lines = MAIN.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
    assert max(map(len, lines)) <= 400  # nobody has minified it


def test_it_requires_the_app_and_node_alone(code):
    required = set(re.findall(r"\brequire\(([^)]*)\)", code))
    app = {
        '"obsidian"',
        '"@codemirror/state"',
        '"@codemirror/view"',
        '"@codemirror/commands"',
        '"@codemirror/language"',
    }
    assert {one.replace('"node:', '"') for one in required} <= app | {f'"{name}"' for name in MODULES}
    assert not re.search(r"\bimport\(", code)


@pytest.mark.parametrize(
    "word",
    [
        r"(?<!\.)(?<!async )\bfetch\(", r"\brequestUrl\b", r"\brequest\(", "XMLHttpRequest", "WebSocket", "EventSource",
        "sendBeacon", r"\bhttps?:", r"\bajax", r"\brequire\(\"(?:node:)?(?:https?|dns|tls|dgram|http2)\"",
    ],
)  # fmt: skip
def test_it_touches_no_network(code, word):
    assert not re.search(word, code)


def test_it_connects_to_a_path_and_never_to_a_host(code):
    assert not re.search(r"\bhost\b|\bport\b|localhost|127\.0\.0\.1", code)


@pytest.mark.parametrize("word", ["telemetry", "analytics", "sentry", "posthog", "mixpanel", "amplitude"])
def test_it_tells_nobody_what_people_do(code, word):
    assert word not in code.lower()


@pytest.mark.parametrize(
    "word",
    [
        "innerHTML", "outerHTML", "insertAdjacentHTML", r"\bvar ", r"\beval\(", r"new Function\b",
        r"\.obsidian\b", r"\bhotkeys\b", "detachLeavesOfType", r"\bwindow\.app\b",
        r"vault\.modify\(", r"\.adapter\b", r"\(\?<[=!]", r"(?<!active)\bdocument\.", r"\.style\b",
        r"console\.(?:log|info)", "MyPlugin", "SampleSettingTab", "globalThis", r"\bdebugger\b",
    ],
)  # fmt: skip
def test_nothing_that_a_review_refuses(code, word):
    assert not re.search(word, code)


def test_it_starts_one_program_and_no_shell(code):
    assert set(re.findall(r"\bchildProcess\.(\w+)\(", code)) <= {"spawn", "execFile"}
    assert not re.search(r"\bshell\s*:", code)


def test_it_looks_at_files_of_the_machine_and_writes_none(code):
    """It gives `vaultkit.toml` another time, once, to see whether the app notices."""
    used = set(re.findall(r"\bfs\.(?:promises\.)?(\w+)", code))
    assert code.count("utimes(") <= 1
    assert used <= {"promises", "constants", "stat", "statSync", "access", "accessSync", "existsSync",
                    "readFileSync", "readFile", "realpathSync", "realpath", "lstatSync", "utimes"}  # fmt: skip


def test_nothing_of_the_machine_that_built_it_is_in_it():
    for file in HOME.iterdir():
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"/(?:home/(?!linuxbrew)|root/|Users/|tmp/|work/)\w", text), file.name


# ------------------------------------------------------------------------------------ the styles


def test_the_styles_are_the_plugin_s_own_and_take_the_theme_s_colours(styles):
    assert not re.search(r"@import|url\(|!important", styles)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\((?!var)|\bhsla?\((?!var)", styles)
    for selector in re.findall(r"(?m)^([^@{}\n][^{}]*)\{", styles):
        for one in re.split(r",(?![^()]*\))", selector):
            assert "vaultkit" in one, one
