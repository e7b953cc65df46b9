import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_commitment_answered_once_received")]

    operations = [
        migrations.AddField(
            model_name="objective",
            name="carried_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="carried_as",
                to="meetings.objective",
                verbose_name="repris de",
            ),
        ),
    ]
