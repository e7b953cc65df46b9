"""Who we are, in the order in which people look for it."""

import pytest

from members.models import Organization
from tests.factories import OrganizationFactory


@pytest.mark.django_db
def test_accents_and_capitals_do_not_decide_the_order() -> None:
    for name in ("Ville", "Énergie Boréale", "CISSS du Littoral", "Cégep", "école"):
        OrganizationFactory(name=name)
    names = Organization.objects.values_list("name", flat=True)
    assert list(names) == ["Cégep", "CISSS du Littoral", "école", "Énergie Boréale", "Ville"]
