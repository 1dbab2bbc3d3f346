"""Messages to staff about incidents, referrals and what else of safeguarding was told: what went before is not listed either."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

QUIET = (
    "incident", "incident_waiting", "policy_to_amend", "referral_due", "referral_unanswered", "referral_stuck", "agencies_to_tell",
    "transfer_due", "transfer_overdue", "receipt_due", "retention_due_apart", "warning_review",
)  # fmt: skip
PLACES = ("/concerns/", "/incidents/", "/referrals/", "/staff-matters/")


def hush(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the mark of what is not listed before their purpose; they keep what they said, for they are long sent."""
    messages, notices = apps.get_model("messaging", "Message"), apps.get_model("messaging", "Notice")
    quiet = {pk for pk, about, link in notices.objects.values_list("pk", "about", "link")
             if about in QUIET or any(place in link for place in PLACES)}  # fmt: skip
    changed = []
    for row in messages.objects.filter(template="staff_notice", purpose__startswith="notice:").only("pk", "purpose").iterator():
        number = row.purpose.split(":")[1]
        if number.isdigit() and int(number) in quiet:
            row.purpose = f"closed:{row.purpose}"
            changed.append(row)
    messages.objects.bulk_update(changed, ["purpose"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0010_notices_have_random_addresses")]

    operations = [migrations.RunPython(hush, migrations.RunPython.noop, elidable=True)]
