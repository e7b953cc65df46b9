"""A table of the directory names people: nobody's visit is needed for it to go."""

import datetime

import pytest
from django.utils import timezone

from benefits.models import DirectoryImport
from members.models import User
from members.notifications.rounds import run_rounds
from tests.benefits.kept import lists
from tests.benefits.test_directory_import import ROW, send
from tests.conftest import LogIn


@pytest.mark.django_db
def test_a_table_that_nobody_applies_is_forgotten_after_a_day(
    log_in_as: LogIn, facilitator: User
) -> None:
    lists()
    send(log_in_as(facilitator), ROW)
    run_rounds(timezone.now())
    table = DirectoryImport.objects.get()
    storage, name = table.file.storage, str(table.file.name)
    old = timezone.now() - datetime.timedelta(hours=25)
    DirectoryImport.objects.update(created_at=old)
    assert run_rounds(timezone.now()) == 0
    assert not DirectoryImport.objects.exists()
    assert not storage.exists(name)
