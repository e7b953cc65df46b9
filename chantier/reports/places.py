"""Where a report is read and written; without organization, that of the chantier."""

from django.urls import reverse

from members.models import Organization


def report_page(organization: Organization | None, label: str) -> str:
    return _address("report_detail", "chantier_report", organization, label)


def texts_page(organization: Organization | None, label: str) -> str:
    return _address("report_texts", "chantier_texts", organization, label)


def cases_page(organization: Organization, label: str) -> str:
    """Of an organization: the chantier tells what the organizations chose."""
    return reverse("reports:report_cases", args=[organization.slug, label])


def settle_address(organization: Organization, label: str, pk: int) -> str:
    return reverse("reports:comment_settle", args=[organization.slug, label, pk])


def _address(own: str, shared: str, organization: Organization | None, label: str) -> str:
    if organization is None:
        return reverse(f"reports:{shared}", args=[label])
    return reverse(f"reports:{own}", args=[organization.slug, label])
