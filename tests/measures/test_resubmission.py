"""A form that arrives twice: done once, and never at the price of what was typed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from measures import actions
from measures.forms import ImplementationCreateForm
from measures.models import Implementation, ImplementationEvent
from measures.resubmission import first_arrival
from measures.views import register
from members.models import Organization, User
from tests.conftest import LogIn
from tests.factories import MeasureFactory, StageFactory
from tests.measures.sent import PDF, posted, url


def test_a_text_changed_after_going_back_is_saved(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    """« Back » shows the form with the key and the version that have served."""
    client, data = log_in_as(contributor), posted(record, description="Premier jet.")
    client.post(record.get_absolute_url(), data)
    client.post(record.get_absolute_url(), data | {"description": "Second jet."})
    record.refresh_from_db()
    assert (record.description, record.version) == ("Second jet.", 3)


def test_a_file_added_after_going_back_is_kept(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    client, data = log_in_as(contributor), posted(record, description="Premier jet.")
    client.post(record.get_absolute_url(), data)
    client.post(record.get_absolute_url(), data | {"uploads": SimpleUploadedFile("a.pdf", PDF)})
    assert record.evidence.count() == 1


def test_another_measure_typed_after_going_back_is_added(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    client, data = log_in_as(contributor), posted(own_title="La nôtre", stage=StageFactory().pk)
    client.post(url("implementation_create", organization), data)
    client.post(url("implementation_create", organization), data | {"own_title": "Une autre"})
    titles = organization.implementations.values_list("own_title", flat=True)
    assert set(titles) == {"La nôtre", "Une autre"}


def test_a_key_that_served_elsewhere_hides_nothing(
    log_in_as: LogIn, contributor: User, outsider: User, organization: Organization
) -> None:
    other = outsider.memberships.get().organization
    data = posted(own_title="La nôtre", stage=StageFactory().pk)
    log_in_as(outsider).post(url("implementation_create", other), data)
    log_in_as(contributor).post(url("implementation_create", organization), data)
    assert organization.implementations.count() == other.implementations.count() == 1


def _late_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look finds nothing, as when two clicks arrive in the same instant."""
    real, looks = first_arrival, iter([None])

    monkeypatch.setattr(register, "first_arrival", lambda data: next(looks, real(data)))


@pytest.mark.parametrize("of_the_guide", [True, False])
def test_two_clicks_at_once_add_one_measure(
    log_in_as: LogIn,
    contributor: User,
    organization: Organization,
    monkeypatch: pytest.MonkeyPatch,
    of_the_guide: bool,
) -> None:
    measure = MeasureFactory()
    what = {"measure": measure.slug} if of_the_guide else {"own_title": "La nôtre"}
    data = posted(stage=measure.stage.pk, **what)
    client = log_in_as(contributor)
    client.post(url("implementation_create", organization), data)
    _late_first(monkeypatch)
    if of_the_guide:
        # Neither does the form.
        seen = iter([None])
        real = ImplementationCreateForm._refuse_known
        monkeypatch.setattr(
            ImplementationCreateForm,
            "_refuse_known",
            lambda form, measure: next(seen, form) and real(form, measure),
        )
    response = client.post(url("implementation_create", organization), data)
    assert response.status_code == 302
    assert organization.implementations.count() == 1


def test_two_clicks_at_once_save_once(
    log_in_as: LogIn, contributor: User, record: Implementation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is told that all is well, not that somebody else was faster."""
    client, data = log_in_as(contributor), posted(record, lead="Achats")
    real = actions.save_implementation

    def save(**kwargs: Any) -> ImplementationEvent | None:
        monkeypatch.setattr(actions, "save_implementation", real)
        assert client.post(record.get_absolute_url(), data).status_code == 302
        return real(**kwargs)

    monkeypatch.setattr(actions, "save_implementation", save)
    assert client.post(record.get_absolute_url(), data).status_code == 302
    assert record.events.count() == 1


@pytest.mark.parametrize("version", ["", "²", "9" * 5000, "-1", "abc"])
def test_a_version_that_is_none_saves_nothing(
    log_in_as: LogIn, contributor: User, record: Implementation, version: str
) -> None:
    data = posted(record, description="Autre", version=version)
    response = log_in_as(contributor).post(record.get_absolute_url(), data)
    assert "version" in response.context["form"].errors
    record.refresh_from_db()
    assert record.description == "Début."


def test_evidence_that_cannot_exist_is_refused(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    data = posted(record, removed=["99999999999999999999"])
    response = log_in_as(contributor).post(record.get_absolute_url(), data)
    assert "removed" in response.context["form"].errors
