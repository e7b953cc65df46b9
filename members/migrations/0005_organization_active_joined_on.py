from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0004_sending")]

    operations = [
        migrations.AddIndex(
            model_name="organization",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["joined_on"],
                name="organization_active_joined_on",
            ),
        ),
    ]
