"""Every model has a factory, and what it makes is valid."""

import inspect

import pytest
from django.apps import apps
from factory.django import DjangoModelFactory

from tests import factories

OURS = ("members", "measures", "benefits", "meetings", "reports")
FACTORIES = [
    thing
    for _, thing in sorted(vars(factories).items())
    if inspect.isclass(thing) and issubclass(thing, DjangoModelFactory)
]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_a_factory_makes_a_valid_object(factory):
    made = factory()
    # Fields that only code fills may be empty where a form would not let them.
    by_code = [field.name for field in made._meta.fields if not field.editable or field.null]
    made.full_clean(exclude=[*by_code, "before", "after", "changes", "content"])


def test_every_model_has_a_factory():
    made = {factory._meta.model for factory in FACTORIES}
    models = {model for label in OURS for model in apps.get_app_config(label).get_models()}
    assert models
    assert models - made == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "status",
    ["to_undertake", "planned", "in_progress", "implemented", "abandoned", "not_applicable", "own"],
)
def test_the_statuses_of_an_implementation_are_valid(status):
    factories.ImplementationFactory(**{status: True}).full_clean()


@pytest.mark.django_db
def test_an_evidence_file_lands_in_the_directory_of_the_test(private_files):
    evidence = factories.EvidenceFactory(is_file=True)
    evidence.full_clean()
    assert evidence.file.path.startswith(str(private_files))
