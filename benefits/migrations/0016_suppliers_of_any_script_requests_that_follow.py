"""Suppliers without a Latin letter have a key; sums have room; answered requests follow unions."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import OuterRef, Subquery

from benefits.names import supplier_key


def _fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Few: names without any word in Latin letters or figures."""
    for row in apps.get_model("benefits", "Purchase").objects.filter(supplier_key=""):
        row.supplier_key = supplier_key(row.supplier_name, row.supplier_neq)
        row.save(update_fields=["supplier_key"])
    # Their answers stood under one key for all of them: they are asked again.
    apps.get_model("benefits", "SupplierMatch").objects.filter(supplier_key="").delete()


def _follow(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    heirs = apps.get_model("benefits", "SocialEnterprise").objects.filter(pk=OuterRef("enterprise"))
    requests = apps.get_model("benefits", "RemovalRequest").objects
    requests.filter(enterprise__merged_into__isnull=False).update(
        enterprise=Subquery(heirs.values("merged_into")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("benefits", "0015_tell_observations_anew")]

    operations = [
        migrations.AlterField(
            model_name="purchaseimportsupplier",
            name="amount",
            field=models.DecimalField(
                decimal_places=2, default=0, max_digits=20, verbose_name="montant"
            ),
        ),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.RunPython(_follow, migrations.RunPython.noop),
    ]
