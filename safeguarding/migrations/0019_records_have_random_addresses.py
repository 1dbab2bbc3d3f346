"""What people meet of a row is a random number: gaps among numbers that count tell that something is kept from the reader."""

from django.db import migrations

from homevisits.common.random_address import AddRandomAddress

MODELS = (
    "concern", "concernaction", "leadaway", "incident", "agencytask", "householdwarning", "chronologynote", "systementry", "allegationentry",
)  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [("safeguarding", "0018_how_records_about_staff_end")]

    operations = [AddRandomAddress(name) for name in MODELS]
