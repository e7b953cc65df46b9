from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0009_invitations_told")]

    operations = [
        migrations.AlterField(
            model_name="topic",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "à l’étude"),
                    ("taken", "mis à l’ordre du jour"),
                    ("declined", "non retenu"),
                    ("withdrawn", "repris"),
                ],
                default="waiting",
                editable=False,
                max_length=10,
                verbose_name="état",
            ),
        ),
    ]
