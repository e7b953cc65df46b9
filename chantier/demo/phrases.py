"""What the fictional members write about measures that are not implemented, and who leads them."""

from measures.statuses import Status

LEADS: dict[int, tuple[str, ...]] = {
    1: ("Direction générale", "Responsable de l’approvisionnement", "Développement durable"),
    2: ("Responsable de l’approvisionnement", "Planification des achats", "Services requérants"),
    3: ("Responsable de l’approvisionnement", "Développement durable", "Équipe des achats"),
    4: ("Équipe des appels d’offres", "Responsable de l’approvisionnement", "Affaires juridiques"),
    5: ("Gestion des contrats", "Finances", "Communications", "Développement durable"),
}

NOTES: dict[str, tuple[str, ...]] = {
    Status.IN_PROGRESS: (
        (
            "Le premier jet circule dans trois services. Les commentaires sont attendus avant la "
            "prochaine rencontre du comité."
        ),
        (
            "Nous avons commencé par un seul service, pour apprendre. L’élargissement est prévu "
            "après un bilan de trois mois."
        ),
        "Le besoin est clair et les outils sont prêts; il reste à les présenter aux équipes.",
        "Deux EÉS ont été consultées. Leurs remarques nous font revoir une partie du document.",
        (
            "Le travail avance plus lentement que prévu : la personne responsable a changé en "
            "cours de route. Un nouvel échéancier a été accepté."
        ),
        (
            "Le service juridique relit le libellé. Nous visons une première utilisation dans un "
            "contrat de petite taille."
        ),
        "Les données ont été extraites; nous corrigeons les doublons avant de les présenter.",
        "Un essai est en cours avec la catégorie de l’entretien. Les premiers échos sont bons.",
    ),
    Status.PLANNED: (
        "La mesure figure au plan de travail de l’année.",
        "À mener avec le renouvellement du contrat qui vient à échéance.",
        "Le comité l’a retenue parmi ses trois priorités.",
        "",
        "",
    ),
    Status.TO_UNDERTAKE: (
        "Idée retenue après le tour de table; il reste à nommer une personne responsable.",
        "Nous voulons d’abord voir comment d’autres membres s’y sont pris.",
        "",
        "",
    ),
    Status.ABANDONED: (
        (
            "Essai arrêté après six mois : l’outil demandait trop de saisie pour ce qu’il "
            "apportait. Nous y reviendrons si le système d’achats change."
        ),
        "La direction a préféré mettre l’effort sur les petits achats, où l’effet est plus rapide.",
        "Le projet reposait sur un contrat qui n’a pas été renouvelé.",
    ),
}

REASONS = (
    "Ces achats passent par un regroupement : la décision ne nous revient pas.",
    "Notre régime contractuel ne le permet pas pour le moment.",
    "Aucun achat de cette nature n’est prévu avant deux ans.",
    "La règle existe déjà dans un autre cadre, suivi par une autre direction.",
)

REOPENED = "Relue cette année : la pratique tient toujours, le texte a été précisé."

OWN_MEASURES: dict[str, tuple[int, str, str]] = {
    "val-clement": (
        3,
        "Tenir un marché des EÉS à l’hôtel de ville",
        (
            "Dix EÉS ont présenté leur offre un midi d’octobre, dans le hall. Les services avaient "
            "reçu la liste des kiosques et une carte des achats possibles."
        ),
    ),
    "mrc-deux-collines": (
        2,
        "Regrouper les commandes de traiteur des municipalités de la MRC",
        (
            "Cinq municipalités commandent ensemble leurs repas de rencontre. Un tableau partagé "
            "annonce les besoins un mois d’avance."
        ),
    ),
    "universite-du-fjord": (
        5,
        "Proposer un stage étudiant sur la mesure des retombées sociales",
        (
            "Une étudiante a compilé les bilans de six fournisseurs et proposé une présentation "
            "d’une page, reprise dans le rapport de développement durable."
        ),
    ),
    "energie-boreale": (
        1,
        "Inscrire un objectif d’achat social aux attentes des gestionnaires",
        (
            "Chaque gestionnaire d’une unité qui achète a maintenant un objectif annuel, discuté à "
            "l’évaluation de mi-année."
        ),
    ),
}
