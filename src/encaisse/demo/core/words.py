"""The vocabulary of the invented world: people, places, trades, products.

Towns of firms are real French towns; every firm, person and public body is made up.
"""

from __future__ import annotations

SURNAMES = (
    "Aubertin", "Baudruc", "Belloncle", "Bérenguet", "Boisvineau", "Brissandeau", "Cabrespine",
    "Carradec", "Chaumontel", "Claverol", "Corvaisier", "Courtadon", "Crespinel", "Dargelos",
    "Delabroise", "Desruelles", "Doucerain", "Dutertreau", "Escoubeyrou", "Fauvarel", "Ferrandon",
    "Fontaneau", "Galvagnier", "Garrigoux", "Gaudrillet", "Gourvellec", "Grandvaux", "Guilloneau",
    "Hautecoeur", "Herbelin", "Hervochon", "Jarnoux", "Jouvencel", "Kerdoncuff", "Kervadec",
    "Lacombrade", "Lagrevol", "Lanternier", "Laubressac", "Le Guennec", "Le Tallec", "Lescarret",
    "Lobstein", "Louvradou", "Malaverne", "Marcillon", "Maubourguet", "Mirandol", "Monteillet",
    "Morvanchet", "Nauleau", "Nérisson", "Ollivaux", "Orsatelli", "Pagnoux", "Peyroutet",
    "Pommarède", "Pradalier", "Quéméner", "Rabasté", "Ravinel", "Rocheblave", "Roumégas",
    "Sabatereau", "Saint-Prix", "Sauvebois", "Schwanger", "Tauzin", "Thévenard", "Tournebise",
    "Vauzelle", "Verdoncourt", "Vergnolle", "Villedary", "Wagenheim", "Ybarnès",
)  # fmt: skip

FIRST_NAMES = (
    "Adèle", "Bruno", "Camille", "Cédric", "Claire", "Damien", "Élodie", "Fabrice", "Gaëlle",
    "Hugo", "Inès", "Julien", "Karim", "Laure", "Malika", "Nicolas", "Odile", "Pascal", "Quentin",
    "Rachel", "Samir", "Sylvie", "Thomas", "Valérie", "Yann",
)  # fmt: skip

TRADES = {
    "construction": (
        "Électricité", "Élec Bâtiment", "Entreprise Générale", "Travaux", "Rénovation",
        "Menuiserie", "Plâtrerie", "Éclairage Public", "Génie Électrique", "Courants Faibles",
    ),
    "retail": (
        "Luminaires", "Décoration", "Comptoir Électrique", "Bricolage", "Matériaux",
        "Quincaillerie", "Négoce", "Distribution",
    ),
    "manufacturing": (
        "Industries", "Mécanique", "Tôlerie", "Agencement", "Emballages", "Plasturgie",
    ),
    "estate": ("Immobilier", "Promotion", "Gestion Syndic", "Foncière"),
    "services": ("Hôtellerie", "Restauration", "Coiffure", "Clinique", "Événements", "Maintenance"),
    "car": ("Garage", "Automobiles", "Carrosserie"),
}  # fmt: skip

PLACES = (
    "du Forez", "de la Vallée", "de la Plaine", "du Bocage", "de la Côte", "du Littoral",
    "des Deux Rives", "du Plateau", "du Canal",
)  # fmt: skip

PREFIXES = (
    "Alvé", "Batra", "Brik", "Calor", "Clari", "Domi", "Élan", "Ferro", "Galva", "Helio", "Iso",
    "Kelva", "Lumi", "Mégal", "Nova", "Ombré", "Pylo", "Quadra", "Rési", "Soléa", "Téna", "Urba",
    "Vitra", "Xylo",
)  # fmt: skip
SUFFIXES = (
    "bat", "cia", "dour", "flux", "gram", "line", "mont", "nelle", "pose", "rance", "sol", "tech",
    "tis", "val", "vive", "zen",
)  # fmt: skip

FORMS = (("SARL", 40), ("SAS", 30), ("EURL", 10), ("SASU", 10), ("SA", 4), ("", 6))

TOWNS = (
    ("Amiens", "80000", False), ("Angers", "49000", False), ("Annecy", "74000", False),
    ("Argenteuil", "95100", True), ("Arles", "13200", False), ("Besançon", "25000", False),
    ("Bordeaux", "33000", False), ("Brest", "29200", False), ("Caen", "14000", False),
    ("Chambéry", "73000", False), ("Cholet", "49300", False), ("Clermont-Ferrand", "63000", False),
    ("Créteil", "94000", True), ("Dijon", "21000", False), ("Évry", "91000", True),
    ("Grenoble", "38000", False), ("La Roche-sur-Yon", "85000", False), ("Laval", "53000", False),
    ("Le Mans", "72000", False), ("Lille", "59000", False), ("Limoges", "87000", False),
    ("Lorient", "56100", False), ("Lyon", "69003", False), ("Marseille", "13008", False),
    ("Melun", "77000", True), ("Metz", "57000", False), ("Montpellier", "34000", False),
    ("Mulhouse", "68100", False), ("Nancy", "54000", False), ("Nanterre", "92000", True),
    ("Nantes", "44000", False), ("Nice", "06000", False), ("Nîmes", "30000", False),
    ("Niort", "79000", False), ("Orléans", "45000", False), ("Paris", "75011", True),
    ("Pau", "64000", False), ("Perpignan", "66000", False), ("Quimper", "29000", False),
    ("Reims", "51100", False), ("Rennes", "35000", False), ("Roanne", "42300", False),
    ("Rouen", "76000", False), ("Saint-Étienne", "42000", False), ("Strasbourg", "67000", False),
    ("Toulouse", "31000", False), ("Tours", "37000", False), ("Troyes", "10000", False),
    ("Valence", "26000", False), ("Vannes", "56000", False), ("Versailles", "78000", True),
)  # fmt: skip
"""Town, postcode, whether it lies in the Paris region."""

STREETS = (
    "rue des Forges", "avenue de la Gare", "rue du Lavoir", "impasse des Tilleuls",
    "zone artisanale des Prés", "boulevard de l'Industrie", "rue Haute", "chemin des Vignes",
    "quai du Canal", "place du Marché", "route de la Vallée", "allée des Chênes",
)  # fmt: skip

COMMUNES = (
    "Saint-Aubrin-sur-Vesle", "Montreval-le-Château", "Villefranque-les-Bois", "Kerlouazel",
    "Castelnabre", "Bourg-la-Rivoire", "Saint-Maurin-des-Landes", "Haudricourt-en-Plaine",
    "Pont-l'Évrard", "La Ferté-Morvane", "Sainte-Colombine", "Roquebrousse", "Vaudreval",
    "Neufchâtillon", "Plouvénan", "Champagnolles-le-Vieux", "Beaulieu-sur-Ource",
    "Le Mesnil-Aubray", "Marsillac-le-Haut", "Trévenans-sur-Mer",
)  # fmt: skip

PUBLIC = {
    "commune": ("Commune de {town}", "Mairie de {town}", "Ville de {town}"),
    "departement": ("Département de la Haute-Vireuse", "Conseil départemental du Val-d'Orne"),
    "region": ("Région Centre-Atlantique",),
    "metropole": ("Métropole de {town}", "Communauté de communes du Pays de {town}"),
    "hospital": ("Centre hospitalier de {town}", "EHPAD de {town}"),
    "school": ("Lycée professionnel de {town}", "Collège de {town}"),
}

CHAINS = ("Brikadelle", "Maison Alvénor", "Domivelia")
"""Large retailers: a head that pays, and stores that order."""

LARGE = (
    "Groupe Vexanor", "Travaux du Ponant Réunis", "Énergival Services", "Hôtels Corélis",
    "Logiparc Immobilier", "Sorélia Équipements", "Aéroports de l'Estuaire", "Rhovalis Industries",
)  # fmt: skip

FOREIGN = {
    "DE": (
        ("{name} Lichttechnik GmbH", "Elektro {name} GmbH & Co. KG", "{name} Leuchten AG"),
        (
            "Brandhuber",
            "Eschenbrück",
            "Kaltwasser",
            "Niederhaus",
            "Ochsenbrink",
            "Wiesenkamp",
            "Felsenrath",
            "Grünewaldt",
            "Lindhorster",
            "Steinbrecht",
        ),
        ("Freiburg", "Köln", "Leipzig", "Ulm"),
    ),
    "BE": (
        ("Éclairage {name} SA", "Verlichting {name} BV", "{name} Projects NV"),
        (
            "Dekeersmaet",
            "Vanhoeyvelt",
            "Lambrechtens",
            "Pirotteau",
            "Goossenaert",
            "Hautmarteau",
            "Verstraetens",
            "Colpaerdt",
        ),
        ("Namur", "Gent", "Liège", "Antwerpen"),
    ),
    "ES": (
        ("Iluminaciones {name} SL", "{name} Eléctrica SA"),
        (
            "Torralbilla",
            "Etxaburu",
            "Montesclaros",
            "Riudavets",
            "Valdecorzo",
            "Arrizabal",
            "Peñafría",
        ),
        ("Girona", "Zaragoza", "Bilbao"),
    ),
    "IT": (
        ("Elettroforniture {name} Srl", "{name} Illuminazione SpA"),
        (
            "Bassanelli",
            "Cortevecchia",
            "Montefalchi",
            "Trevignan",
            "Zanibelli",
            "Ruscaldo",
            "Pietramora",
        ),
        ("Torino", "Bergamo", "Parma"),
    ),
    "GB": (
        ("{name} Lighting Ltd", "{name} Electrical Wholesale Ltd"),
        ("Harrowfield", "Thistlewick", "Pembershaw", "Ashcombe Vale", "Dunmorley", "Wexbridge"),
        ("Leeds", "Bristol", "Cardiff"),
    ),
    "CH": (
        ("{name} Lumière SA", "{name} Licht AG"),
        ("Champvernier", "Alpenrieder", "Corbassière", "Tschamperli", "Blonayaz"),
        ("Genève", "Lausanne", "Bern"),
    ),
    "NL": (
        ("{name} Verlichting BV", "{name} Techniek BV"),
        ("Hoogendijkstra", "Waterlander", "Kruisbrink", "Zandvoorder"),
        ("Utrecht", "Breda"),
    ),
    "LU": (
        ("{name} Luxembourg Sàrl",),
        ("Weilermann", "Esperange", "Moselbach"),
        ("Luxembourg",),
    ),
}
"""Country → name patterns, names, towns."""

PRODUCTS = (
    ("RG120", "Réglette étanche LED 120 cm", 3_890),
    ("RG150", "Réglette étanche LED 150 cm", 4_650),
    ("DL18", "Encastré downlight 18 W", 2_240),
    ("DP60", "Dalle LED 60x60", 5_980),
    ("PJ50", "Projecteur extérieur 50 W", 7_450),
    ("PJ200", "Projecteur extérieur 200 W", 21_900),
    ("MT04", "Mât d'éclairage 4 m", 38_500),
    ("MT08", "Mât d'éclairage 8 m", 64_200),
    ("LR60", "Lanterne routière 60 W", 28_700),
    ("BO10", "Borne de jardin", 11_300),
    ("SP07", "Spot sur rail 7 W", 3_150),
    ("RL02", "Rail triphasé 2 m", 4_980),
    ("BS01", "Bloc de secours", 5_620),
    ("CC50", "Chemin de câbles 50 mm, 3 m", 2_780),
    ("CD01", "Commande sans fil", 8_900),
    ("DT01", "Détecteur de présence", 4_370),
)
"""Code, name, list price without VAT in cents."""

SUPPLIERS = (
    "Fonderie Vertamont", "Profilés Darnoux", "Circuits Ostrévent", "Verrerie Maubec",
    "Transports Gallinard", "Emballages Sorvillon", "Intérim Cadrelle", "Peintures Ulmière",
    "Composants Tessandier", "Nettoyage Clarvaux", "Assurances Belrive", "Télécoms Hautmont",
)  # fmt: skip
