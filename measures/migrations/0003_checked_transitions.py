"""Journals written before carry their change of status where the database can check it."""

from django.db import migrations
from django.db.models import F


def carry_over(apps, schema_editor):
    event = apps.get_model("measures", "ImplementationEvent")
    rows = []
    for row in event.objects.filter(changes__has_key="status").iterator(chunk_size=1000):
        before, after = row.changes["status"]
        row.status_before, row.status_after = before or "", after or ""
        rows.append(row)
    event.objects.bulk_update(rows, ["status_before", "status_after"], batch_size=500)
    # Until now a title was the name of the file.
    apps.get_model("measures", "Evidence").objects.filter(kind="file").update(file_name=F("title"))


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_depth")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
