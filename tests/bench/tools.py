"""What the tool box is measured by: a full grid of figures, and clauses that many have used."""

import datetime
import itertools
import uuid
from collections.abc import Callable
from decimal import Decimal

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.models import ClauseUse, ClauseVersion, Indicator, IndicatorValue
from members.fiscal import fiscal_years
from members.models import Membership, Organization, Term, User, Vocabulary

INDICATORS, YEARS = 20, 10
USES_EACH = 5


def fill(organization: Organization, by: User) -> None:
    """Give the organization a full grid, and every organization uses of clauses."""
    _fill_grid(organization, by)
    _use_clauses(by)


def _typed() -> list[Indicator]:
    rows = Indicator.objects.filter(level=Indicator.Level.ORGANIZATION)
    return [row for row in rows if not row.is_computed]


def _fill_grid(organization: Organization, by: User) -> None:
    present = Indicator.objects.filter(level=Indicator.Level.ORGANIZATION).count()
    Indicator.objects.bulk_create(
        Indicator(
            code=f"B-{index:02d}",
            name=f"Indicateur de mesure {index}",
            unit="nombre",
            formula="Nombre",
            kind=Indicator.Kind.RESULT,
            level=Indicator.Level.ORGANIZATION,
            direction=Indicator.Direction.UP,
        )
        for index in range(INDICATORS - present)
    )
    years = fiscal_years(organization, until=timezone.localdate(), count=YEARS)
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            organization=organization,
            indicator=indicator,
            period_start=year.start,
            period_end=year.end,
            value=Decimal(index % 5),
            updated_by=by,
        )
        for indicator in _typed()
        for index, year in enumerate(years)
    )


def _use_clauses(by: User) -> None:
    versions = itertools.cycle(ClauseVersion.objects.all())
    tender = Term.objects.filter(vocabulary=Vocabulary.DOCUMENT_KIND).first()
    assert tender is not None
    ClauseUse.objects.bulk_create(
        (
            ClauseUse(
                organization_id=key,
                clause_version=next(versions),
                document_kind=tender,
                document_reference=f"AO-{index}",
                used_on=datetime.date(2021, 3, 1),
                wording="Le libellé employé.",
                outcome="ees" if index % 2 else "autre",
                sharing="chantier",
                created_by=by,
            )
            for key in Organization.objects.values_list("pk", flat=True)
            for index in range(USES_EACH)
        ),
        batch_size=500,
    )


def grid_address(organization: Organization) -> str:
    kwargs = {"org_slug": organization.slug}
    return f"{reverse('measures:indicator_grid', kwargs=kwargs)}?annees={YEARS}"


def saving_a_cell(client: Client, organization: Organization) -> Callable[[], None]:
    """A post of one cell with another figure, each time on its newest version."""
    indicator = _typed()[-1]
    value = IndicatorValue.objects.filter(organization=organization, indicator=indicator).first()
    assert value is not None
    address = reverse("measures:indicator_cell", kwargs={"org_slug": organization.slug})
    state = {"version": value.version, "figure": 100}

    def call() -> None:
        state["figure"] += 1
        answer = client.post(
            address,
            {
                "indicator": indicator.code,
                "period_start": value.period_start,
                "value": state["figure"],
                "version": state["version"],
                "submission_key": uuid.uuid4(),
            },
        )
        if answer.status_code != 200:
            raise SystemExit(f"La cellule répond {answer.status_code}.")
        state["version"] += 1

    return call


def person_of(organization: Organization) -> User:
    membership = Membership.objects.filter(organization=organization).select_related("user")[0]
    return membership.user
