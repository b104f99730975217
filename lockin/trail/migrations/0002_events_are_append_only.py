"""The database refuses to change or remove a trail event."""

from django.db import migrations

from lockin.immutable import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]

    operations = [
        ForbidChanges("trail_event", message="The trail is append-only."),
    ]
