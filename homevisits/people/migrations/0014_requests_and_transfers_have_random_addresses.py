"""What people meet of a row is a random number: gaps among numbers that count tell that something is kept from the reader."""

from django.db import migrations

from homevisits.common.random_address import AddRandomAddress


class Migration(migrations.Migration):

    dependencies = [("people", "0013_two_people_end_records")]

    operations = [AddRandomAddress(name) for name in ("legalhold", "retentionreview", "transfer", "accessrequest")]
