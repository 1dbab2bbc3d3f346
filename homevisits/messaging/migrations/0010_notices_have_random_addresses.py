"""What people meet of a row is a random number: gaps among numbers that count tell that something is kept from the reader."""

from django.db import migrations

from homevisits.common.random_address import AddRandomAddress


class Migration(migrations.Migration):

    dependencies = [("messaging", "0009_one_quarantine_for_a_school")]

    operations = [AddRandomAddress("notice")]
