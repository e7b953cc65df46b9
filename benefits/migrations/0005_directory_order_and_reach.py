"""What the directory is sorted and counted by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("benefits", "0004_directory_import")]

    operations = [
        migrations.AlterModelOptions(
            name="socialenterprise",
            options={
                "ordering": ["sort_name", "pk"],
                "verbose_name": "entreprise d’économie sociale",
                "verbose_name_plural": "entreprises d’économie sociale",
            },
        ),
        migrations.AddField(
            model_name="socialenterprise",
            name="sort_name",
            field=models.CharField(default="", editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="socialenterprise",
            name="reach",
            field=models.CharField(default="", editable=False, max_length=250),
        ),
        migrations.AddIndex(
            model_name="socialenterprise",
            index=models.Index(fields=["state", "sort_name", "id"], name="enterprise_state_name"),
        ),
        migrations.AddIndex(
            model_name="socialenterprise",
            index=models.Index(
                fields=["state", "reach", "eligibility", "legal_form"],
                name="enterprise_state_reach",
            ),
        ),
    ]
