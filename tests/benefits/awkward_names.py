"""A second set of awkward names, written by hand before anything was measured with it.

As systems of accounting write suppliers: in capitals, cut at thirty letters, turned round, with a
code, a town or another company before or after, abbreviated, misspelt, joined. And suppliers that
are none of the directory, of which many share their words with one that is.
"""

DIRECTORY = """
La Cuisine collective du Ruisseau
Les Ateliers du Grand Chêne
Friperie La Seconde Manche
Coopérative de solidarité Le Grenier vert
Coop Santé des Deux-Rives
Le Cyclo-Garage populaire
Maison des jeunes L’Escale de Sainte-Rosalba
Centre de rénovation solidaire Équerre
Les Traiteurs du Moulin
Ébénisterie Bois de cœur
Coopérative de câblodistribution de Mont-Ancien
Société de recyclage Boucle bleue
Entretien ménager Plumeau et Cie
Productions théâtrales L’Œil ouvert
Agence de traduction Les Mots passants
Corporation d’aide à domicile Fil d’argent
Coopérative d’informatique libre Noyau
Papeterie L’Encre douce
Les Couturières engagées
Paysagement Racines et Rameaux
Laiterie coopérative de la Baie-Claire
Auberge du Vieux-Phare
Transport adapté Le Détour
Garderie La Ribambelle
Studio d’animation Papier mâché
Conserverie Saison longue
Regroupement des brasseurs solidaires
Fondation Les Petits Bonheurs
Centre de tri La Deuxième Vie
Location Outils pour tous
Café-librairie La Page tournée
Coopérative agricole du Rang Neuf
Les Jardins partagés de Saint-Élie
Les Jardins partagés de Saint-Éloi
Académie musicale du Faubourg
Habitations L’Horizon
Menuiserie Le Rabot
Service de garde Les Colibris
Aliments Terre et Mer
Déménagement La Clé des champs
""".strip().splitlines()

# What books write, and the EÉS that it is.
SAME = (
    ("CUISINE COLLECTIVE DU RUISSEAU (LA)", "La Cuisine collective du Ruisseau"),
    ("Cuisine coll. du Ruisseau", "La Cuisine collective du Ruisseau"),
    ("CUISINE COLLECTIVE RUISSAU", "La Cuisine collective du Ruisseau"),
    ("Ateliers du Grand-Chene inc.", "Les Ateliers du Grand Chêne"),
    ("ATEL. GRAND CHENE", "Les Ateliers du Grand Chêne"),
    ("Friperie la 2e Manche", "Friperie La Seconde Manche"),
    ("Fripperie Seconde Manche", "Friperie La Seconde Manche"),
    ("COOP SOLIDARITE GRENIER VERT", "Coopérative de solidarité Le Grenier vert"),
    ("Le Grenier vert, coop de solidarité", "Coopérative de solidarité Le Grenier vert"),
    ("COOPERATIVE DE SOLIDARITE LE G", "Coopérative de solidarité Le Grenier vert"),
    ("Coopérative santé des 2 Rives", "Coop Santé des Deux-Rives"),
    ("COOP. SANTÉ DEUX RIVES", "Coop Santé des Deux-Rives"),
    ("Cyclogarage populaire", "Le Cyclo-Garage populaire"),
    ("CYCLO GARAGE POPULAIRE ENR.", "Le Cyclo-Garage populaire"),
    ("MDJ L'Escale Ste-Rosalba", "Maison des jeunes L’Escale de Sainte-Rosalba"),
    ("Maison de jeunes l’Escale Ste Rosalba", "Maison des jeunes L’Escale de Sainte-Rosalba"),
    ("CTRE DE RENOVATION SOLIDAIRE EQUERRE", "Centre de rénovation solidaire Équerre"),
    ("Equerre Centre de rénovation", "Centre de rénovation solidaire Équerre"),
    ("TRAITEURS DU MOULIN (LES) INC", "Les Traiteurs du Moulin"),
    ("Traiteur du Moulin", "Les Traiteurs du Moulin"),
    ("EBENISTERIE BOIS DE COEUR", "Ébénisterie Bois de cœur"),
    ("Ébenisterie bois de coeur s.e.n.c.", "Ébénisterie Bois de cœur"),
    ("COOP CABLODISTRIBUTION MONT ANCIEN", "Coopérative de câblodistribution de Mont-Ancien"),
    ("Coop. de câblodistribution Mt-Ancien", "Coopérative de câblodistribution de Mont-Ancien"),
    ("Sté de recyclage Boucle Bleue", "Société de recyclage Boucle bleue"),
    ("BOUCLE BLEUE RECYCLAGE", "Société de recyclage Boucle bleue"),
    ("Plumeau & Cie entretien ménager", "Entretien ménager Plumeau et Cie"),
    ("ENTRETIEN MENAGER PLUMEAU ET COMPAGNIE", "Entretien ménager Plumeau et Cie"),
    ("Productions l'Oeil ouvert", "Productions théâtrales L’Œil ouvert"),
    ("PROD. THEATRALES L OEIL OUVERT", "Productions théâtrales L’Œil ouvert"),
    ("Les mots passants - traduction", "Agence de traduction Les Mots passants"),
    ("AGENCE TRADUCTION MOTS PASANTS", "Agence de traduction Les Mots passants"),
    ("Aide à domicile Fil d'Argent", "Corporation d’aide à domicile Fil d’argent"),
    ("CORP AIDE DOMICILE FIL D ARGENT", "Corporation d’aide à domicile Fil d’argent"),
    ("Noyau, coop d'informatique libre", "Coopérative d’informatique libre Noyau"),
    ("PAPETERIE ENCRE DOUCE", "Papeterie L’Encre douce"),
    ("Couturieres engagees", "Les Couturières engagées"),
    ("Les Couturières Engagés", "Les Couturières engagées"),
    ("PAYSAGEMENT RACINES & RAMEAUX 2018 INC", "Paysagement Racines et Rameaux"),
    ("Paysagement racine et rameau", "Paysagement Racines et Rameaux"),
    ("Laiterie coop. de la Baie Claire", "Laiterie coopérative de la Baie-Claire"),
    ("Aub. du Vieux Phare", "Auberge du Vieux-Phare"),
    ("AUBERGE VIEUX-PHRAE", "Auberge du Vieux-Phare"),
    ("Transp. adapté Le Détour", "Transport adapté Le Détour"),
    ("LE DETOUR TRANSPORT ADAPTE OBNL", "Transport adapté Le Détour"),
    ("Garderie la Ribambele", "Garderie La Ribambelle"),
    ("STUDIO ANIMATION PAPIER MACHE", "Studio d’animation Papier mâché"),
    ("9245-1180 Québec inc. (Conserverie Saison longue)", "Conserverie Saison longue"),
    ("Conserverie Saisons longues", "Conserverie Saison longue"),
    ("Centre de tri La 2e Vie", "Centre de tri La Deuxième Vie"),
    ("OUTILS POUR TOUS", "Location Outils pour tous"),
    ("Café librairie la page tournée", "Café-librairie La Page tournée"),
    ("COOP AGRICOLE RANG NEUF", "Coopérative agricole du Rang Neuf"),
    ("Jardins partagés St-Élie", "Les Jardins partagés de Saint-Élie"),
    ("JARDINS PARTAGES ST-ELOI", "Les Jardins partagés de Saint-Éloi"),
    ("Acad. musicale du Faubourg", "Académie musicale du Faubourg"),
    ("Service de garde des Colibris", "Service de garde Les Colibris"),
    ("DEMENAGEMENT CLE DES CHAMPS", "Déménagement La Clé des champs"),
)

# Suppliers that the directory does not have.
OTHERS = (
    "Cuisines Ruisselle inc.",
    "Les Ateliers du Grand Frêne",
    "Friperie La Belle Manche",
    "Coopérative de solidarité Le Grenier rouge",
    "Coop Santé des Trois-Monts",
    "Garage populaire Gosselin",
    "Maison des jeunes L’Envol de Sainte-Rosalba",
    "Centre de rénovation Réno-Max",
    "Traiteur du Moulin-à-Vent",
    "Ébénisterie Bois franc",
    "Société de recyclage Métaux du Nord",
    "Entretien ménager Beaulieu",
    "Productions théâtrales du Rideau",
    "Agence de traduction Versatil",
    "Papeterie L’Encre noire",
    "Paysagement Beauregard et fils",
    "Laiterie de la Baie",
    "Auberge du Vieux-Quai",
    "Transport adapté Boréal",
    "Garderie La Farandole",
    "Les Jardins partagés de Saint-Émile",
    "Fondation Les Grands Bonheurs",
    "Centre de tri régional",
    "Location d’outils Simard",
    "Académie musicale de la Colline",
    "Habitations Le Zénith",
    "Menuiserie Le Ciseau",
    "Déménagement Le Clan des champions",
    "Hydro-Québec",
    "Aliments Terre d’Asie",
)
