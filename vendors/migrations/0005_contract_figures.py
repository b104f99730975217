"""Fill the reckoned columns of contracts on file; the next nightly reckoning sets them exactly."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    rows = apps.get_model("vendors", "Contract").objects
    rows.update(value_now_minor=F("annual_value_minor"), current_end_on=F("ends_on"))


class Migration(migrations.Migration):

    dependencies = [("vendors", "0004_contract_terms")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
