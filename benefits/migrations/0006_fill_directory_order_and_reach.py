"""Rows that were there before the directory was sorted and counted by columns of its own."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from benefits.models.directory import reach_of
from chantier.lib.french import fold


def _fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    enterprise = apps.get_model("benefits", "SocialEnterprise")
    rows = enterprise.objects.select_related("region").prefetch_related("served_regions")
    for row in rows.only("name", "region__code"):
        regions = (row.region, *row.served_regions.all())
        enterprise.objects.filter(pk=row.pk).update(
            sort_name=fold(row.name)[:200], reach=reach_of(term.code for term in regions)
        )


class Migration(migrations.Migration):
    dependencies = [("benefits", "0005_directory_order_and_reach")]

    operations = [migrations.RunPython(_fill, migrations.RunPython.noop)]
