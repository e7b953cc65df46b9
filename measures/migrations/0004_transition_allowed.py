from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0003_checked_transitions")]

    operations = [
        migrations.AddConstraint(
            model_name="implementationevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status_before", ""),
                    models.Q(
                        (
                            "status_after__in",
                            [
                                "a-entreprendre",
                                "abandonnee",
                                "en-cours",
                                "implantee",
                                "planifiee",
                                "sans-objet",
                            ],
                        ),
                        ("status_before", "non-evaluee"),
                    ),
                    models.Q(
                        ("kind", "undone"),
                        ("status_after", "non-evaluee"),
                        (
                            "status_before__in",
                            [
                                "a-entreprendre",
                                "abandonnee",
                                "en-cours",
                                "implantee",
                                "planifiee",
                                "sans-objet",
                            ],
                        ),
                    ),
                    models.Q(
                        (
                            "status_after__in",
                            ["abandonnee", "en-cours", "implantee", "planifiee", "sans-objet"],
                        ),
                        ("status_before", "a-entreprendre"),
                    ),
                    models.Q(
                        ("kind", "undone"),
                        ("status_after", "a-entreprendre"),
                        (
                            "status_before__in",
                            ["abandonnee", "en-cours", "implantee", "planifiee", "sans-objet"],
                        ),
                    ),
                    models.Q(
                        (
                            "status_after__in",
                            ["a-entreprendre", "abandonnee", "en-cours", "implantee", "sans-objet"],
                        ),
                        ("status_before", "planifiee"),
                    ),
                    models.Q(
                        ("kind", "undone"),
                        ("status_after", "planifiee"),
                        (
                            "status_before__in",
                            ["a-entreprendre", "abandonnee", "en-cours", "implantee", "sans-objet"],
                        ),
                    ),
                    models.Q(
                        (
                            "status_after__in",
                            ["abandonnee", "implantee", "planifiee", "sans-objet"],
                        ),
                        ("status_before", "en-cours"),
                    ),
                    models.Q(
                        ("kind", "undone"),
                        ("status_after", "en-cours"),
                        (
                            "status_before__in",
                            ["abandonnee", "implantee", "planifiee", "sans-objet"],
                        ),
                    ),
                    models.Q(
                        ("status_after__in", ["abandonnee", "en-cours"]),
                        ("status_before", "implantee"),
                    ),
                    models.Q(
                        ("kind", "undone"),
                        ("status_after", "implantee"),
                        ("status_before__in", ["abandonnee", "en-cours"]),
                    ),
                    models.Q(
                        ("status_after__in", ["a-entreprendre", "en-cours", "planifiee"]),
                        ("status_before", "abandonnee"),
                    ),
                    models.Q(
                        ("kind", "undone"),
                        ("status_after", "abandonnee"),
                        ("status_before__in", ["a-entreprendre", "en-cours", "planifiee"]),
                    ),
                    models.Q(
                        (
                            "status_after__in",
                            ["a-entreprendre", "en-cours", "implantee", "planifiee"],
                        ),
                        ("status_before", "sans-objet"),
                    ),
                    models.Q(
                        ("kind", "undone"),
                        ("status_after", "sans-objet"),
                        (
                            "status_before__in",
                            ["a-entreprendre", "en-cours", "implantee", "planifiee"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="implementationevent_transition_allowed",
                violation_error_message="Ce changement de statut n’est pas permis.",
            ),
        ),
    ]
