"""A vault with secrets in every place that stays inside: none of them may stand in any document made from it.

Each `§` of the texts below is another secret: a made-up word of letters, so that nothing but cutting it out can keep
it in. What must be in the report begins with `public`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from urllib.parse import quote

from tests.conftest import notes_of

SYNTHESIS = "Clients/Atelier Public/Synthèse publique.md"
#: What a report on the synthesis must hold; it is looked for without case.
PUBLIC = (
    "publicintro", "publicmot", "publicfin", "publicmulti", "publiccallout", "publicitem", "publicitems", "publiccell",
    "publicembed", "publicpied", "publicregion", "publicconstat", "publicrisque", "publicaction", "publicretour",
    "publicdedans", "publictask2",
    "publicitem2", "publicalias", "publicimbrique", "publiccite", "publicdehors", "publicapres", "publicinterieur",
    "publiccell2", "publicpied2", "publicpourcent", "publicson", "publicresume", "publicdetail", "publicdiv",
    "publicdroite", "publicgauche", "publictitre", "publicphrase", "publiccell3", "publicvoisine", "publicseance",
    "publickept", "publicstamp", "publicconstat2", "publicconstat3", "publiclien", "publicjuste", "publictask", "publicalt", "publicfield", "publicsource",
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
tags: [§, suivi/§]
banniere: "![[§.png]]"
relance: 2027-01-§
contacts:
  facturation: {nom: §, notes: [§, {humeur: §}]}
"clé § entre guillemets": oui
texte_long: |
  § sur plusieurs
  lignes §
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

## Reprise
Le tableau (note_privee:: §) et [a_verifier:: §] puis [publicfield2:: publicdedans] suite.
**Humeur**:: §
- humeur:: § en liste
- [ ] publictask2 📅 2027-01-01 [todo:: §] %% § %%
- publicitem2 [mot <!-- § -->](https://example.org) [[Synthèse publique|publicalias %% § %%]]
    1. publicimbrique <!-- § --> fin
       %% § suite %%
       > publiccite %% § %%

> [!note] publicdehors
> > [!interne]- §
> > §
>
> publicapres <!-- § -->
> > [!tip] publicinterieur %% § %%
> > | a | b |
> > |---|---|
> > | publiccell2 <!-- § --> | [[Entretien § – Réception\\|§]] |

Note en ligne^[publicpied2 %% § %% ([[Entretien § – Réception]])],
[publicpourcent](Entretien%20§%20%E2%80%93%20R%C3%A9ception.md#Partie%20§ "§"), <obsidian://open?vault=§&file=§>,
<file:///C:/Users/§/plan.docx>, ![](obsidian://§), <? § ?> <![CDATA[ § ]]> <!doctype §> [publicson](Enregistrement%20§.m4a).

[§]: https://example.org "§"
[//]: # (§ pour mémoire)
[comment]: <> (§ pour mémoire)

<details>
<summary>publicresume %% § %%</summary>
<!-- § --> publicdetail
</details>

<div data-note="§" title="§">publicdiv</div>
<img src="§.png" alt="§">

| a | b |
|:--|--:|
| %% § %% | publicdroite |
| <!-- § --> | publicgauche %% § %% |

### publictitre %% § %% #§ ^§
Mot.

## Inclusions
![[Alias §]]
![[Entretien § – Réception#^§|§]]
Dans la phrase ![[Entretien § – Réception]] publicphrase.

> ![[Note interne §#Constats]]

- ![[Entretien § – Réception#Partie §]]

| a |
|---|
| publiccell3 ![[Entretien § – Réception]] |

![[Tableau §.canvas]]
![[photo.png]]

![[photo.jpg]]
![[Vue §.base]]
![[Dessin §.excalidraw]]
![[Domaine ailleurs §]]
![[Entretien § – Réception.png|120]]
Voir [[Domaine ailleurs §]] et [[Synthèse voisine §|publicvoisine]] ; [[Séance 🦷 § d’hiver]], [[Séance 🦷 § d’hiver|publicseance]].
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

```dataview
TABLE file.link, date FROM "Clients/Atelier Public" WHERE category = "entretien"
```

> ```dataview
> LIST FROM "Clients/Atelier Public" WHERE category = "entretien"
> ```

```dataview
TABLE § FROM [[
```

```base
filters: §
```

```excalidraw
§
```

```button
name §
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

%%
```js
§ code en commentaire
```
## § titre en commentaire
%%

<!-- vaultkit:begin recap id=§ -->

| Domaine | Priorité |
|---|---|
| publickept <!-- vk:keep § --> | 🚨 Haute %% § %% |
| publicstamp | à définir |

<!-- vaultkit:end recap sum=1a2b3c4d units=1a2b3c | mémoire § -->

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
%%
§ jamais refermé, dans une note embarquée
== Clients/Atelier Public/Dessin §.excalidraw.md
---
excalidraw-plugin: parsed
---
# Excalidraw Data
## Text Elements
§ dans un dessin ^abc
== Clients/Atelier Public/Vue §.base
filters: §
== Clients/Atelier Public/Enregistrement §.m4a
§
== Clients/Atelier Public/Entretien § – Réception.png
§
== Modèles/Modèle §.md
---
category: domaine
---
# § {{title}}
== Clients/Atelier Public/Séance 🦷 § d’hiver.md
---
category: entretien
scope: Atelier Public
title: "🦷 Séance § d’hiver"
personne: §
lieu: Salle publique
---
§ en hiver
- [ ] § à rappeler
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
- ❌ publicconstat2 [[Entretien § – Réception#^§|publicmots]] (resp. [[Domaine ailleurs §]]) <!-- § -->
- ⚠️ publicconstat3 [a_verifier:: §] [note_interne:: §] [[Séance 🦷 § d’hiver]]
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
== Clients/Étude §/Synthèse voisine §.md
---
category: synthese_globale
scope: Étude §
statut: livree
---
== Clients/Étude §/Domaine ailleurs §.md
---
category: domaine
scope: Étude §
---
# § ailleurs
## Constats
- ❌ §
== Clients/Atelier Public/Schéma §.svg
<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" data-docname="C:/Users/§/x.svg"><!-- § --><title>§</title>\
<metadata>§</metadata><desc>§</desc><rect width="40" height="20" fill="#1f4e79"/></svg>
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
    "Domaine ailleurs §",
    "Synthèse voisine §",
    "Dessin §.excalidraw",
    "Vue §.base",
    "Tableau §.canvas",
    "Enregistrement §.m4a",
    "🦷 § d’hiver",
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
        word = following()
        text = text.replace(name, name.replace("§", word))
        text = text.replace(quote(name, safe="§"), quote(name.replace("§", word)))
    pieces = text.split("§")
    text = pieces[0] + "".join(following() + piece for piece in pieces[1:])
    return notes_of(text), tuple(used)
