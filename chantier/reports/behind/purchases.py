"""The purchases, the EÉS and the contracts behind the amounts of a fiscal year.

Long lists: what a page shows is read, and no more. Totals are those of `benefits.spending`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, QuerySet

from benefits import feeds, spending
from benefits.models import Purchase, SocialEnterprise
from benefits.spending import CENTS, Cell, dollars_of
from chantier.lib import french
from chantier.lib.addresses import address
from chantier.reports.behind.shape import Asked, Behind, Group, Lazy, Row
from chantier.reports.bought import UNKNOWN
from members.fiscal import FiscalYear
from members.models import Term

_AMOUNT = "Montant"


def _of_year(asked: Asked, year: FiscalYear) -> Any:
    """All purchases of a fiscal year, from EÉS or not."""
    rows = Purchase.objects.filter(organization=asked.organization)
    return rows.between(year.start, year.end).order_by("-purchased_on", "-pk")


def _spent(asked: Asked, year: FiscalYear) -> list[Cell]:
    return spending.spent([asked.organization], [year]).of(asked.organization.pk, year.start)


def amount(asked: Asked) -> Behind:
    return _amount(asked, asked.year, "Achats auprès d’EÉS")


def previous(asked: Asked) -> Behind:
    return _amount(asked, asked.year.back(1), "Achats auprès d’EÉS, l’année précédente")


def _amount(asked: Asked, year: FiscalYear, title: str) -> Behind:
    """Seven queries at most."""
    cells = _spent(asked, year)
    return Behind(
        title=title,
        value=french.dollars(spending.total(cells) if cells else None),
        rule=(
            f"Achats de l’année financière {year.label} dont le fournisseur est une EÉS du "
            "répertoire, avant taxes, notes de crédit déduites."
        ),
        groups=value_groups(asked, year),
    )


def value_groups(asked: Asked, year: FiscalYear) -> tuple[Group, ...]:
    counted = _of_year(asked, year).counted()
    return (purchases("comptees", "Comptés", counted, asked), *not_counted(asked, year))


def not_counted(asked: Asked, year: FiscalYear) -> tuple[Group, ...]:
    """What was bought that year from suppliers that are no EÉS, or not yet known to be."""
    unknown = _of_year(asked, year).of_nobody()
    none = _of_year(asked, year).filter(enterprise=None).exclude(pk__in=unknown.values("pk"))
    return (
        purchases("a-rapprocher", "Hors du calcul\u00a0: fournisseur à rapprocher", unknown, asked),
        purchases(
            "sans-ees", "Hors du calcul\u00a0: le fournisseur n’est pas une EÉS", none, asked
        ),
    )


def purchases(code: str, title: str, rows: QuerySet[Any], asked: Asked) -> Group:
    def row_of(row: Any) -> Row:
        seller = row.enterprise.name if row.enterprise else ""
        return Row(
            title=row.supplier_name,
            url=address("benefits:purchase_edit", org_slug=asked.organization.slug, pk=row.pk),
            date=row.purchased_on,
            value=french.dollars(row.amount, 2),
            reason=", ".join(
                part
                for part in (
                    "note de crédit" if row.amount < 0 else "",
                    seller if seller != row.supplier_name else "",
                    row.sector.label if row.sector else "",
                    row.reference,
                )
                if part
            ),
        )

    return Group(
        code,
        title,
        Lazy(rows.select_related("enterprise", "sector"), row_of),
        head="Fournisseur",
        date_label="Date",
        value_label=_AMOUNT,
        reason_label="Précision",
        empty="Aucun achat.",
    )


def of_sector(asked: Asked) -> Behind | None:
    return _of_part(asked, lambda cell: cell.sector, "sector", ("secteur", "un autre secteur"))


def of_region(asked: Asked) -> Behind | None:
    words = ("région", "une EÉS d’une autre région")
    return _of_part(asked, lambda cell: cell.region, "enterprise__region", words)


def _of_part(
    asked: Asked, key: Callable[[Cell], int | None], field: str, words: tuple[str, str]
) -> Behind | None:
    """Of the part named `asked.of`; None where the purchases of the year have no such part."""
    groups = spending.by(_spent(asked, asked.year), key)
    labels = _labels(groups)
    found = [pk for pk in groups if labels[pk] == asked.of]
    if not found:
        return None
    pk, (word, other) = found[0], words
    cells = groups[pk]
    of_part = {f"{field}__isnull": True} if pk is None else {field: pk}
    rows = _of_year(asked, asked.year).counted()
    of_others = rows.exclude(pk__in=rows.filter(**of_part).values("pk"))
    payments = sum(cell.payments for cell in cells)
    return Behind(
        title=f"Achats auprès d’EÉS, {word}\u00a0: {asked.of}",
        value=french.dollars(spending.total(cells), 2),
        rule=(
            f"{payments} achat{french.plural(payments)} de l’année financière {asked.year.label}, "
            "avant taxes; les notes de crédit sont déduites et ne sont pas comptées."
        ),
        groups=(
            purchases("comptees", "Comptés", rows.filter(**of_part), asked),
            purchases("autres", f"Hors du calcul\u00a0: {other}", of_others, asked),
        ),
    )


def _labels(keys: Iterable[int | None]) -> dict[int | None, str]:
    known = Term.objects.in_bulk([pk for pk in keys if pk is not None])
    return {None: UNKNOWN} | {pk: term.label for pk, term in known.items()}


def enterprises(asked: Asked) -> Behind:
    """The EÉS paid at least once in the year; three queries."""
    groups = active_sellers(asked, asked.year)
    return Behind(
        title="Nombre d’EÉS payées",
        value=french.number(len(groups[0].rows)),
        rule=f"EÉS payées au moins une fois pendant l’année financière {asked.year.label}.",
        groups=groups,
    )


def active_sellers(asked: Asked, year: FiscalYear) -> tuple[Group, ...]:
    cells = _spent(asked, year)
    paid = spending.paid(cells)
    return (
        sellers("comptees", "Comptées", [c for c in cells if c.enterprise in paid], asked, year),
        sellers(
            "exclues",
            "Hors du calcul\u00a0: une note de crédit sans paiement",
            [c for c in cells if c.enterprise not in paid],
            asked,
            year,
        ),
    )


def sellers(code: str, title: str, cells: Iterable[Cell], asked: Asked, year: FiscalYear) -> Group:
    """One row for each EÉS, with what it was paid; its purchases are behind it."""
    by_seller = spending.by(cells, lambda cell: cell.enterprise)
    known = SocialEnterprise.objects.only("name", "slug").in_bulk(by_seller)
    rows = [
        Row(
            title=known[pk].name,
            url=purchases_of(asked, year, known[pk].slug),
            value=french.dollars(spending.total(found), 2),
            reason=_payments(found),
        )
        for pk, found in by_seller.items()
    ]
    rows.sort(key=lambda row: french.fold(row.title))
    return Group(
        code,
        title,
        tuple(rows),
        head="EÉS",
        value_label=_AMOUNT,
        reason_label="Achats",
        empty="Aucune EÉS.",
    )


def _payments(cells: Iterable[Cell]) -> str:
    number = sum(cell.payments for cell in cells)
    return f"{number} achat{french.plural(number)}"


def purchases_of(asked: Asked, year: FiscalYear, seller: str) -> str:
    rows = address("benefits:purchase_list", org_slug=asked.organization.slug)
    return f"{rows}?annee={year.start.year}&ees={seller}"


# --- What purchases say of the indicators ------------------------------------------------------


def contracts(asked: Asked, year: FiscalYear) -> tuple[Group, ...]:
    """Distinct references, and payments without one; a credit note is no contract."""
    rows = _of_year(asked, year).counted()
    paid = rows.filter(amount__gt=0)
    named = (
        paid.exclude(reference="")
        .order_by("reference")
        .values("reference")
        .annotate(cents=CENTS, number=Count("pk"))
    )

    def contract(row: Any) -> Row:
        number = row["number"]
        return Row(
            title=row["reference"],
            value=french.dollars(dollars_of(row["cents"]), 2),
            reason=f"{number} achat{french.plural(number)}",
        )

    return (
        Group(
            "comptees",
            "Contrats qui portent un numéro",
            Lazy(named, contract),
            head="Contrat",
            value_label=_AMOUNT,
            reason_label="Achats",
            empty="Aucun contrat numéroté.",
        ),
        purchases(
            "sans-numero",
            "Achats sans numéro\u00a0: un contrat chacun",
            paid.filter(reference=""),
            asked,
        ),
        purchases(
            "exclues", "Hors du calcul\u00a0: notes de crédit", rows.filter(amount__lt=0), asked
        ),
        *not_counted(asked, year),
    )


def new_sellers(asked: Asked, year: FiscalYear) -> tuple[Group, ...]:
    """EÉS that nobody paid in the years before, and the others that were paid in this one."""
    years = [year.back(number) for number in range(feeds.LOOK_BACK + 1)]
    found = spending.spent([asked.organization], years)
    cells = found.of(asked.organization.pk, year.start)
    active = spending.paid(cells)
    known: set[int] = set()
    for before in years[1:]:
        known |= spending.paid(found.of(asked.organization.pk, before.start))
    new = [cell for cell in cells if cell.enterprise in active - known]
    others = [cell for cell in cells if cell.enterprise in active & known]
    return (
        sellers("comptees", "Nouvelles\u00a0: le numérateur", new, asked, year),
        sellers(
            "autres",
            "Les autres EÉS actives, déjà payées aux deux années d’avant",
            others,
            asked,
            year,
        ),
    )


def parts(asked: Asked, year: FiscalYear, *, is_sector: bool) -> tuple[Group, ...]:
    """The sectors or the regions that a payment names, and what names none."""
    cells = _spent(asked, year)
    groups = spending.by(cells, lambda cell: cell.sector if is_sector else cell.region)
    paid = spending.sectors_paid(cells) if is_sector else spending.regions_paid(cells)
    labels = _labels(groups)

    def row(pk: int | None) -> Row:
        return Row(
            title=labels[pk],
            value=french.dollars(spending.total(groups[pk]), 2),
            reason=_payments(groups[pk]),
        )

    def group(code: str, title: str, keys: Iterable[int | None]) -> Group:
        rows = sorted((row(pk) for pk in keys), key=lambda each: french.fold(each.title))
        return Group(
            code,
            title,
            tuple(rows),
            head="Secteur" if is_sector else "Région",
            value_label=_AMOUNT,
            reason_label="Achats",
            empty="Aucun secteur." if is_sector else "Aucune région.",
        )

    return (
        group("comptees", "Comptés" if is_sector else "Comptées", paid),
        group(
            "exclues",
            "Hors du calcul\u00a0: non précisé, ou une note de crédit sans paiement",
            [pk for pk in groups if pk not in paid],
        ),
    )
