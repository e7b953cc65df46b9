"""What tells the supplier of a purchase is stored, so that the database groups by it."""

from itertools import islice

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from benefits.names import supplier_key

_BATCH = 1_000


def _fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    purchases = apps.get_model("benefits", "Purchase").objects.order_by("pk")
    keys = purchases.values_list("pk", flat=True).iterator(chunk_size=_BATCH)
    while batch := list(islice(keys, _BATCH)):
        rows = list(purchases.filter(pk__in=batch).only("supplier_name", "supplier_neq"))
        for row in rows:
            row.supplier_key = supplier_key(row.supplier_name, row.supplier_neq)
        purchases.bulk_update(rows, ["supplier_key"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("benefits", "0011_directory_import_rows")]

    operations = [
        migrations.AddField(
            model_name="purchase",
            name="supplier_key",
            field=models.CharField(
                default="",
                editable=False,
                max_length=220,
                verbose_name="clé du fournisseur",
            ),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                fields=["organization", "supplier_key"], name="purchase_org_supplier"
            ),
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
    ]
