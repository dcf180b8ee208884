"""A vault with secrets in every place that stays inside: none of them may stand in any document made from it.

Each `§` of the texts below is another secret: a made-up word of letters, so that nothing but cutting it out can keep
it in. What must be in the report begins with `public`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from tests.conftest import notes_of

SYNTHESIS = "Clients/Atelier Public/Synthèse publique.md"
#: What a report on the synthesis must hold; it is looked for without case.
PUBLIC = (
    "publicintro", "publicmot", "publicfin", "publicmulti", "publiccallout", "publicitem", "publicitems", "publiccell",
    "publicembed", "publicpied", "publicregion", "publicconstat", "publicrisque", "publicaction", "publicretour",
    "publiclien", "publicjuste", "publictask", "publicalt", "publicfield", "publicsource",
)  # fmt: skip

_TEXT = """\
== Clients/Atelier Public/Synthèse publique.md
---
title: Rapport public
category: synthese_globale
scope: Atelier Public
client: Atelier Public
consultant: Cedric
date: 2026-11-22
note_privee: § au sujet du client
# § dans un commentaire YAML
honoraires: "CHF § par jour"
suivi:
  rappel: §
  liste: [§, "[[Entretien § – Réception]]"]
rappels:
  - "[[Entretien § – Réception]]"
  - §
aliases: [Brouillon §]
cssclasses: §
---
# Rapport public
<!-- § avant tout -->
Publicintro du rapport.%% § collé %% Publicmot <!-- § --> suite. #§ #§/sous

Le texte commence %% § sur
deux lignes § %% publicmulti continue. ^§

%%
§ bloc de commentaire
- § liste en commentaire
%%

<!--
§ bloc HTML
sur plusieurs lignes §
-->

%% § à peine ouvert, et refermé %% publicfin

## Contexte %% § %% <!-- § -->
Vu avec [[Entretien § – Réception]] et [[Entretien § – Réception|Alias §]], ([[Entretien § – Réception]]), puis
[[Entretien § – Réception#Partie §]] ; voir [la note](<Entretien § – Réception.md> "§ en titre"), [lien][ref-§],
[ouvrir](obsidian://open?vault=§&file=§), obsidian://open?vault=§, [poste](file:///C:/Users/§/x.docx),
<a href="Entretien § – Réception.md" title="§">publiclien</a>, <span data-note="§">publicjuste</span>.

[ref-§]: <Entretien § – Réception.md> "§"

- [[Entretien § – Réception]]
- publicitem [humeur:: §] (note_interne:: §) <!-- vk:keep --> ^§
- publicitems <!-- § -->
- %% § %%
- [[§|publicitems]], [[Entretien § – Réception]]
- [ ] publictask [vu:: §] #interne/§
- [x] publictask ➕ [verifie:: §]
- § secrète #interne
    - § en dessous
- interne #vaultkit_interne §

interne:: § en ligne
vaultkit_note:: §
Publicfield:: valeur [source:: [[Entretien § – Réception]]]

| Sujet | Vu avec |
|---|---|
| publiccell %% § %% | [[Entretien § – Réception\\|§]] |
| § #interne | § |
| publiccell <!-- § --> | [[Entretien § – Réception]] |

> [!danger]- publiccallout %% § %%
> texte <!-- § --> publiccallout
> %% § %%
> - [[Entretien § – Réception]]

> [!interne]- § titre
> § corps
> > [!info] § dedans

> [!note|interne] §
> §

> [!warning] Note (interne)
> §

> citation
>
> § #interne

## Constats (interne)
§ section
### § sous-section
§

## Suite §  #interne
§

## vaultkit_interne §
§

## Coulisses
§ avant
<!-- vaultkit_interne -->
§ après
### § plus bas
§

## Autres coulisses
%% vaultkit_interne %%
§

## Inclusions
![[Embarquée]]

![[Embarquée#§]]

![[Entretien § – Réception]]
![[Entretien § – Réception#Partie §]]
![[Note interne §]]
![[Brouillon § domaine]]
![[absente §]]
![§ alternatif](absente-§.png)
![§](<Entretien § – Réception.md>)
![[Schéma §.svg|300]]
![publicalt](<Schéma §.svg>)

```dataview
LIST FROM "Clients/§" WHERE file.name = "§"
```

```dataviewjs
dv.pages("§")
```

```tasks
path includes §
```

```mermaid
graph TD; §-->b
```

`$= dv.current().§` et `= "publicretour"`

<!-- vaultkit:begin query id=§ | § pour mémoire
LIST FROM "§" WHERE x = "§"
-->

publicregion %% § %%

<!-- vaultkit:end query sum=1a2b3c4d units=1a2b3c | § -->

<!-- QueryToSerialize: LIST FROM "§" -->
<!-- SerializedQuery: LIST FROM "§" -->
<!-- SerializedQuery END -->

Une note[^1] et deux[^§] et trois[^b].

[^1]: publicpied %% § %% [[Entretien § – Réception|Alias §]]
[^§]: [[Entretien § – Réception]]
[^b]: publicsource (voir [[Entretien § – Réception]]) <!-- § -->

<script>var x = "§"</script>
<iframe src="https://example.org/§"></iframe>

<!-- § jamais refermé

== Clients/Atelier Public/Embarquée.md
---
category: note
secret: §
---
# Embarquée <!-- § -->
publicembed %% § %% [[Entretien § – Réception]]. #§

## Interne § #interne
§

![[Synthèse publique]]
== Clients/Atelier Public/Entretien § – Réception.md
---
category: entretien
scope: Atelier Public
title: Titre § de l’entretien
aliases: ["Alias §", "Surnom §"]
date: 2026-11-02
lieu: §
---
# Grand titre § entretien
§ a dit que § n’allait pas.

## Partie §
- ❌ constat § d’entretien
- citation § [duree:: §] #§ ^§

[^1]: § pied
== Clients/Atelier Public/Note interne §.md
---
category: domaine
scope: Atelier Public
vaultkit_interne: true
domaine: Domaine § interne
---
## Constats
- ❌ § interne
## Actions
- **Court terme** : **§ interne** – § (resp. §, CHF 1'200)
== Clients/Atelier Public/Brouillon § domaine.md
---
category: domaine
scope: Atelier Public
statut: brouillon
---
# Domaine § brouillon
## Constats
- ❌ § brouillon
== Clients/Atelier Public/Domaine.md
---
category: domaine
scope: Atelier Public
priorite: haute
commentaire: §
---
# Réseau & postes
D’après [[Entretien § – Réception]].

## Constats
- ❌ publicconstat %% § %% [source:: [[Entretien § – Réception]]] [humeur:: §] #§
- ⚠️ publicconstats ([[Entretien § – Réception]]) <!-- § -->
- ❌ § #interne
## Constats internes (interne)
- ❌ § de côté
## Risques
> [!danger]
> - publicrisque %% § %%

> [!interne]
> - § risque interne

## Actions
- **Court terme** : **publicaction** – à faire vite %% § %% (resp. Nadia, délai 01.03.2027) [note_interne:: §]
- **Intermédiaire** : **§ caché** – § #interne
== Clients/Étude §/Synthèse §.md
---
title: Rapport § secret
category: synthese_globale
scope: Étude §
client: §
---
# § autre
§ autre mission
== Clients/Étude §/Entretien § ailleurs.md
---
category: entretien
scope: Étude §
---
# §
§ ailleurs
== Clients/Étude §/Domaine ailleurs.md
---
category: domaine
scope: Étude §
---
# § ailleurs
## Constats
- ❌ §
== Clients/Atelier Public/Schéma §.svg
<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#1f4e79"/></svg>
== Clients/Atelier Public/Tableau §.canvas
{"nodes":[{"id":"1","type":"text","text":"§","x":0,"y":0,"width":10,"height":10}],"edges":[]}
"""

_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo")
#: Secrets that are one and the same wherever they stand, as they are the name of a note or file.
_NAMES = (
    "Entretien § – Réception",
    "Note interne §",
    "Brouillon § domaine",
    "Schéma §.svg",
    "Étude §",
    "Alias §",
    "ref-§",
)


def _words() -> list[str]:
    found = []
    for number in count():
        low, middle, high = number % 14, number // 14 % 14, number // 196
        found.append(f"Quorv{_SYLLABLES[high]}{_SYLLABLES[middle]}{_SYLLABLES[low]}")
        if number == 400:
            return found


def secret_vault() -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the texts of the vault by path, and the secrets in them (more than a hundred words)."""
    words = iter(_words())
    used = []

    def following() -> str:
        used.append(next(words))
        return used[-1]

    text = _TEXT
    for name in _NAMES:
        text = text.replace(name, name.replace("§", following()))
    pieces = text.split("§")
    text = pieces[0] + "".join(following() + piece for piece in pieces[1:])
    return notes_of(text), tuple(used)
