"""What evidence joined before the library bears: the name of its file, and what it is found by."""

from django.db import migrations
from django.db.models import F

from chantier.lib.french import fold


def name_and_index(apps, schema_editor):
    Evidence = apps.get_model("measures", "Evidence")
    Evidence.objects.filter(kind="file", file_name="").update(file_name=F("title"))
    rows = []
    for piece in Evidence.objects.only("title", "file_name", "url").iterator(chunk_size=1000):
        piece.search_text = fold(f"{piece.title} {piece.file_name} {piece.url}")
        rows.append(piece)
        if len(rows) == 1000:
            Evidence.objects.bulk_update(rows, ["search_text"])
            rows = []
    Evidence.objects.bulk_update(rows, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0005_evidence_library"),
    ]

    operations = [
        migrations.RunPython(name_and_index, migrations.RunPython.noop, elidable=True),
    ]
