"""What people meet of a row is a random number: gaps among numbers that count tell that something is kept from the reader."""

from django.db import migrations

from homevisits.common.random_address import AddRandomAddress


class Migration(migrations.Migration):

    dependencies = [("documents", "0006_queue_of_uploads")]

    operations = [AddRandomAddress("attachment")]
