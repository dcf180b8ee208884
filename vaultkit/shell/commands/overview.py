"""Bare `vaultkit`: what it sees here, that nothing was changed, and the next command to type."""

from __future__ import annotations

from argparse import Namespace

from vaultkit.audit.mission import DOMAIN, category_of, is_frozen
from vaultkit.audit.model import Mission
from vaultkit.markdown.regions import find_regions
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.commands.context import Context, language_of
from vaultkit.shell.console import Voice
from vaultkit.shell.daemon.lock import is_watched
from vaultkit.shell.names import find_vault
from vaultkit.shell.report import nombre, number
from vaultkit.shell.session import Session


def overview(arguments: Namespace) -> int:
    """Say what is here; nothing is written."""
    session = Session.open(find_vault(arguments.vault))
    voice = Voice(language_of(session, vault_first=True))
    look(Context(session, voice))
    voice.say("Rien n’a été changé.", "Nothing was changed.")
    advice(Context(session, voice))
    return 0


def look(context: Context) -> None:
    """Say what the vault holds."""
    session, voice = context.session, context.voice
    count = len(session.index.notes)
    name = session.root.resolve().name
    syntheses, shown = len(session.missions), opened(session)
    frozen = syntheses - len(shown)
    frozen_fr, frozen_en = (f", dont {frozen} figée{'s' * (frozen > 1)}", f", {frozen} of them frozen")
    voice.say(
        f"Coffre «\u00a0{name}\u00a0»\u00a0: {nombre(count, 'note')}, {nombre(syntheses, 'synthèse')}"
        f"{frozen_fr * bool(frozen)}.",
        f"Vault '{name}': {number(count, 'note')}, {number(syntheses, 'synthesis', 'syntheses')}"
        f"{frozen_en * bool(frozen)}.",
    )
    for mission in shown[:5]:
        tell_mission(context, mission)
    if len(shown) > 5:
        voice.say(f"  … et {len(shown) - 5} autres", f"  … and {len(shown) - 5} more")


def opened(session: Session) -> list[Mission]:
    """Return the missions whose synthesis is not frozen: a delivered copy is not kept up to date."""
    return [mission for mission in session.missions if not is_frozen(mission.synthesis)]


def tell_mission(context: Context, mission: Mission) -> None:
    """Say what a synthesis gathers, in one line."""
    domain_notes = sum(category_of(child) == DOMAIN for child in mission.children)
    interviews = len(mission.children) - domain_notes
    regions = [region.name for region in find_regions(mission.synthesis).regions]
    words = [
        REGION_WORDS[name].of(context.language) for name in dict.fromkeys(regions) if name in REGION_WORDS
    ]
    zones = ", ".join(words)
    domains = len(mission.domains)
    kept_fr = f"tenus à jour\u00a0: {zones}" if zones else "pas encore de zone"
    kept_en = f"kept up to date: {zones}" if zones else "no region yet"
    context.voice.say(
        f"  {mission.synthesis.name}\u00a0: {nombre(domains, 'domaine')}, {nombre(domain_notes, 'note')} de domaine, "
        f"{nombre(interviews, 'entretien')}\u00a0; {kept_fr}",
        f"  {mission.synthesis.name}: {number(domains, 'domain')}, {number(domain_notes, 'domain note')}, "
        f"{number(interviews, 'interview')}; {kept_en}",
    )


def advice(context: Context) -> None:
    """Say what to type next."""
    session, voice = context.session, context.voice
    bare = next((m for m in session.missions if m.active and not find_regions(m.synthesis).regions), None)
    if not session.missions:
        voice.say(
            'Ensuite\u00a0: vaultkit new mission "Nom du client"  (une mission complète, prête à remplir)',
            'Next: vaultkit new mission "Client name"  (a whole mission, ready to be filled)',
        )
    elif bare:
        word = short_name(session, bare)
        voice.say(
            f"Ensuite\u00a0: vaultkit adopt {word} --diff  (montre les repères qui seraient ajoutés)",
            f"Next: vaultkit adopt {word} --diff  (shows the markers that would be added)",
        )
    else:
        plan = session.plan()
        if plan.changes.refused:
            path, said = plan.changes.refused[0]
            voice.say(
                f"⚠ {path}\u00a0: {said.fr}. Ensuite\u00a0: vaultkit check",
                f"⚠ {path}: {said.en}. Next: vaultkit check",
            )
        elif plan.changes.writes:
            voice.say(
                "Ensuite\u00a0: vaultkit rebuild --diff  (montre ce qui changerait), puis vaultkit rebuild",
                "Next: vaultkit rebuild --diff  (shows what would change), then vaultkit rebuild",
            )
        elif is_watched(session.root):
            voice.say(
                "Tout est à jour, et le reste\u00a0: vaultkit surveille ce coffre (vaultkit status)",
                "Everything is up to date, and stays so: vaultkit watches this vault (vaultkit status)",
            )
        else:
            voice.say(
                "Tout est à jour. Ensuite\u00a0: vaultkit check, ou vaultkit watch (le reste pendant que vous écrivez)",
                "Everything is up to date. Next: vaultkit check, or vaultkit watch (stays so while you write)",
            )


def short_name(session: Session, mission: Mission) -> str:
    """Return the shortest word of a synthesis's name that means no other note, else its name quoted."""
    from vaultkit.text import fold
    from vaultkit.vault.links import notes_like

    words = sorted(
        (word for word in fold(mission.synthesis.name).split() if len(word) > 3), key=len, reverse=True
    )
    return next(
        (w for w in words if notes_like(session.index, w) == [mission.path]), f'"{mission.synthesis.name}"'
    )
