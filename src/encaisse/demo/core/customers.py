"""Four hundred customers, their groups and how each of them pays.

The shares by segment follow the profiles of a French manufacturer's ledger; mean lateness by
size, sector, region, public body and country follows the published figures of Altares (first
halves of 2023 and 2024).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from encaisse.demo.core import company, numbers, words
from encaisse.demo.core.chance import stream, weighted
from encaisse.demo.core.naming import Namer, slug
from encaisse.demo.core.records import Customer, Habit, Profile

LARGE, SME, SMALL, PUBLIC = "Grand compte", "PME", "TPE", "Administration"
EXPORT, INTERNAL, RISKY, GOOD, CONSUMER = (
    "Export", "Interne", "À risque", "Bon payeur", "Particulier",
)  # fmt: skip

MIX = {
    LARGE: 28, SME: 130, SMALL: 92, PUBLIC: 45, EXPORT: 45, INTERNAL: 4, RISKY: 16, GOOD: 28,
    CONSUMER: 12,
}  # fmt: skip
"""Customers of each segment in a world of 400."""

WEIGHT = {
    LARGE: 110.0, SME: 28.0, SMALL: 11.0, PUBLIC: 16.0, EXPORT: 26.0, INTERNAL: 40.0, RISKY: 14.0,
    GOOD: 30.0, CONSUMER: 1.5,
}  # fmt: skip
"""How many invoices a customer of the segment gets, before the world is scaled."""

SCALE = {
    LARGE: 2.2, SME: 1.0, SMALL: 0.45, PUBLIC: 1.1, EXPORT: 1.7, INTERNAL: 1.5, RISKY: 0.9,
    GOOD: 1.1, CONSUMER: 0.2,
}  # fmt: skip

SIZES = {
    LARGE: (("1000+", 55), ("200-999", 45)),
    SME: (("4-49", 62), ("50-199", 30), ("200-999", 8)),
    SMALL: (("<3 employees", 62), ("sole traders (EI)", 38)),
    EXPORT: (("4-49", 45), ("50-199", 40), ("200-999", 15)),
    INTERNAL: (("50-199", 100),),
    RISKY: (("<3 employees", 40), ("4-49", 60)),
    GOOD: (("4-49", 60), ("50-199", 40)),
}

MEAN_LATE = {
    "<3 employees": 14.0, "sole traders (EI)": 13.4, "4-49": 11.7, "50-199": 12.7,
    "200-999": 14.5, "1000+": 17.8,
    "construction": 9.3, "car": 10.7, "manufacturing": 10.0, "estate": 22.0, "services": 15.0,
    "retail": 13.0,
    "commune": 12.7, "departement": 19.7, "region": 23.0, "metropole": 20.0, "hospital": 14.0,
    "school": 12.0,
    "BE": 12.3, "GB": 12.2, "NL": 4.1, "DE": 6.2, "ES": 15.0, "IT": 17.0, "CH": 7.0, "LU": 8.0,
}  # fmt: skip
"""Mean days late: Altares 2023/2024 by size, sector, public body and country. Services, retail,
hospital, school, ES, IT, CH and LU are assumptions between the published neighbours."""

AVERAGE = 12.9
PARIS = 1.25
STYLES = (
    ("clean", 30), ("list", 20), ("digits", 15), ("labelled", 10), ("order", 6), ("code", 5),
    ("vague", 8), ("own", 6),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    address: tuple[str, str]
    country: str
    in_paris: bool


def build(seed: int, profile: Profile, anchor: date) -> tuple[Customer, ...]:
    """Every customer of the world; what happens "now" is counted back from `anchor`."""
    namer = Namer(stream(seed, "names"))
    segments = [name for name, count in _shares(profile.customers) for _ in range(count)]
    made = [_customer(seed, namer, index, segment) for index, segment in enumerate(segments)]
    made = _with_groups(seed, made, namer)
    made = _calibrated(_with_weights(made, profile))
    return tuple(_with_troubles(made, anchor))


def _shares(count: int) -> list[tuple[str, int]]:
    """Customers by segment, at least one each, in all `count`."""
    shares = {name: max(1, round(share * count / 400)) for name, share in MIX.items()}
    shares[SME] += count - sum(shares.values())
    return list(shares.items())


def _customer(seed: int, namer: Namer, index: int, segment: str) -> Customer:
    chance = stream(seed, "customer", index)
    country = _country(chance) if segment == EXPORT else "FR"
    sector = _sector(chance, segment)
    size = weighted(chance, SIZES[segment]) if segment in SIZES else ""
    name, town = _name(chance, namer, segment, sector, size, country)
    place = _place(chance, town, country)
    reachable = chance.random() > 0.04
    return Customer(
        code=f"C{10_000 + 7 * index + chance.randint(0, 6)}",
        name=name,
        siren=numbers.siren(chance) if country == "FR" and segment != CONSUMER else "",
        email=_email(chance, name, segment) if reachable else "",
        phone=f"0{chance.choice('123459')} {' '.join(numbers.digits(chance, 2) for _ in range(4))}"
        if country == "FR"
        else "",
        address=place.address,
        country=country,
        language="fr" if country in ("FR", "LU") else _language(chance, country),
        segment=segment,
        size=size,
        sector=sector,
        terms=_terms(chance, segment, sector),
        ibans=(numbers.iban(chance, country),),
        head="",
        weight=WEIGHT[segment] * chance.lognormvariate(0, 0.5),
        scale=SCALE[segment] * chance.lognormvariate(0, 0.3),
        habit=_habit(chance, segment, size, sector, place),
        files_iban=chance.random() < 0.6,
    )


def _country(chance: Random) -> str:
    return weighted(
        chance,
        (
            ("DE", 22),
            ("BE", 22),
            ("ES", 14),
            ("IT", 14),
            ("GB", 10),
            ("CH", 9),
            ("NL", 6),
            ("LU", 3),
        ),
    )


def _language(chance: Random, country: str) -> str:
    return chance.choice(("fr", "en")) if country in ("BE", "CH") else "en"


def _sector(chance: Random, segment: str) -> str:
    if segment == PUBLIC:
        return weighted(
            chance,
            (("commune", 46), ("school", 16), ("hospital", 16), ("metropole", 14),
             ("departement", 5), ("region", 3)),
        )  # fmt: skip
    if segment == CONSUMER:
        return "services"
    if segment == LARGE:
        return chance.choice(("retail", "retail", "construction", "services", "estate"))
    return weighted(
        chance,
        (("construction", 50), ("retail", 22), ("manufacturing", 10), ("services", 11),
         ("estate", 4), ("car", 3)),
    )  # fmt: skip


def _name(
    chance: Random, namer: Namer, segment: str, sector: str, size: str, country: str
) -> tuple[str, str]:
    if segment == PUBLIC:
        kind = sector
        if kind in ("departement", "region"):
            free = [name for name in words.PUBLIC[kind] if namer.is_free(name)]
            if free:
                return namer.keep(free[0]), chance.choice(words.COMMUNES)
            kind = "metropole"
        return namer.public_body(kind)
    if segment == EXPORT:
        return namer.foreign(country)
    if segment == CONSUMER:
        return namer.person(), ""
    if segment == INTERNAL:
        free = [name for name in INTERNAL_NAMES if namer.is_free(name)]
        return namer.keep(free[0]), ""
    if segment == LARGE:
        free = [name for name in words.LARGE if namer.is_free(name)]
        return (namer.keep(free[0]) if free else namer.firm(sector)), ""
    return (namer.sole_trader(sector) if "EI" in size else namer.firm(sector)), ""


INTERNAL_NAMES = (
    "Orvalume Services SARL", "Orvalume Négoce SAS", "Orvalume Logistique SAS",
    "Orvalume Atelier Sud",
)  # fmt: skip


def _place(chance: Random, town: str, country: str) -> _Place:
    street = f"{chance.randint(1, 180)} {chance.choice(words.STREETS)}"
    if country != "FR":
        return _Place((street, f"{numbers.digits(chance, 4)} {town}"), country, False)
    real, postcode, in_paris = chance.choice(words.TOWNS)
    if town:
        return _Place((street, f"{postcode[:2]}{chance.randint(100, 890)} {town}"), country, False)
    return _Place((street, f"{postcode} {real}"), country, in_paris)


def _email(chance: Random, name: str, segment: str) -> str:
    box = "prenom.nom" if segment == CONSUMER else ""
    box = box or chance.choice(("compta", "comptabilite", "fournisseurs", "contact", "ap"))
    return (
        f"{box}@{slug(name)}.example" if segment != CONSUMER else f"{slug(name)}@courriel.example"
    )


def _terms(chance: Random, segment: str, sector: str) -> str:
    if segment == PUBLIC:
        return "50 NET" if sector == "hospital" else "30 NET"
    if segment == CONSUMER:
        return "15 NET"
    if segment in (SMALL, GOOD):
        return weighted(chance, (("30 NET", 70), ("30 FDM", 30)))
    if segment == EXPORT:
        return weighted(chance, (("30 NET", 40), ("60 NET", 60)))
    return weighted(chance, (("30 NET", 20), ("30 FDM", 15), ("45 FDM", 45), ("60 NET", 20)))


def _habit(chance: Random, segment: str, size: str, sector: str, place: _Place) -> Habit:
    on_time, very_late = _punctuality(chance, segment, size, sector, place)
    method = _method(chance, segment)
    return Habit(
        on_time=on_time,
        very_late=very_late,
        runs=_runs(chance, segment) if method == "transfer" else (),
        method=method,
        style=weighted(chance, STYLES)
        if place.country == "FR"
        else chance.choice(("rf", "clean", "list")),
        bank=company.SECOND if chance.random() < 0.2 else company.MAIN,
        deducts=0.09 if sector == "retail" and segment == LARGE else chance.choice((0, 0, 0, 0.03)),
        discount=segment in (SME, GOOD) and chance.random() < 0.08,
        advises=segment in (LARGE, SME) and chance.random() < 0.22,
        third_party=chance.choice(THIRD_PARTIES) if chance.random() < 0.06 else "",
    )


THIRD_PARTIES = (
    "AFFACTIS FACTOR", "HOLDING FINANCIERE DU LAC", "SCI DES TROIS PONTS",
    "OFFICE NOTARIAL VERDIER",
    "AXELIANE TRESORERIE",
)  # fmt: skip


def _punctuality(
    chance: Random, segment: str, size: str, sector: str, place: _Place
) -> tuple[float, float]:
    """Shares paid on time and over 30 days late, from the published mean of such customers."""
    factor = MEAN_LATE.get(size, AVERAGE) / AVERAGE * (MEAN_LATE.get(sector, AVERAGE) / AVERAGE)
    if place.country != "FR":
        factor = MEAN_LATE[place.country] / AVERAGE
    if place.in_paris:
        factor *= PARIS
    factor *= chance.lognormvariate(-0.1, 0.45)
    factor *= {GOOD: 0.12, RISKY: 2.6, INTERNAL: 0.8}.get(segment, 1.0)
    late = min(0.92, LATE_SHARE * factor**0.75)
    return 1 - late, min(0.6, VERY_LATE_SHARE * factor**1.15)


LATE_SHARE, VERY_LATE_SHARE = 0.512, 0.039
"""Over all invoices of customers who decide themselves when to pay (not by direct debit)."""


def _method(chance: Random, segment: str) -> str:
    if segment == CONSUMER:
        return weighted(chance, (("card", 60), ("cheque", 40)))
    if segment == SMALL:
        return weighted(chance, (("transfer", 52), ("cheque", 26), ("debit", 18), ("instant", 4)))
    if segment == GOOD:
        return weighted(chance, (("transfer", 75), ("debit", 25)))
    if segment in (SME, RISKY):
        return weighted(chance, (("transfer", 90), ("cheque", 6), ("debit", 4)))
    return "transfer"


def _runs(chance: Random, segment: str) -> tuple[int, ...]:
    if segment == LARGE:
        return weighted(chance, (((10,), 25), ((10, 25), 25), ((15, 31), 30), ((5, 15, 25), 20)))
    if segment in (SME, EXPORT, INTERNAL):
        return weighted(
            chance, (((), 45), ((10,), 12), ((15,), 8), ((31,), 10), ((15, 31), 15), ((10, 25), 10))
        )
    return ()


def _with_groups(seed: int, customers: list[Customer], namer: Namer) -> list[Customer]:
    """Chains of stores under a head that pays, and some groups of smaller firms."""
    chance = stream(seed, "groups")
    large = [index for index, one in enumerate(customers) if one.segment == LARGE]
    chains = max(1, len(large) * 3 // 28)
    stores = max(1, (len(large) * 20 // 28) // chains - 1)
    position = iter(large)
    for name, runs in zip(words.CHAINS[:chains], (31, 10, 15), strict=False):
        members = [index for _, index in zip(range(stores + 1), position, strict=False)]
        _make_chain(chance, customers, members, name, runs)
    firms = [index for index, one in enumerate(customers) if one.segment == SME]
    for start in range(0, min(12, len(firms) // 4), 3):
        head = customers[firms[start]]
        for index in firms[start : start + 3]:
            customers[index] = replace(customers[index], head=head.code)
    return customers


def _make_chain(
    chance: Random, customers: list[Customer], members: list[int], name: str, runs: int
) -> None:
    head = customers[members[0]]
    towns = chance.sample(words.TOWNS, len(members))
    habit = replace(
        head.habit, advises=True, style="list", third_party="", deducts=0.09, runs=(runs,)
    )
    for index, (town, postcode, _) in zip(members, towns, strict=True):
        one = customers[index]
        is_head = index == members[0]
        customers[index] = replace(
            one,
            name=f"{name} SA" if is_head else f"{name} {town}",
            sector="retail",
            terms=head.terms,
            ibans=head.ibans,
            email=f"fournisseurs@{slug(name)}.example",
            address=(one.address[0], f"{postcode} {town}"),
            head=head.code,
            weight=one.weight * (0.3 if is_head else 1.0),
            habit=habit,
        )


def _with_weights(customers: list[Customer], profile: Profile) -> list[Customer]:
    """Weights become the invoices expected of each customer over three years."""
    factor = profile.invoices / sum(one.weight for one in customers)
    return [replace(one, weight=one.weight * factor) for one in customers]


INSOLVENT_DAYS_AGO = (43, 290)


def _calibrated(customers: list[Customer]) -> list[Customer]:
    """Scales the habits so that the invoices, not the customers, show the published shares."""
    choosing = [one for one in customers if one.habit.method != "debit"]
    invoices = sum(one.weight for one in choosing)
    for _ in range(4):
        late = sum(one.weight * (1 - one.habit.on_time) for one in choosing) / invoices
        very = sum(one.weight * one.habit.very_late for one in choosing) / invoices
        choosing = [_scaled(one, LATE_SHARE / late, VERY_LATE_SHARE / very) for one in choosing]
    habits = {one.code: one.habit for one in choosing}
    return [replace(one, habit=habits.get(one.code, one.habit)) for one in customers]


def _scaled(customer: Customer, late: float, very_late: float) -> Customer:
    habit = customer.habit
    share = min(0.93, (1 - habit.on_time) * late)
    scaled = replace(
        habit, on_time=1 - share, very_late=min(share, 0.5, habit.very_late * very_late)
    )
    return replace(customer, habit=scaled)


def _with_troubles(customers: list[Customer], anchor: date) -> list[Customer]:
    """Two customers at risk are insolvent; one IBAN of the customers' file is mistyped."""
    risky = sorted(
        (index for index, one in enumerate(customers) if one.segment == RISKY),
        key=lambda index: -customers[index].weight,
    )
    for index, days_ago in zip(risky, INSOLVENT_DAYS_AGO, strict=False):
        one = customers[index]
        habit = replace(one.habit, on_time=0.15, very_late=0.4, method="transfer")
        broke_on = anchor - timedelta(days=days_ago)
        customers[index] = replace(one, habit=habit, insolvent_on=broke_on)
    told = [i for i, one in enumerate(customers) if one.files_iban and one.country == "FR"]
    customers[told[-1]] = replace(customers[told[-1]], mistyped_iban=True)
    return customers
