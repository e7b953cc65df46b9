from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0004_meetings_in_depth"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="sent_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="transmise le"
            ),
        ),
    ]
