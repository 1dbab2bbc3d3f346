"""Notices that were written before lead to the random addresses too. What has gone leads nowhere any more, as before."""

import re

from django.db import migrations

PLACES = {
    "concerns": ("safeguarding", "Concern"),
    "incidents": ("safeguarding", "Incident"),
    "agencies": ("safeguarding", "AgencyTask"),
    "data-protection/requests": ("people", "AccessRequest"),
    "data-protection/transfers": ("people", "Transfer"),
}
OLD = re.compile(rf"^(/s/[^/]+/({'|'.join(PLACES)})/)(\d+)(/.*)$")


def lead(apps, schema_editor):
    notices, found = apps.get_model("messaging", "Notice").objects, {}
    for place in PLACES:
        for pk, link in notices.filter(link__contains=f"/{place}/").values_list("pk", "link").iterator():
            if hit := OLD.match(link):
                found.setdefault(hit[2], []).append((pk, hit))
    for place, hits in found.items():
        rows = apps.get_model(*PLACES[place]).objects.filter(pk__in={int(hit[3]) for _, hit in hits})
        addresses = dict(rows.values_list("pk", "public_id"))
        moved = [(f"{hit[1]}{address}{hit[4]}", pk) for pk, hit in hits if (address := addresses.get(int(hit[3])))]
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany("UPDATE messaging_notice SET link = %s WHERE id = %s", moved)


class Migration(migrations.Migration):

    dependencies = [
        ("messaging", "0010_notices_have_random_addresses"),
        ("people", "0014_requests_and_transfers_have_random_addresses"),
        ("safeguarding", "0019_records_have_random_addresses"),
    ]

    operations = [migrations.RunPython(lead, migrations.RunPython.noop)]
