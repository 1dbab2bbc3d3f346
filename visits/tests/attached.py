"""Photographs for tests, and visits that have one."""

from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from homevisits.documents.services.attachments import Upload
from homevisits.people.models import School
from homevisits.people.tests.factories import StaffFactory
from visits.services.attachments import add_to_visit

from .factories import NOW, a_visit_in


def a_photograph(width: int = 60, height: int = 40) -> bytes:
    """A small JPEG that says where and by which camera it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of a test"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 22.0, 0.0), 3: "W", 4: (0.0, 6.0, 0.0)})
    out = BytesIO()
    Image.new("RGB", (width, height), (30, 120, 90)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def an_attachment_in(school: School) -> dict[str, Any]:
    """A visit with a photograph, as the parts of an address."""
    visit = a_visit_in(school)
    by = StaffFactory.create(school=school, roles=["office_admin"])
    pupils = [one.pupil for one in visit.visit_pupils.all()]
    row = add_to_visit(
        visit=visit, pupils=pupils, kind="photograph", says="The front door", upload=Upload("door.jpg", a_photograph()),
        token=f"{uuid4()}:photo", by=by, now=NOW,
    )  # fmt: skip
    return {"visit_id": visit.pk, "attachment_id": row.public_id}
