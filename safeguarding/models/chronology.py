"""What a chronology keeps of its own: notes that have no other home, who took it out, and what is to be entered in another system."""

from django.db import models
from django.db.models import Q

from homevisits.common.random_address import RandomAddress
from homevisits.people.models import Pupil, School, Staff


class ChronologyNote(RandomAddress):
    """A call, a meeting or a note by the safeguarding team. Never changed: what is put right is another note that names this one."""

    class Kind(models.TextChoices):
        """What it was."""

        CALL = "call", "Call"
        MEETING = "meeting", "Meeting"
        LETTER = "letter", "Letter or email"
        NOTE = "note", "Note"

    school = models.ForeignKey(School, models.PROTECT, related_name="chronology_notes")
    pupils = models.ManyToManyField(Pupil, related_name="chronology_notes")
    kind = models.CharField(max_length=8, choices=Kind)
    with_whom = models.CharField(max_length=200, blank=True, help_text="The person and the agency, as they called themselves")
    says = models.TextField()
    happened_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    because = models.CharField(max_length=300, blank=True, help_text="Why it takes the place of the earlier one")
    token = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="chronology_note_says_why", condition=Q(replaces=None) | ~Q(because="")),
        ]


class ChronologyExport(models.Model):
    """That somebody took a chronology, or entries of it, out of the product: who, when, why, and the hash of exactly what they got.

    The copy itself is not kept: what it was made from is, and nothing in it changes.
    """

    class Form(models.TextChoices):
        """As what."""

        PDF = "pdf", "PDF"
        ZIP = "zip", "ZIP with table, PDF and list"
        TEXT = "text", "Text to paste"
        ENTRIES = "entries", "Entries for the safeguarding system"

    school = models.ForeignKey(School, models.PROTECT, related_name="chronology_exports")
    pupil = models.ForeignKey(Pupil, models.PROTECT, null=True, related_name="chronology_exports", help_text="Null: entries of several")
    form = models.CharField(max_length=7, choices=Form)
    reason = models.CharField(max_length=300)
    chosen = models.JSONField(default=dict, help_text="What was left in: {from, to, kinds, siblings}")
    entries = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class SystemEntry(RandomAddress):
    """An entry of a pupil's chronology that a person enters in the school's own safeguarding system (ALT-18)."""

    class State(models.TextChoices):
        """Where it stands."""

        TO_ENTER = "to_enter", "To enter"
        ENTERED = "entered", "Entered"
        NOT_NEEDED = "not_needed", "Not needed there"

    school = models.ForeignKey(School, models.PROTECT, related_name="system_entries")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="system_entries")
    source = models.CharField(max_length=30, help_text="Which source of the chronology")
    row = models.BigIntegerField(help_text="The number of the row there")
    system = models.CharField(max_length=60, help_text="safeguarding_system of the policy when it was queued")
    state = models.CharField(max_length=10, choices=State, default=State.TO_ENTER)
    queued_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=100, blank=True, help_text="Of the safeguarding system")
    reason = models.CharField(max_length=200, blank=True, help_text="Why it is not needed there")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "row", "pupil"], name="system_entry_once"),
            models.CheckConstraint(name="system_entry_said_why", condition=~Q(state="not_needed") | ~Q(reason="")),
        ]
        indexes = [models.Index(fields=["school", "state", "queued_at"], name="system_entry_by_state")]
