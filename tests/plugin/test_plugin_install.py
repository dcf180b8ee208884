"""`vaultkit plugin`: the plugin put into a vault, known again, and taken out so that all is as before."""

from __future__ import annotations

import errno
import json
import os

import pytest

from vaultkit import __version__
from vaultkit.errors import ExternallyChanged, Refused, VaultkitError
from vaultkit.shell import plugin_folder, swap
from vaultkit.shell.commands import plugin as command
from vaultkit.shell.plugin_folder import NAMES, Place, config_folder, look, sealed, shipped
from vaultkit.shell.ports import AppState

FOLDER = ".obsidian/plugins/vaultkit"


@pytest.fixture
def plugin(vault):
    """What stands in the vault now."""
    return lambda: look(vault.root, config_folder(vault.root))


@pytest.fixture
def old(vault):
    """Put another version of the plugin in place, just as its vaultkit would have."""

    def install(version):
        ours = shipped()
        manifest = json.loads(ours["manifest.json"]) | {"version": version}
        ours |= {"manifest.json": json.dumps(manifest).encode(), "main.js": b"// another plugin\n"}
        for name, data in sealed(ours).items():
            vault.write(f"{FOLDER}/{name}", data.decode())

    return install


def state(vault):
    return json.loads(vault.run("plugin", "status", "--json").out)


# ------------------------------------------------------------------------------------ in


def test_the_plugin_has_the_version_of_vaultkit():
    assert json.loads(shipped()["manifest.json"])["version"] == __version__


def test_a_fresh_vault_gets_the_three_files_and_nothing_else(vault):
    before = vault.snapshot()
    done = vault.run("plugin", "install")
    assert (done.code, done.err) == (0, "")
    after = vault.snapshot()
    assert {path for path in after if path not in before} == {f"{FOLDER}/{name}" for name in NAMES}
    for name in ("manifest.json", "styles.css"):
        assert after[f"{FOLDER}/{name}"] == shipped()[name]
    assert after[f"{FOLDER}/main.js"].startswith(shipped()["main.js"])


def test_what_remains_to_be_done_in_the_app_is_said(vault):
    done = vault.run("plugin", "install")
    assert "Settings → Community plugins → Turn on" in done.out
    assert "vaultkit plugin uninstall" in done.out
    french = vault.run("plugin", "status", LC_ALL="fr_FR.UTF-8")
    assert "Paramètres → Modules complémentaires → Activer" in french.out


def test_the_second_time_nothing_is_written(vault):
    vault.run("plugin", "install")
    file = vault.root / FOLDER / "main.js"
    before = file.stat().st_mtime_ns
    done = vault.run("plugin", "install")
    assert done.code == 0
    assert f"plugin {__version__} in place" in done.out
    assert file.stat().st_mtime_ns == before


def test_settings_of_the_plugin_stay_through_install_and_uninstall(vault, old):
    old("0.0.1")
    vault.write(f"{FOLDER}/data.json", '{"mine": true}')
    assert vault.run("plugin", "install").code == 0
    assert vault.read(f"{FOLDER}/data.json") == '{"mine": true}'
    done = vault.run("plugin", "uninstall")
    assert done.code == 0
    assert "data.json" in done.out
    assert vault.snapshot() == {f"{FOLDER}/data.json": b'{"mine": true}'}
    assert vault.run("plugin", "uninstall", "--purge").code == 0
    assert not (vault.root / FOLDER).exists()


def test_the_vault_may_be_named_and_its_path_hold_blanks_and_emoji(vault):
    other = vault.root / "Coffre d’été 🏖️ (2026)"
    (other / ".obsidian").mkdir(parents=True)
    assert vault.run("plugin", "install", str(other)).code == 0
    assert vault.run("plugin", "--vault", str(other)).code == 0
    assert json.loads(vault.run("plugin", "status", str(other), "--json").out)["state"] == "installed"
    assert state(vault)["state"] == "not installed"


def test_a_vault_that_git_ignores_is_fine(vault):
    vault.write(".gitignore", ".obsidian/\n")
    assert vault.run("plugin", "install").code == 0
    assert state(vault)["state"] == "installed"


# ------------------------------------------------------------------------------------ known again


def test_status_tells_what_stands_there(vault, old):
    assert state(vault) == {
        "schema_version": 1,
        "vault": os.path.realpath(vault.root),
        "folder": FOLDER,
        "state": "not installed",
        "installed": None,
        "version": __version__,
        "enabled": False,
    }
    old("0.0.1")
    assert (state(vault)["state"], state(vault)["installed"]) == ("older", "0.0.1")
    vault.run("plugin", "install")
    assert (state(vault)["state"], state(vault)["installed"]) == ("installed", __version__)


@pytest.mark.parametrize("name", NAMES)
def test_a_change_by_hand_is_seen_in_each_file_and_kept(vault, plugin, name):
    vault.run("plugin", "install")
    mine = vault.read(f"{FOLDER}/{name}").replace("e", "E", 1)
    vault.write(f"{FOLDER}/{name}", mine)
    assert plugin().place is Place.EDITED
    for step in ("install", "uninstall"):
        done = vault.run("plugin", step)
        assert done.code == 3
        assert "not as vaultkit wrote it" in done.err
        assert vault.read(f"{FOLDER}/{name}") == mine
    assert vault.run("plugin", "install", "--force").code == 0
    assert plugin().place is Place.SAME


def test_an_older_plugin_changed_by_hand_is_no_older_plugin(vault, plugin, old):
    old("0.0.1")
    assert plugin().place is Place.OLDER
    vault.replace(f"{FOLDER}/main.js", "another", "my own")
    assert plugin().place is Place.EDITED


def test_a_newer_plugin_is_not_replaced_by_an_older_one(vault, plugin, old):
    old("99.0.0")
    done = vault.run("plugin", "install")
    assert done.code == 3
    assert "99.0.0" in done.err
    assert plugin().version == "99.0.0"
    assert vault.run("plugin", "uninstall").code == 0


def test_versions_compare_as_numbers(plugin, old):
    old("0.10.0")
    assert plugin().place is Place.NEWER


def test_line_ends_that_git_has_turned_are_no_change_by_hand(vault, plugin):
    vault.run("plugin", "install")
    for name in NAMES:
        file = vault.root / FOLDER / name
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert plugin().place is Place.SAME


def test_files_without_the_seal_are_ours_if_they_say_the_same(vault, plugin):
    for name, data in shipped().items():
        vault.write(f"{FOLDER}/{name}", data.decode())
    assert plugin().place is Place.SAME


@pytest.mark.parametrize("gone", NAMES)
def test_a_file_that_is_missing_is_put_back(vault, plugin, gone):
    vault.run("plugin", "install")
    (vault.root / FOLDER / gone).unlink()
    assert plugin().place is Place.PARTIAL
    assert vault.run("plugin", "install").code == 0
    assert plugin().place is Place.SAME


@pytest.mark.parametrize("written", range(1, 3))
def test_an_upgrade_that_a_crash_cut_short_is_finished_without_force(vault, plugin, old, written):
    old("0.0.1")
    for name in NAMES[:written]:
        vault.write(f"{FOLDER}/{name}", shipped()[name].decode())
    assert plugin().place is Place.OLDER
    assert vault.run("plugin", "install").code == 0
    assert plugin().place is Place.SAME


# ------------------------------------------------------------------------------------ refused


def test_a_folder_that_obsidian_never_opened_is_told_so(vault):
    (vault.root / ".obsidian").rmdir()
    vault.write("Note.md", "")
    done = vault.run("plugin", "install")
    assert done.code == 2
    assert "no folder .obsidian" in done.err
    assert set(vault.snapshot()) == {"Note.md"}


def links(target, link, folder=True):
    try:
        link.symlink_to(target, target_is_directory=folder)
    except OSError:
        pytest.skip("this system lets no one make links")


def test_a_developer_s_link_out_of_the_vault_is_left_alone(vault, tmp_path, plugin):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (vault.root / ".obsidian/plugins").mkdir()
    links(checkout, vault.root / FOLDER)
    for step in ("install", "uninstall"):
        done = vault.run("plugin", step, "--force")
        assert done.code == 3
        assert "leads out of the vault" in done.err
    assert state(vault)["state"] == "linked"
    assert not list(checkout.iterdir())


def test_a_configuration_folder_shared_by_vaults_is_left_alone(vault, tmp_path):
    (vault.root / ".obsidian").rename(tmp_path / "shared")
    links(tmp_path / "shared", vault.root / ".obsidian")
    assert vault.run("plugin", "install").code == 3
    assert not list((tmp_path / "shared").iterdir())


def test_a_file_that_is_a_link_is_left_alone(vault, tmp_path):
    vault.run("plugin", "install")
    own = tmp_path / "main.js"
    own.write_bytes(b"// mine\n")
    (vault.root / FOLDER / "main.js").unlink()
    links(own, vault.root / FOLDER / "main.js", folder=False)
    assert vault.run("plugin", "install", "--force").code == 3
    assert own.read_bytes() == b"// mine\n"


@pytest.mark.parametrize("fails", range(3))
def test_a_full_disk_leaves_the_old_plugin_whole(vault, plugin, old, monkeypatch, fails):
    old("0.0.1")
    before, real, calls = vault.snapshot(), swap.temporary, []

    def full(*arguments):
        calls.append(arguments)
        if len(calls) > fails:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    monkeypatch.setattr(swap, "temporary", full)
    with pytest.raises(VaultkitError) as told:
        plugin_folder.install(plugin())
    assert "the disk is full" in told.value.message.en
    assert vault.snapshot() == before


def test_a_full_disk_leaves_nothing_in_a_fresh_vault(vault, plugin, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(swap, "temporary", full)
    with pytest.raises(VaultkitError):
        plugin_folder.install(plugin())
    assert not list((vault.root / ".obsidian").iterdir())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who is root may write everywhere")
def test_a_read_only_folder_is_told(vault):
    (vault.root / ".obsidian").chmod(0o555)
    try:
        done = vault.run("plugin", "install")
    finally:
        (vault.root / ".obsidian").chmod(0o755)
    assert done.code == 2
    assert "permission denied" in done.err


def test_a_file_where_the_folder_should_be_is_told(vault):
    vault.write(".obsidian/plugins", "")
    done = vault.run("plugin", "install")
    assert done.code == 2
    assert "a file is where a folder should be" in done.err


def test_a_file_that_changes_while_it_is_replaced_is_kept(vault, plugin, old):
    old("0.0.1")
    seen = plugin()
    vault.write(f"{FOLDER}/main.js", "// saved just now\n")
    for act in (plugin_folder.install, plugin_folder.uninstall):
        with pytest.raises(ExternallyChanged):
            act(seen)
        assert vault.read(f"{FOLDER}/main.js") == "// saved just now\n"


# ------------------------------------------------------------------------------------ other names


def test_a_configuration_folder_of_another_name_is_found(vault):
    (vault.root / ".obsidian").rename(vault.root / ".réglages")
    vault.write(".réglages/app.json", "{}")
    vault.write("vaultkit.toml", "")
    vault.write(".git/config", "")
    assert vault.run("plugin", "install").code == 0
    assert (vault.root / ".réglages/plugins/vaultkit/main.js").is_file()


def test_another_configuration_folder_beside_the_usual_one_is_named(vault):
    vault.write(".obsidian.mobile/app.json", "{}")
    done = vault.run("plugin", "install")
    assert "vaultkit plugin install --config-folder .obsidian.mobile" in done.out
    assert not (vault.root / ".obsidian.mobile/plugins").exists()
    assert vault.run("plugin", "install", "--config-folder", ".obsidian.mobile").code == 0
    assert (vault.root / ".obsidian.mobile/plugins/vaultkit/main.js").is_file()
    assert vault.run("plugin", "install", "--config-folder", "../elsewhere").code == 2


def test_between_several_of_other_names_the_person_decides(vault):
    (vault.root / ".obsidian").rmdir()
    vault.write("vaultkit.toml", "")
    for name in (".one", ".two"):
        vault.write(f"{name}/app.json", "{}")
    done = vault.run("plugin", "install")
    assert done.code == 2
    assert ".one, .two" in done.err


# ------------------------------------------------------------------------------------ the switch


@pytest.fixture
def app(monkeypatch):
    """Say whether Obsidian runs."""

    def runs(running):
        class App:
            def __init__(self, *_):
                pass

            def state(self):
                return AppState(running)

        monkeypatch.setattr("vaultkit.shell.workspace.ObsidianApp", App)

    runs(False)
    return runs


@pytest.fixture
def run(vault, monkeypatch, capsys):
    """Run a step in this process, for what a double has to be put in place of."""
    from vaultkit.shell.cli import run

    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.chdir(vault.root)

    def step(*arguments):
        code = run(["plugin", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return step


def switches(vault):
    return json.loads(vault.read(".obsidian/community-plugins.json"))


def test_no_one_but_the_person_switches_the_plugin_on(vault, app, run):
    vault.write(".obsidian/community-plugins.json", '["dataview"]')
    run("install")
    assert switches(vault) == ["dataview"]


def test_enable_adds_to_the_list_of_a_closed_app(vault, app, run):
    vault.write(".obsidian/community-plugins.json", '["dataview"]')
    code, said = run("install", "--enable")
    assert (code, switches(vault)) == (0, ["dataview", "vaultkit"])
    assert "whether its author is trusted" in said
    assert run("install", "--enable")[0] == 0
    assert switches(vault) == ["dataview", "vaultkit"]
    assert run("uninstall")[0] == 0
    assert switches(vault) == ["dataview"]


def test_enable_makes_the_list_where_there_is_none(vault, app, run):
    assert run("install", "--enable")[0] == 0
    assert switches(vault) == ["vaultkit"]


def test_the_list_of_a_running_app_is_left_alone(vault, app, run):
    vault.write(".obsidian/community-plugins.json", '["dataview"]')
    app(True)
    code, said = run("install", "--enable")
    assert (code, switches(vault)) == (3, ["dataview"])
    assert "installed, but not switched on" in said
    vault.write(".obsidian/community-plugins.json", '["dataview", "vaultkit"]')
    code, said = run("uninstall")
    assert (code, switches(vault)) == (0, ["dataview", "vaultkit"])
    assert "keeps it running" in said
    assert "still names it" in run("status")[1]
    app(False)
    assert run("uninstall")[0] == 0
    assert switches(vault) == ["dataview"]


def test_a_running_app_has_to_be_reloaded(app, run):
    app(True)
    assert "Reload app without saving" in run("install")[1]


@pytest.mark.parametrize("text", ["{}", "[", '"vaultkit"', "[" * 100_000])
def test_a_list_that_is_none_stays_as_it_is(vault, app, run, text):
    vault.write(".obsidian/community-plugins.json", text)
    code, said = run("install", "--enable")
    assert code == 2
    assert "is no list" in said
    assert vault.read(".obsidian/community-plugins.json") == text
    assert run("status")[0] == 0


def test_the_list_is_not_written_over_what_came_meanwhile(vault, monkeypatch):
    vault.write(".obsidian/community-plugins.json", "[]")
    real = swap.temporary

    def meanwhile(*arguments):
        vault.write(".obsidian/community-plugins.json", '["dataview"]')
        return real(*arguments)

    monkeypatch.setattr(swap, "temporary", meanwhile)
    with pytest.raises(Refused):
        plugin_folder.switch(vault.root / ".obsidian", True)
    assert switches(vault) == ["dataview"]


def test_nothing_to_take_out_is_said(vault):
    done = vault.run("plugin", "uninstall")
    assert done.code == 0
    assert "not installed" in done.out


def test_somebody_else_s_file_keeps_the_folder(vault):
    vault.run("plugin", "install")
    vault.write(f"{FOLDER}/.hotreload", "")
    assert vault.run("plugin", "uninstall").code == 0
    assert set(vault.snapshot()) == {f"{FOLDER}/.hotreload"}


def test_every_state_has_words_in_both_languages():
    assert set(command._STATES) == set(Place)
    for told in command._STATES.values():
        assert told.fr != told.en
