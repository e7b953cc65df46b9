"""Rows that were there before names were compared."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from benefits.names import name_key


def _set_name_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    enterprise = apps.get_model("benefits", "SocialEnterprise")
    for row in enterprise.objects.only("name"):
        enterprise.objects.filter(pk=row.pk).update(name_key=name_key(row.name)[:200])


class Migration(migrations.Migration):
    dependencies = [("benefits", "0002_directory_purchases_observations")]

    operations = [migrations.RunPython(_set_name_keys, migrations.RunPython.noop)]
