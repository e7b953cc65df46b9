from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0010_topic_withdrawn")]

    operations = [
        migrations.AlterField(
            model_name="topic",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "à l’étude"),
                    ("taken", "mis à l’ordre du jour"),
                    ("declined", "non retenu"),
                    ("withdrawn", "retiré"),
                ],
                default="waiting",
                editable=False,
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="synthesis",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "en rédaction"),
                    ("in_review", "en révision"),
                    ("approved", "publiée"),
                ],
                default="draft",
                editable=False,
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="objective",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("pending", "à venir"),
                    ("reached", "atteint"),
                    ("carried_over", "reporté"),
                ],
                default="pending",
                max_length=20,
                verbose_name="résultat",
            ),
        ),
    ]
