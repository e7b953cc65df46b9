"""Until now, a promise was in the register as soon as it was noted."""

from typing import Any

from django.db import migrations
from django.db.models import F


def tell_when(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("meetings", "Commitment").objects.filter(sent_at=None)
    rows.update(sent_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0005_commitment_sent_at"),
    ]

    operations = [
        migrations.RunPython(tell_when, migrations.RunPython.noop),
    ]
