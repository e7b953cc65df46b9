from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0008_objective_carried_from"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="cancel_reason",
            field=models.TextField(
                blank=True, max_length=1000, verbose_name="raison de l’annulation", default=""
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="meetinganswer",
            name="told",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="meetinganswer",
            name="told_sequence",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
