"""What Val-Clément has begun to write in the report that it has yet to submit."""

from chantier.reports.acts.texts import save_text
from chantier.reports.models import AnnualReport, ReportText
from members.models import Cycle, Organization, User

_WRITER = "val-clement"
_TEXTS = {
    "sommaire": (
        "Une clause d’économie sociale dans chaque appel d’offres de services d’entretien.\n"
        "Un calendrier des besoins est remis aux EÉS en septembre."
    ),
    "engagements": (
        "La politique d’approvisionnement nomme les EÉS parmi les fournisseurs à inviter.\n\n"
        "Un comité de trois services suit le plan d’action."
    ),
    "avancement": (
        "Le repérage a avancé grâce au répertoire commun. La planification a pris du retard "
        "au printemps\u00a0: deux postes étaient vacants."
    ),
}


def ensure_texts(
    organizations: list[Organization], teams: dict[int, list[User]], cycle: Cycle
) -> None:
    """Write what is missing; a text that somebody changed since stays."""
    for organization in organizations:
        if organization.slug != _WRITER:
            continue
        report, _ = AnnualReport.objects.get_or_create(organization=organization, cycle=cycle)
        known = set(ReportText.objects.filter(report=report).values_list("section", flat=True))
        for section, text in _TEXTS.items():
            if section not in known and report.is_written:
                by = teams[organization.pk][0]
                save_text(report=report, section=section, text=text, version=0, key=None, by=by)
