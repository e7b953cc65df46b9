"""What an organization observed: its list, its form, its consent to be quoted."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from benefits.models import Benefit, ObservedBenefit, Purchase
from benefits.observed.actions import StaleObservation, choose_consent
from benefits.observed.consent import citation_of, why_not_quoted
from benefits.observed.filters import ObservationFilter
from benefits.observed.forms import ConsentForm
from benefits.observed.page import give_ties, open_observations, totals_of
from benefits.views import observation_forms as forms
from chantier.lib import listing
from measures.models import Implementation
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@vary_on_headers("HX-Request")
@require_permission(Permission.ORGANIZATION_VIEW)
def observation_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    filterset = ObservationFilter(
        request.GET, queryset=open_observations(request.access), request=request
    )
    rows = listing.build(request, filterset)
    give_ties(rows.page.object_list, is_member=request.access.is_member)
    context = {
        "organization": organization,
        "may_edit": request.access.allows(Permission.OBSERVATION_EDIT),
        "is_member": request.access.is_member,
        "filter_form": filterset.form,
        "listing": rows,
        "totals": totals_of(filterset.qs),
        "path": request.path,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "benefits/_observation_results.html", context)
    return render(request, "benefits/observation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.OBSERVATION_EDIT)
def observation_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method == "POST":
        return forms.add(request)
    return forms.show_new(request, initial=_brought(request))


def _brought(request: MemberRequest) -> dict[str, int]:
    """What the address starts from: a purchase or a record of this organization, a benefit."""
    organization = request.access.organization
    sources = {
        "achat": ("purchase", Purchase.objects.filter(organization=organization)),
        "mesure": ("implementation", Implementation.objects.filter(organization=organization)),
    }
    found = {}
    for name, (field, rows) in sources.items():
        if key := request.GET.get(name, ""):
            if not (key.isascii() and key.isdigit() and len(key) < 19):
                raise Http404
            found[field] = get_object_or_404(rows.only("pk"), pk=key).pk
    if slug := request.GET.get("benefice", "").replace("\x00", "?"):
        found["benefit"] = get_object_or_404(Benefit.objects.only("pk"), slug=slug).pk
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.OBSERVATION_EDIT)
def observation_edit(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    row = forms.find(request, pk)
    if row is None:
        return forms.gone(request, pk)
    return forms.save(request, row) if request.method == "POST" else forms.show(request, row)


@require_POST
@require_permission(Permission.OBSERVATION_EDIT)
def observation_remove(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    return forms.remove(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.OBSERVATION_EDIT)
def observation_consent(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    row = get_object_or_404(open_observations(request.access), pk=pk)
    form = ConsentForm(request.POST or None, row=row)
    if request.method == "POST":
        form = ConsentForm(request.POST, row=row)
        if form.is_valid():
            return _choose(request, row, form)
    return _show_consent(request, row, form)


def _choose(request: MemberRequest, row: ObservedBenefit, form: ConsentForm) -> HttpResponse:
    consent = form.cleaned_data["consent"]
    try:
        choose_consent(
            row=row, consent=consent, version=form.cleaned_data["version"], by=request.user
        )
    except StaleObservation:
        messages.warning(
            request,
            "Le texte a changé depuis que vous l’avez lu\u00a0: rien n’est enregistré. Relisez-le, "
            "puis choisissez.",
        )
        return _show_consent(request, row, ConsentForm(row=row), status=409)
    if consent == ObservedBenefit.Consent.NONE:
        text = "C’est noté\u00a0: ce texte n’est cité nulle part."
    else:
        text = "Merci\u00a0: ce texte peut être cité. Vous pouvez changer d’avis en tout temps."
    messages.success(request, text)
    return redirect(row)


def _show_consent(
    request: MemberRequest, row: ObservedBenefit, form: ConsentForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "organization": row.organization,
        "observation": row,
        "form": form,
        "problem": why_not_quoted(row),
        "citation": citation_of(row),
    }
    return render(request, "benefits/observation_consent.html", context, status=status)
