from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0006_evidence_names"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "file"), _negated=True),
                    models.Q(("file_name", ""), _negated=True),
                    _connector="OR",
                ),
                name="evidence_file_has_a_name",
                violation_error_message="Un fichier porte un nom.",
            ),
        ),
    ]
