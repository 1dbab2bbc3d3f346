"""What a visit found, and the letters that it drafts."""

from django.db import models

from homevisits.documents.models import Document
from homevisits.people.models import Contact, Pupil, Staff

from .visits import RECEIVED, HomeVisit


class VisitOutcome(models.Model):
    """What was found, for all of the visit's pupils or for some of them."""

    class Kind(models.TextChoices):
        """The outcomes that the policies know."""

        CHILD_SEEN = "child_seen", "Child seen"
        CHILD_NOT_SEEN = "child_not_seen", "Child not seen"
        NO_ANSWER = "no_answer", "No answer"
        CHILD_ALONE = "child_alone", "Child alone"
        PARENTS_ABSENT = "parents_absent", "Parents absent"
        UNSAFE = "unsafe", "Unsafe"
        ANIMALS = "animals", "Animals"
        FAMILY_DECLINED = "family_declined", "Family declined"
        COMPLETED = "completed", "Completed"
        PARENT_LEFT = "parent_left", "Parent left, visit ended"
        UNWELL = "unwell", "Staff fell ill, visit ended"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="outcomes")
    kind = models.CharField(max_length=15, choices=Kind)
    seen_by = models.CharField(max_length=150, blank=True, help_text="By whom the child was seen")
    seen_where = models.CharField(max_length=150, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="Observations, or the reason in writing (ATT-38, ATT-39)")
    details = models.JSONField(default=dict, help_text="{question of the outcome: answer}: card number, emergency call and reference …")
    token = models.UUIDField(null=True, blank=True, unique=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True, help_text=RECEIVED)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class VisitOutcomePupil(models.Model):
    """A pupil for whom an outcome counts."""

    outcome = models.ForeignKey(VisitOutcome, models.CASCADE, related_name="for_pupils")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="visit_outcomes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["outcome", "pupil"], name="visit_outcome_pupil_once")]


class OutcomeDecision(models.Model):
    """What the safeguarding team decided on what was found: refer, or not, with the reason (MAT-12). A later one stands beside it."""

    class Decision(models.TextChoices):
        """To whom, or to nobody."""

        SOCIAL_CARE = "social_care", "Refer to children's social care"
        POLICE = "police", "Ask the police to check"
        NONE = "none", "No referral"

    outcome = models.ForeignKey(VisitOutcome, models.CASCADE, related_name="decisions")
    decision = models.CharField(max_length=12, choices=Decision)
    reason = models.TextField()
    token = models.UUIDField(null=True, blank=True, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class VisitLetter(models.Model):
    """A letter that the visit asks for: drafted by the product, sent or discarded by a person. Its PDF is a document of its own."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=30, help_text="protocol_letter, letter_through_door, calling_card, parent_copy …")
    drafted_at = models.DateTimeField()
    ahead = models.BooleanField(default=False, help_text="Made ready to take along: owed only once nobody was home (PRI-40)")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+", help_text="To whom it is addressed")
    way = models.CharField(max_length=11, blank=True, help_text="How it went first: a DocumentWay")
    sent_to = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    discarded_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "kind"], name="visit_letter_once")]


class VisitReport(models.Model):
    """The report that closes a visit (MAT-20), with its evaluation (ATT-40). Written as a draft, then handed in; never changed after."""

    visit = models.OneToOneField(HomeVisit, models.CASCADE, related_name="report")
    text = models.TextField(blank=True)
    evaluation = models.TextField(blank=True)
    entered = models.BooleanField(null=True, blank=True, help_text="Whether staff entered the home (MAT-06)")
    child_present = models.BooleanField(null=True, blank=True, help_text="No does not block (PRI-05)")
    answers = models.JSONField(default=dict, help_text="{question: answer}: spoken to, relation, who delegated, notes and sharing said …")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")


class SpokenTo(models.Model):
    """Who was spoken to at the door, checked against the contacts with parental responsibility (MAT-11)."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="spoken_to")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=150)
    relation = models.CharField(max_length=80, blank=True)
    parental_responsibility = models.BooleanField(help_text="As it was then")
    delegated_by = models.CharField(max_length=150, blank=True, help_text="Who with parental responsibility authorised them")
    restricted = models.BooleanField(default=False, help_text="As it was then: a person who may not be told anything")
    told_notes = models.BooleanField(default=False, help_text="Told that notes may be taken (MAT-17)")
    told_sharing = models.BooleanField(default=False, help_text="Told who will hear of it, with no promise of confidentiality (MAT-17)")
    token = models.UUIDField(null=True, blank=True, unique=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True, help_text=RECEIVED)
    by = models.ForeignKey(Staff, models.PROTECT, related_name="+")


class VisitFeedback(models.Model):
    """What a member of staff says of how the visit was done; informs the review of the policy (ALT-40)."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="feedback")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    felt_safe = models.BooleanField(null=True, blank=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "staff"], name="visit_feedback_once")]
