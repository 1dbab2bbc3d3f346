"""What the school owes whoever its records are about: access to them, an end to them, and their way to the next school."""

import uuid

from django.db import models
from django.db.models import F, Q

from homevisits.common.random_address import RandomAddress

from .pupils import Pupil
from .schools import School
from .staff import Staff


class LegalHold(RandomAddress):
    """That nothing about a pupil may be erased, whatever is due: a court case, an inquiry, a claim. It ends only by a person."""

    school = models.ForeignKey(School, models.PROTECT, related_name="legal_holds")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="legal_holds")
    reason = models.CharField(max_length=300, help_text="Why, without what the matter is about")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_because = models.CharField(max_length=300, blank=True)
    token = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pupil"], condition=Q(lifted_at=None), name="hold_one_open_a_pupil"),
            models.CheckConstraint(
                name="hold_lifted_with_reason",
                condition=Q(lifted_at=None, lifted_by=None, lifted_because="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
            ),
        ]


class RetentionPeriod(models.Model):
    """How long a school keeps one kind of record, where that is longer than the product's schedule says."""

    school = models.ForeignKey(School, models.PROTECT, related_name="retention_periods")
    kind = models.CharField(max_length=20, help_text="A kind of the schedule")
    years = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "kind"], name="retention_period_once_a_kind")]


class RetentionReview(RandomAddress):
    """That one kind of record about a pupil has been kept as long as the schedule asks: a person decides what becomes of it."""

    class Decision(models.TextChoices):
        """What becomes of it."""

        KEEP = "keep", "Keep until"
        ANONYMISE = "anonymise", "Anonymise"
        DELETE = "delete", "Delete"

    school = models.ForeignKey(School, models.PROTECT, related_name="retention_reviews")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="retention_reviews")
    kind = models.CharField(max_length=20, help_text="A kind of the schedule")
    due_on = models.DateField(help_text="When the time to keep it had passed")
    opened_at = models.DateTimeField()
    # Where two people must agree: what the first proposes, until a second agrees or keeps it.
    proposed = models.CharField(max_length=9, choices=Decision, blank=True)
    proposed_reason = models.TextField(blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=9, choices=Decision, blank=True)
    rule = models.CharField(max_length=200, blank=True, help_text="The rule by which it was erased, in words, as it stood then")
    keep_until = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    gone = models.JSONField(default=dict, help_text="{kind of row: how many were erased}")
    left = models.JSONField(default=dict, help_text="{kind of row: how many stay, being another child's too}")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of what was erased")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pupil", "kind"], condition=Q(decision=""), name="retention_one_open_review"),
            models.CheckConstraint(
                name="retention_decided_by_somebody",
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & ~Q(reason="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="retention_second_is_another",
                condition=Q(proposed_by=None) | Q(decision__in=("", "keep")) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(name="retention_kept_until_a_day", condition=~Q(decision="keep") | Q(keep_until__isnull=False)),
        ]
        indexes = [models.Index(fields=["school", "decision", "due_on"], name="retention_review_open")]


class Transfer(RandomAddress):
    """The child protection file on its way to the next school: apart from the main file, within five days, with a receipt."""

    class Way(models.TextChoices):
        """How it went."""

        SECURE_SYSTEM = "secure_system", "A secure system between schools"
        ENCRYPTED_EMAIL = "encrypted_email", "Encrypted email"
        BY_HAND = "by_hand", "By hand, signed for"
        TRACKED_POST = "tracked_post", "Tracked post, signed for"

    school = models.ForeignKey(School, models.PROTECT, related_name="transfers")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="transfers")
    to_school = models.CharField(max_length=160)
    to_lead = models.CharField(max_length=150, help_text="The designated safeguarding lead there")
    to_contact = models.CharField(max_length=200, help_text="Their email address or telephone number")
    in_year = models.BooleanField(help_text="Within five days of leaving; else within the first five days of the term")
    from_day = models.DateField(help_text="The day of leaving, or the first day of the term")
    due_on = models.DateField(help_text="The last day of the five")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    next_action_at = models.DateTimeField(null=True, blank=True, help_text="When it is told again; null once received or not needed")
    # The pack as it was made: a ZIP under MEDIA_ROOT by its hash.
    contents = models.JSONField(default=list, help_text="[{file, title, sha256, size}]")
    left_out = models.JSONField(default=list, help_text="What was held and not put in: titles")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=15, choices=Way, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    sent_words = models.CharField(max_length=200, blank=True, help_text="Tracking number, reference")
    received_on = models.DateField(null=True, blank=True)
    received_by = models.CharField(max_length=150, blank=True, help_text="Who confirmed it there")
    receipt_words = models.CharField(max_length=200, blank=True, help_text="How: an email, a signed slip")
    receipt_at = models.DateTimeField(null=True, blank=True, help_text="When the receipt was recorded")
    receipt_kept_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=300, blank=True, help_text="Why it is not needed after all")
    token = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        constraints = [
            models.CheckConstraint(name="transfer_sent_with_a_pack", condition=Q(sent_at=None) | (~Q(sha256="") & ~Q(way=""))),
            models.CheckConstraint(name="transfer_receipt_says_who", condition=Q(receipt_at=None) | ~Q(received_by="")),
        ]
        indexes = [models.Index(fields=["next_action_at"], condition=Q(next_action_at__isnull=False), name="transfer_due")]

    @property
    def step(self) -> str:
        """Where it stands: open, sent, received or ended."""
        return "ended" if self.ended_at else "received" if self.receipt_at else "sent" if self.sent_at else "open"


class AccessRequest(RandomAddress):
    """That somebody asked for what is held about a pupil: answered within a month, and what was sent is kept."""

    class For(models.TextChoices):
        """In whose name."""

        SELF = "self", "The pupil, for themselves"
        PARENT = "parent", "Somebody with parental responsibility, for the pupil"
        OTHER = "other", "Somebody else with written authority"

    class State(models.TextChoices):
        """Where it stands."""

        RECEIVED = "received", "Received"
        COLLECTING = "collecting", "Being collected"
        REVIEW = "review", "To be looked through"
        RELEASED = "released", "Released"
        CLOSED = "closed", "Closed without a pack"

    school = models.ForeignKey(School, models.PROTECT, related_name="access_requests")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="access_requests")
    asked_by = models.CharField(max_length=160)
    on_behalf = models.CharField(max_length=6, choices=For)
    authority = models.CharField(max_length=300, blank=True, help_text="What gives them the right to ask for the pupil")
    scope = models.TextField(blank=True, help_text="What they ask for, in their words; empty: everything")
    received_on = models.DateField()
    due_on = models.DateField()
    identity_how = models.CharField(max_length=200, blank=True, help_text="How their identity was checked")
    identity_on = models.DateField(null=True, blank=True)
    extended_because = models.CharField(max_length=300, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    collected = models.JSONField(default=list, help_text="The kinds that were collected")
    collected_at = models.DateTimeField(null=True, blank=True)
    apart_done_at = models.DateTimeField(null=True, blank=True, help_text="When the safeguarding team finished its part, if it had one")
    apart_done_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    told_due_on = models.DateField(null=True, blank=True, help_text="The last day on which people were told that it is due")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the pack that was released")
    size = models.PositiveIntegerField(default=0)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    sent_to = models.CharField(max_length=200, blank=True)
    sent_how = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    closed_because = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True, default=uuid.uuid4)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_released_whole",
                condition=~Q(state="released")
                | (~Q(sha256="") & ~Q(sent_to="") & Q(released_at__isnull=False, apart_done_at__isnull=False)),
            ),
            models.CheckConstraint(name="access_closed_with_reason", condition=~Q(state="closed") | ~Q(closed_because="")),
        ]
        indexes = [models.Index(fields=["school", "state", "due_on"], name="access_request_by_state")]


class AccessItem(models.Model):
    """One record that is held about the pupil, as it was collected, and what is given of it. Not given until somebody said so.

    Its address is a random number: gaps among numbers that count would tell how much of the child protection file is among them.
    """

    class Decision(models.TextChoices):
        """What is given of it."""

        TO_LOOK = "to_look", "Not looked at yet"
        GIVE = "give", "Given"
        REDACT = "redact", "Given with words blacked out"
        WITHHOLD = "withhold", "Withheld"

    class Exemption(models.TextChoices):
        """Why it is withheld; the words of the Data Protection Act 2018 are in docs/impact-assessment.md."""

        SERIOUS_HARM = "serious_harm", "It would be likely to cause serious harm to the pupil or somebody else"
        ABUSE_DATA = "abuse_data", "It is about abuse or the risk of it, and giving it to a parent is not in the pupil’s interests"
        OTHERS = "others", "It is about somebody else who has not agreed, and giving it is not reasonable"
        CRIME = "crime", "It would hinder the prevention or detection of crime"
        LEGAL = "legal", "It is advice from a lawyer, or made for a court case"
        COURT = "court", "A court has it, and its rules keep it back"
        NOT_THEIRS = "not_theirs", "It is not about the pupil, or was not asked for"

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=60, help_text="The kind of row")
    source_id = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    on = models.DateField(null=True)
    facts = models.JSONField(default=list, help_text="[[label, text]]: as it was collected; after the release as it was given")
    file = models.CharField(max_length=64, blank=True, help_text="The hash of its file under MEDIA_ROOT")
    holds = models.CharField(max_length=4, blank=True, help_text="pdf, jpeg, png")
    apart = models.BooleanField(default=False, help_text="Of the child protection file: only the safeguarding team sees that it is here")
    others = models.JSONField(default=list, help_text="[[kind, words]]: what may be somebody else’s")
    decision = models.CharField(max_length=8, choices=Decision, default=Decision.TO_LOOK)
    blacked = models.JSONField(default=list, help_text="Words that are blacked out")
    exemption = models.CharField(max_length=12, choices=Exemption, blank=True)
    because = models.CharField(max_length=300, blank=True, help_text="Why, for the school’s own record")
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "source", "source_id"], name="access_item_once"),
            models.CheckConstraint(
                name="access_withheld_says_why", condition=~Q(decision="withhold") | (~Q(exemption="") & ~Q(because=""))
            ),
        ]
