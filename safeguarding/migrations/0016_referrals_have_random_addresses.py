"""A referral's address is a random number. Those that are there get theirs, and the notices that lead to them follow."""

import re
import uuid

from django.db import migrations, models

OLD = re.compile(r"^(/s/[^/]+/referrals/)(\d+)(/.*)$")


def fill(apps, schema_editor):
    referrals, notices = apps.get_model("safeguarding", "Referral"), apps.get_model("messaging", "Notice")
    addresses = {}
    for row in referrals.objects.only("pk").iterator():
        addresses[row.pk] = row.public_id = uuid.uuid4()
        row.save(update_fields=["public_id"])
    for notice in notices.objects.filter(link__contains="/referrals/").only("pk", "link").iterator():
        found = OLD.match(notice.link)
        if found and (address := addresses.get(int(found[2]))):
            notice.link = f"{found[1]}{address}{found[3]}"
            notice.save(update_fields=["link"])


class Migration(migrations.Migration):

    dependencies = [
        ("messaging", "0009_one_quarantine_for_a_school"),
        ("safeguarding", "0015_complaints_have_random_addresses"),
    ]

    operations = [
        migrations.AddField("referral", "public_id", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
