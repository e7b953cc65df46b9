"""Generated data: exact totals, valid rows, the same ones for the same seed."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from measures.models import Evidence, Implementation, ImplementationEvent
from members.models import Organization, User

pytestmark = pytest.mark.django_db
# More rows than the guide has measures: the rest are measures of the organization's own.
SIZE = {"organizations": 3, "implementations": 160}


def generate(**options):
    call_command("generate", **(SIZE | {"seed": 7, "force": True, "verbosity": 0} | options))


def rows():
    fields = ("organization__slug", "measure__code", "own_title", "status", "lead", "started_on")
    return list(Implementation.objects.order_by("pk").values_list(*fields))


def generated(**options):
    """The rows of one run, undone afterwards."""
    with transaction.atomic():
        generate(**options)
        found = rows()
        transaction.set_rollback(True)
    return found


def test_it_is_refused_where_real_data_may_live(settings):
    with pytest.raises(CommandError, match="Refusé"):
        generate(force=False)
    assert not Organization.objects.exists()


def test_a_developer_needs_no_force(settings):
    settings.DEBUG = True
    generate(force=False, organizations=1, implementations=1)
    assert Implementation.objects.count() == 1


@pytest.mark.parametrize("options", [{"organizations": 0}, {"implementations": -1}])
def test_impossible_sizes_are_refused(options):
    with pytest.raises(CommandError, match="au moins une"):
        generate(**options)


def test_totals_are_exact_and_rows_valid():
    generate()
    assert Organization.objects.count() == 3
    assert Implementation.objects.count() == ImplementationEvent.objects.count() == 160
    per_organization = [one.implementations.count() for one in Organization.objects.all()]
    assert sorted(per_organization) == [53, 53, 54]
    assert Evidence.objects.exists()
    for row in Implementation.objects.select_related("measure"):
        row.full_clean()
        assert row.search_text == row.searchable()
        assert row.measure is None or row.stage_id == row.measure.stage_id


def test_generated_organizations_are_marked_and_their_people_cannot_log_in():
    generate()
    assert not Organization.objects.filter(is_fictional=False).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_the_same_seed_gives_the_same_rows_and_another_does_not():
    first = generated()
    assert first == generated()
    assert first != generated(seed=8)


def test_a_second_run_adds_to_the_first():
    generate(organizations=2, implementations=4)
    generate(organizations=1, implementations=3)
    assert Organization.objects.count() == 3
    assert Implementation.objects.count() == 7
