"""Barriers met so far hang on a record: they take its organization, stage and sharing level."""

import uuid

from django.db import migrations


def fill(apps, schema_editor):
    encounters = apps.get_model("measures", "BarrierEncounter")._default_manager
    rows = list(encounters.select_related("implementation"))
    for row in rows:
        row.organization_id = row.implementation.organization_id
        row.stage_id = row.implementation.stage_id
        row.sharing = row.implementation.sharing
        row.submission_key = uuid.uuid4()
    fields = ["organization", "stage", "sharing", "submission_key"]
    encounters.bulk_update(rows, fields, batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("measures", "0012_tool_box")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
