from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0004_transition_allowed"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="search_text",
            field=models.TextField(default="", editable=False),
        ),
        migrations.AddField(
            model_name="evidence",
            name="submission_key",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name="evidencerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("implementation",),
                name="evidencerequest_one_waits_per_record",
                violation_error_message="Une demande attend déjà une réponse sur cette fiche.",
            ),
        ),
    ]
