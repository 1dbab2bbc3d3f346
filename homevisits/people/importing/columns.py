"""Which column is which: fields, the names that systems give them, and a guess from a header.

A mapping is `{field: column name}`. Fields of a pupil are plain (`upn`); those of a contact begin with `contact.` where each row has one
contact, and with `contact1.` … where contacts stand side by side.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .faults import LINE, WHAT

PUPIL_FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mis_id": ("Number in the information system", ("adno", "admissionnumber", "admissionno", "studentid", "pupilid", "id", "misid",
               "personid", "arborid", "studentnumber", "pupilnumber", "schoolid")),
    "upn": ("UPN", ("upn", "uniquepupilnumber", "pupilupn", "studentupn")),
    "first_name": ("First name", ("forename", "firstname", "givenname", "legalforename", "legalfirstname", "preferredforename",
                   "preferredfirstname", "vorname", "first")),
    "last_name": ("Last name", ("surname", "lastname", "familyname", "legalsurname", "legallastname", "preferredsurname",
                  "preferredlastname", "last")),
    "full_name": ("Whole name", ("name", "fullname", "pupil", "student", "child", "pupilname", "studentname", "childname")),
    "date_of_birth": ("Date of birth", ("dob", "dateofbirth", "birthdate", "birthday", "born")),
    "sex": ("Sex", ("gender", "sex", "legalsex")),
    "year_group": ("Year group", ("year", "yeargroup", "yr", "ncyear", "nationalcurriculumyear", "yearcode", "currentyeargroup")),
    "class_name": ("Class", ("reg", "reggroup", "registrationgroup", "registrationform", "form", "class", "regform", "tutorgroup", "group",
                   "classname", "formgroup")),
    "address": ("Home address", ("address", "homeaddress", "addressline", "addressline1", "addressblock", "fulladdress", "street")),
    "postcode": ("Postcode", ("postcode", "homepostcode", "postalcode", "zip", "plz")),
    "sen": ("SEN", ("sen", "senstatus", "senprovision", "sencode")),
    "flags": ("Safeguarding flag", ("status", "safeguardingflag", "safeguarding", "flag", "safeguardingstatus", "vulnerable", "cpstatus",
              "childprotection", "socialcare")),
}  # fmt: skip
CONTACT_FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "title": ("Title", ("title", "salutation")),
    "first_name": ("First name", ("forename", "firstname", "givenname", "first")),
    "last_name": ("Last name", ("surname", "lastname", "familyname", "last")),
    "name": ("Whole name", ("name", "fullname", "contact", "guardian")),
    "relationship": ("Relationship", ("relationship", "relation", "relationtochild", "relationshiptopupil", "relationtopupil", "type")),
    "priority": ("Emergency priority", ("priority", "order", "emergencypriority", "contactorder", "callorder", "emergencyorder",
                 "prioritynumber")),
    "parental_responsibility": ("Parental responsibility", ("parentalresponsibility", "pr", "legalguardian", "responsibility",
                                "hasparentalresponsibility", "isguardian")),
    "restricted": ("Restricted (court order)", ("courtorder", "restricted", "nocontact", "donotcontact", "restriction", "hascourtorder",
                   "contactrestricted", "injunction")),
    "notes": ("Access notes", ("accessnotes", "notes", "note", "comments", "comment", "contactnotes", "restrictions")),
    "access_needs": ("Access needs", ("accessneeds", "interpreter", "communicationneeds", "interpreterneeded", "accessibility")),
    "mobile": ("Mobile", ("mobile", "mobilephone", "mobilenumber", "mobiletelephone", "cell", "mobileno", "handy")),
    "landline": ("Home telephone", ("home", "homephone", "hometelephone", "landline", "telephone", "hometel", "homenumber", "daytel")),
    "phone": ("Telephone of any kind", ("phone", "phonenumber", "tel", "telephonenumber", "mainphone", "number", "contactnumber")),
    "email": ("Email", ("email", "emailaddress", "mail", "primaryemail", "homeemail")),
    "language": ("Language", ("language", "firstlanguage", "homelanguage", "preferredlanguage", "spokenlanguage")),
    "address": ("Address", ("address", "addressline", "addressline1", "homeaddress", "fulladdress")),
    "postcode": ("Postcode", ("postcode", "homepostcode", "postalcode")),
}  # fmt: skip
MARK_FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "upn": PUPIL_FIELDS["upn"],
    "mis_id": PUPIL_FIELDS["mis_id"],
    "day": ("Date", ("date", "day", "attendancedate", "sessiondate", "markdate")),
    "session": ("Session", ("session", "ampm", "period", "sessionname")),
    "mark": ("Mark", ("mark", "code", "attendancecode", "attendancemark", "markcode")),
    "minutes_late": ("Minutes late", ("minuteslate", "minslate", "late", "minutes")),
    "comment": ("Comment", ("comment", "comments", "note", "notes", "reason")),
}
_NUMBERED = re.compile(r"^(?:emergency |priority |parental )?(?:guardian|contact|parent|carer|kontakt)[ _]*(\d{1,2})[ _:.-]*(.+)$|"
                       r"^(?:emergency |priority )?(?:guardian|contact|parent|carer)[ _]+(.+?)[ _]*(\d{1,2})$")  # fmt: skip
_OF_CONTACT = re.compile(r"^(?:emergency|priority)?(?:contact|guardian|parent|carer)(.+)$")
_OF_PUPIL = re.compile(r"^(?:pupil|student|child|learner)(.+)$")
_ONLY_CONTACTS_HAVE = ("relationship", "priority", "parental_responsibility", "restricted", "title")
_ONLY_PUPILS_HAVE = ("date_of_birth", "year_group", "class_name", "upn")
_SHARED = ("address", "postcode")


@dataclass(frozen=True)
class FieldLabel:
    """A field that a person may choose for a column."""

    field: str
    label: str


def squashed(name: str) -> str:
    """A column's name reduced to what it says: `Date of birth`, `DateOfBirth` and `DATE_OF_BIRTH` are one."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _find(said: str, fields: Mapping[str, tuple[str, tuple[str, ...]]]) -> str | None:
    return next((field for field, (_, names) in fields.items() if said in names), None)


def _of(who: re.Pattern[str], said: str, fields: Mapping[str, tuple[str, tuple[str, ...]]]) -> str | None:
    """The field of a column that names its owner: `pupilsurname`, `parentsmobile`."""
    found = who.match(said)
    return (_find(found[1], fields) or _find(found[1].removeprefix("s"), fields)) if found else None


def guess(header: tuple[str, ...]) -> dict[str, str]:
    """The likely mapping of a file of pupils or contacts. A column that says nothing known is left out."""
    mapping: dict[str, str] = {}
    plain: list[tuple[int, str]] = []
    for place, name in enumerate(header):
        if name in (LINE, WHAT):
            continue
        if field := _numbered(name):
            mapping.setdefault(field, name)
        else:
            plain.append((place, name))
    if _is_of_contacts(plain):
        return _guess_contacts_file(plain)
    mapping.update(_guess_plain(plain, side_by_side=bool(mapping)))
    return mapping


def _numbered(name: str) -> str | None:
    """`Guardian 2 mobile` is `contact2.mobile`."""
    found = _NUMBERED.match(" ".join(name.casefold().split()))
    if not found:
        return None
    number, said = (found[1], found[2]) if found[1] else (found[4], found[3])
    field = _find(squashed(said), CONTACT_FIELDS)
    return f"contact{int(number)}.{field}" if field else None


def _is_of_contacts(plain: list[tuple[int, str]]) -> bool:
    """Whether each row is a contact and names its pupil by number only, like SIMS's second file."""
    said = [squashed(name) for _, name in plain]
    of_contact = sum(_find(name, CONTACT_FIELDS) in _ONLY_CONTACTS_HAVE for name in said)
    of_pupil = {_find(name, PUPIL_FIELDS) for name in said} & {"date_of_birth", "year_group", "class_name"}
    return of_contact >= 2 and not of_pupil


def _guess_contacts_file(plain: list[tuple[int, str]]) -> dict[str, str]:
    """Names here are the contact's unless they say pupil; a number is the pupil's."""
    mapping: dict[str, str] = {}
    for _, name in plain:
        said = squashed(name)
        key = _find(said, {field: PUPIL_FIELDS[field] for field in ("mis_id", "upn")})
        of_pupil = _of(_OF_PUPIL, said, PUPIL_FIELDS)
        of_contact = _find(said, CONTACT_FIELDS) or _of(_OF_CONTACT, said, CONTACT_FIELDS)
        field = key or of_pupil or (f"contact.{of_contact}" if of_contact else None)
        if field:
            mapping.setdefault(field, name)
    return mapping


def _guess_plain(plain: list[tuple[int, str]], *, side_by_side: bool) -> dict[str, str]:
    """Pupil columns, and the contact's where each row has one: after the contact's name an address is the contact's own."""
    mapping: dict[str, str] = {}
    contact_begins: int | None = None
    for place, name in plain:
        said = squashed(name)
        prefixed = _of(_OF_CONTACT, said, CONTACT_FIELDS)
        if prefixed and not side_by_side:
            contact_begins = place if contact_begins is None else contact_begins
            mapping.setdefault(f"contact.{prefixed}", name)
            continue
        of_pupil = _of(_OF_PUPIL, said, PUPIL_FIELDS)
        field = _find(said, PUPIL_FIELDS) or of_pupil
        of_contact = _find(said, CONTACT_FIELDS)
        if contact_begins is not None and of_contact and (field is None or field in _SHARED):
            mapping.setdefault(f"contact.{of_contact}", name)
        elif field:
            mapping.setdefault(field, name)
        elif of_contact and not side_by_side:
            contact_begins = place if contact_begins is None else contact_begins
            mapping.setdefault(f"contact.{of_contact}", name)
    return mapping


def guess_marks(header: tuple[str, ...]) -> dict[str, str]:
    """The likely mapping of a file of marks or of one register."""
    mapping: dict[str, str] = {}
    for name in header:
        if field := _find(squashed(name), MARK_FIELDS):
            mapping.setdefault(field, name)
    return mapping


def contact_slots(mapping: Iterable[str]) -> list[str]:
    """The prefixes of the contacts that a row has: `contact` where it has one, `contact1` … side by side, none without."""
    found = {field.split(".")[0] for field in mapping if "." in field}
    return sorted(found, key=lambda slot: int(slot[7:] or 0))


def is_contacts_only(mapping: Collection[str]) -> bool:
    """Whether a row brings a contact to a pupil of another file."""
    return "contact" in contact_slots(mapping) and not {"last_name", "full_name"} & set(mapping)


def missing(mapping: Mapping[str, str]) -> list[str]:
    """What a mapping lacks to be of use, as sentences; empty when it will do."""
    says = []
    if not {"upn", "mis_id"} & set(mapping) and "date_of_birth" not in mapping:
        says.append("Choose the column with the UPN, the number in the information system, or the date of birth.")
    if is_contacts_only(mapping):
        if not {"contact.name", "contact.last_name"} & set(mapping):
            says.append("Choose the column with the contact’s name.")
    elif "full_name" not in mapping and not {"first_name", "last_name"} <= set(mapping):
        says.append("Choose the columns with the pupil’s first and last name.")
    return says


def choices(slots: int = 0) -> list[FieldLabel]:
    """Every field that a column can be chosen for, with its words; `slots` contacts side by side."""
    found = [FieldLabel(field, f"Pupil: {label}") for field, (label, _) in PUPIL_FIELDS.items()]
    prefixes = [("contact", "Contact")] + [(f"contact{number}", f"Contact {number}") for number in range(1, slots + 1)]
    for prefix, words in prefixes:
        found += [FieldLabel(f"{prefix}.{field}", f"{words}: {label}") for field, (label, _) in CONTACT_FIELDS.items()]
    return found
