from django.db import migrations

import benefits.models.indexes


class Migration(migrations.Migration):
    dependencies = [("benefits", "0012_supplier_keys")]

    operations = [
        migrations.AddIndex(
            model_name="socialenterprise",
            index=benefits.models.indexes.TextIndex(
                fields=["reach", "state", "search_text"], name="enterprise_search"
            ),
        ),
    ]
