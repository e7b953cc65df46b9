from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0006_commitments_were_sent"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["accepted", "declined"]), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="commitment_answered_once_received",
            ),
        ),
    ]
