"""Apart from the filling: PostgreSQL changes no table whose rows the same transaction has just written."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("safeguarding", "0016_referrals_have_random_addresses")]

    operations = [
        migrations.AlterField("referral", "public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
    ]
