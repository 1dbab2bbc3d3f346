"""The policy for everybody: what its page and its PDF show, made from the version in force (ATT-02, ATT-03, ATT-04, MAT-05)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from homevisits.common.actors import SystemJob
from homevisits.documents import store
from homevisits.documents.render import render_pdf
from homevisits.people.models import School, Trust
from homevisits.policy import rules
from homevisits.policy.control import References, control_of, references_of
from homevisits.policy.models import PolicyVersion
from homevisits.policy.plain import Section, sections
from homevisits.policy.words import preset_words, role_words

TEMPLATE = "policy/document.html"
PUBLIC = store.About("policy", act="see_policy")


@dataclass(frozen=True)
class PolicyPage:
    """What a reader gets."""

    owner: School | Trust
    version: PolicyVersion
    sections: tuple[Section, ...]
    control: tuple[tuple[str, str], ...]
    signatures: tuple[tuple[str, str], ...]
    references: References
    origin: str
    url: str


def policy_page(owner: School | Trust, version: PolicyVersion) -> PolicyPage:
    """The page of a version, for a school or for its trust."""
    return PolicyPage(
        owner, version, sections(version.values), _control(version, public_address(owner)), _signatures(version),
        references_of(version.preset, version.references), _origin(version), public_address(owner),
    )  # fmt: skip


def public_address(owner: School | Trust) -> str:
    """The whole address of the public page: for messages to parents and on paper (ATT-02)."""
    name = "policy_public" if isinstance(owner, School) else "policy_public_trust"
    return str(settings.BASE_URL).rstrip("/") + reverse(name, args=[owner.slug])


def pdf_of(page: PolicyPage, *, now: datetime) -> bytes:
    """The policy as PDF. A school's is kept for the record, once for each wording; then the kept bytes are given.

    Raises PdfUnavailable with a sentence where PDFs cannot be made.
    """
    html = render_to_string(TEMPLATE, {"page": page})
    if not isinstance(page.owner, School):
        return render_pdf(html)
    words = hashlib.sha256(html.encode()).hexdigest()
    data = {"version": page.version.pk, "number": page.version.number, "words": words}
    row = store.kept(school=page.owner, kind="policy", template=TEMPLATE, data=data)
    if row:
        try:
            return store.content_of(row)
        except store.Altered:
            pass  # made again below; the row of what was kept stays
    content = render_pdf(html)
    title = f"{page.version.title}, version {page.version.number}"
    by = SystemJob("policy page")
    store.keep(school=page.owner, kind="policy", title=title, template=TEMPLATE, data=data, content=content, about=PUBLIC, by=by, now=now)
    return content


def _control(version: PolicyVersion, address: str) -> tuple[tuple[str, str], ...]:
    due = rules.review_due(version)
    owner = version.owner or role_words("headteacher")
    signed = [role_words(role) for role, signature in rules.signatures_of(version).items() if signature]
    where = f"{version.published}; {address}" if version.published else address
    rows = [
        ("Version", version.number),
        ("Owner", owner),
        ("Authorised by", ", ".join(signed) or "Adopted at set-up, not signed yet"),
        ("Created", _day(version.created_on)),
        ("Agreed" if signed else "Adopted", _day(version.agreed_on)),
        ("In force from", _day(version.effective_from)),
        ("Last reviewed", f"{_day(version.reviewed_on)}, by {version.reviewed_by}" if version.reviewed_on else ""),
        ("Review due", _day(due)),
        ("Reviewed by", ", ".join(role_words(role) for role in version.values.policy_reviewed_by)),
        ("Published on", where),
    ]
    return tuple((what, words) for what, words in rows if words)


def _signatures(version: PolicyVersion) -> tuple[tuple[str, str], ...]:
    """Each that has signed, with name and date (ATT-04)."""
    found = []
    for role, one in rules.signatures_of(version).items():
        if one:
            found.append((role_words(role), f"{one.name}, {_day(one.signed_on)}"))
    return tuple(found)


def _origin(version: PolicyVersion) -> str:
    """Where the preset comes from, in a sentence."""
    rows = "; ".join(f"{what.lower()} {words}" for what, words in control_of(version.preset).origin)
    return f"It follows the model policy “{preset_words(version.preset)}” ({rows})."


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
