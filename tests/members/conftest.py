"""The person who keeps the machine."""

import pytest

from members.models import User
from tests.factories import (
    UserFactory,
)


@pytest.fixture
def superuser(db: None) -> User:
    return UserFactory(email="technique@demo.example", is_superuser=True)
