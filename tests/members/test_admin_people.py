"""The administration: people, their roles and their accounts."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from members.models import Membership, Organization, User
from tests.conftest import LogIn
from tests.factories import (
    PASSWORD,
    OrganizationFactory,
    UserFactory,
)
from tests.members.admin_forms import inline, page

# Django's own templates read variables that are not always there.
pytestmark = pytest.mark.ignore_template_errors


def person_data(**fields: Any) -> dict[str, Any]:
    return {
        "email": "Nouvelle.Personne@Demo.example",
        "full_name": "Nouvelle Personne",
        "portal_role": "",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **fields,
    }


def test_a_coordinator_creates_a_person_who_can_log_in(
    log_in_as: LogIn, coordinator: User, client: Client
) -> None:
    response = log_in_as(coordinator).post(page("members_user", "add"), person_data())
    assert response.status_code == 302
    person = User.objects.get(full_name="Nouvelle Personne")
    assert person.email == "nouvelle.personne@demo.example"
    assert person.check_password(PASSWORD)
    assert not person.is_superuser


def test_a_weak_password_or_a_known_address_is_refused(log_in_as: LogIn, coordinator: User) -> None:
    UserFactory(email="prise@demo.example")
    client = log_in_as(coordinator)
    weak = client.post(
        page("members_user", "add"), person_data(password1="court", password2="court")
    )
    assert weak.context["adminform"].form.errors["password2"]
    taken = client.post(page("members_user", "add"), person_data(email="PRISE@demo.example"))
    assert taken.status_code == 200
    assert User.objects.filter(email__iexact="prise@demo.example").count() == 1


def test_a_coordinator_makes_nobody_a_superuser(log_in_as: LogIn, coordinator: User) -> None:
    client = log_in_as(coordinator)
    data = person_data(is_superuser="on", is_active="on", **inline("memberships"))
    client.post(page("members_user", "add"), data)
    person = User.objects.get(full_name="Nouvelle Personne")
    client.post(page("members_user", "change", person.pk), data | {"full_name": "Renommée"})
    person.refresh_from_db()
    assert (person.full_name, person.is_superuser) == ("Renommée", False)


def test_only_a_superuser_changes_a_superuser(
    log_in_as: LogIn, coordinator: User, superuser: User
) -> None:
    client = log_in_as(coordinator)
    change = page("members_user", "change", superuser.pk)
    data = person_data(email="pris@demo.example", **inline("memberships"))
    assert client.post(change, data).status_code == 403
    assert client.get(f"/admin/members/user/{superuser.pk}/password/").status_code == 403
    assert log_in_as(superuser).get(change).context["has_change_permission"]


def test_facilitators_give_nobody_a_role_in_an_organization(
    log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    data = {
        "name": organization.name,
        "slug": organization.slug,
        "type": organization.type_id,
        "region": organization.region_id,
        "regime": organization.regime,
        "kind": organization.kind,
        "fiscal_year_start_month": 1,
        "joined_on": "2020-04-01",
        **inline("memberships", {"user": facilitator.pk, "role": "manager"}),
    }
    change = page("members_organization", "change", organization.pk)
    assert log_in_as(facilitator).post(change, data).status_code == 403
    assert not Membership.objects.exists()


def test_coordinators_do(
    log_in_as: LogIn, coordinator: User, organization: Organization, reader: User
) -> None:
    other = OrganizationFactory()
    data = {
        "email": reader.email,
        "full_name": reader.full_name,
        "is_active": "on",
        **inline(
            "memberships",
            {
                "id": reader.memberships.get().pk,
                "user": reader.pk,
                "organization": organization.pk,
                "role": "manager",
            },
            {"user": reader.pk, "organization": other.pk, "role": "reader"},
            initial=1,
        ),
    }
    change = page("members_user", "change", reader.pk)
    assert log_in_as(coordinator).post(change, data).status_code == 302
    roles = dict(reader.memberships.values_list("organization", "role"))
    assert roles == {organization.pk: "manager", other.pk: "reader"}


def test_an_old_address_no_longer_opens_the_account(
    log_in_as: LogIn, coordinator: User, reader: User
) -> None:
    EmailAddress.objects.create(user=reader, email=reader.email, primary=True, verified=True)
    data = {
        "email": "nouvelle@demo.example",
        "full_name": reader.full_name,
        "is_active": "on",
        **inline("memberships"),
    }
    response = log_in_as(coordinator).post(page("members_user", "change", reader.pk), data)
    assert response.status_code == 302
    assert not EmailAddress.objects.exists()


def test_a_coordinator_ends_a_membership_and_a_facilitator_does_not(
    log_in_as: LogIn, coordinator: User, facilitator: User, reader: User
) -> None:
    membership = Membership.objects.get(user=reader)
    row = {
        "id": membership.pk,
        "user": reader.pk,
        "organization": membership.organization_id,
        "role": membership.role,
        "DELETE": "on",
    }
    data = {
        "email": reader.email,
        "full_name": reader.full_name,
        "portal_role": "",
        "is_active": "on",
        **inline("memberships", row, initial=1),
    }
    address = page("members_user", "change", reader.pk)
    assert log_in_as(facilitator).post(address, data).status_code == 403
    assert Membership.objects.exists()
    assert log_in_as(coordinator).post(address, data).status_code == 302
    assert not Membership.objects.exists()
    assert User.objects.filter(pk=reader.pk).exists()
