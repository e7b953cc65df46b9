from django.db import migrations


def forget(apps, schema_editor):
    """What was told did not tell what visitors read apart: the next seeding tells it anew."""
    apps.get_model("benefits", "PublishedStrength").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("benefits", "0014_published_purchases")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
