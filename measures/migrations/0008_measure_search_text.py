"""Measures are also found by the evidence that they expect."""

from django.db import migrations

from chantier.lib.french import fold


def fold_again(apps, schema_editor):
    measures = apps.get_model("measures", "Measure").objects
    rows = list(measures.all())
    for row in rows:
        row.search_text = fold(f"{row.code} {row.title} {row.description} {row.expected_evidence}")
    measures.bulk_update(rows, ["search_text"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("measures", "0007_evidence_file_has_a_name")]

    operations = [migrations.RunPython(fold_again, migrations.RunPython.noop)]
