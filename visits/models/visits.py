"""Home visits. Planning, approval and check-ins come on top of this row; the first-day ladder raises it."""

from django.db import models

from homevisits.common.said import one_line
from homevisits.people.models import AlarmDevice, Contact, Household, Pupil, School, Staff, Vehicle
from homevisits.policy.models import PolicyVersion

RECEIVED = "When it came in, where it was said without network and came later; null: at once"


class HomeVisit(models.Model):
    """One visit to one household, about one or more of its pupils."""

    class Status(models.TextChoices):
        """Where it stands; states.py has what may follow what."""

        RAISED = "raised", "To be planned"
        PLANNED = "planned", "Planned, to be approved"
        SENT_BACK = "sent_back", "Sent back for changes"
        APPROVED = "approved", "Approved"
        OUT = "out", "Staff are out"
        DONE = "done", "Made, report to come"
        CLOSED = "closed", "Closed"
        DECLINED = "declined", "Declined by the approver"
        REFUSED = "refused", "Refused by the family"
        MEETING = "meeting", "Meeting at school instead"
        NOT_VISITING = "not_visiting", "Decided against"
        STOOD_DOWN = "stood_down", "Stood down"

    school = models.ForeignKey(School, models.PROTECT, related_name="visits")
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.RAISED)
    # Goes up with every change of plan or risk: a decision names the number that it was made on (R15).
    version = models.PositiveIntegerField(default=1)
    purpose = models.CharField(max_length=40, help_text="A code of visits/purposes.py")
    purpose_words = models.CharField(max_length=200, blank=True, help_text="What another purpose is (ALT-10, SEC-01)")
    purpose_answers = models.JSONField(default=dict, help_text="{question: answer}: attempts made, the concern, the driver …")
    emergency = models.BooleanField(default=False, help_text="As an emergency; else as a procedure (MAT-06)")
    reason = models.TextField(help_text="Why the visit is needed")
    why_not_at_school = models.TextField(blank=True, help_text="Why the parents cannot come in instead (MAT-10)")
    whom_to_see = models.CharField(max_length=300, blank=True)
    announced = models.BooleanField(default=True)
    unannounced_reason = models.TextField(blank=True)
    asked_by_agency = models.CharField(max_length=200, blank=True, help_text="Who of children's services asked for it, and when (SEC-05)")
    # A visit made together with another agency (SEC-03).
    joint_agency = models.CharField(max_length=120, blank=True)
    joint_worker = models.CharField(max_length=120, blank=True)
    joint_worker_contact = models.CharField(max_length=120, blank=True)
    joint_protocol_confirmed = models.BooleanField(default=False)
    hours_reason = models.TextField(blank=True, help_text="Why outside the hours that the policy allows, or why alone (allowed_hours)")
    no_alternative = models.BooleanField(default=False, help_text="Asserted: there is no alternative in school hours (ALT-13)")
    base_contact = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", help_text="The responsible contact who checks on the staff (ALT-13)"
    )
    base_contact_words = models.CharField(max_length=200, blank=True, help_text="Who it is while the office is shut (SEC-12)")
    remote_contact_why_not = models.TextField(blank=True, help_text="While the infection annex is on (ATT-70)")
    override_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", help_text="Named senior who let one person go (pair_override)"
    )
    override_reason = models.TextField(blank=True)
    # The address as it was then: an address that changes later does not rewrite where staff went.
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    place = models.CharField(max_length=300, blank=True, help_text="Where, when it is not the home")
    due_at = models.DateTimeField(help_text="When the visit should set off")
    arrive_at = models.DateTimeField(null=True, blank=True, help_text="The time at the door, as told to the family")
    length_minutes = models.PositiveSmallIntegerField(default=15, help_text="How long at the home (standard_length)")
    due_back = models.DateTimeField(null=True, blank=True, help_text="When the pair is due back; a delay moves it")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, null=True, blank=True, related_name="+")
    vehicle_words = models.CharField(max_length=120, blank=True, help_text="On foot, by bus …, where no vehicle of the register is taken")
    device = models.ForeignKey(AlarmDevice, models.PROTECT, null=True, blank=True, related_name="+")
    device_carrier = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    safe_word = models.CharField(max_length=40, blank=True, help_text="Seen only by the pair and those on the alarm list (MAT-21)")
    from_home = models.BooleanField(default=False, help_text="Leaves from home, on the way to school (SEC-09)")
    to_home = models.BooleanField(default=False, help_text="Ends at home: leaving the property, or a check-in from home, ends it")
    parents_late_word_at = models.DateTimeField(null=True, blank=True, help_text="When the parents sent word that they are late (ATT-35)")
    drill = models.BooleanField(default=False, help_text="A drill: the same path, marked as such everywhere")
    length_reminded_at = models.DateTimeField(null=True, blank=True, help_text="When staff were reminded of the planned length (MAT-19)")
    departed_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True, help_text="When the last of the pair was back")
    alarm_at = models.DateTimeField(null=True, blank=True, help_text="When the next step of the return alarm is due; null when none is")
    alarm_quiet_until = models.DateTimeField(null=True, blank=True, help_text="Somebody deals with it: no step before (alarm_rest)")
    follow_up_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="follow_ups")
    series = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeats", help_text="The first visit of its timetable (ALT-30)"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True, help_text="When its report was last asked for (MAT-13)")
    # The page that asked for it: sent twice, it asks once.
    token = models.UUIDField(null=True, blank=True, unique=True)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: the ladder")

    @property
    def where(self) -> str:
        """Where staff go, in one line: the place, else the home as it was when it was planned. Empty where nothing is on file."""
        return self.place or one_line(self.address, self.postcode)

    class Meta:
        constraints = [
            # One welfare visit a household at a time (rehearsal, 5).
            models.UniqueConstraint(
                fields=["household", "purpose"],
                condition=models.Q(purpose="absent_child_check", status__in=["raised", "planned", "sent_back", "approved", "out"]),
                name="visit_one_open_child_check",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "status", "due_at"], name="visit_by_status"),
            models.Index(fields=["alarm_at"], condition=models.Q(alarm_at__isnull=False), name="visit_alarm_due"),
        ]


class VisitItem(models.Model):
    """Something to take or to prepare: documents (MAT-15), toys, visuals or social stories (PRI-08). An open one does not block."""

    class Kind(models.TextChoices):
        """What it is for."""

        DOCUMENT = "document", "Document to take"
        PREPARATION = "preparation", "Preparation"

    class Answer(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", "Taken"
        SENT = "sent", "Already sent"
        NOT_NEEDED = "not_needed", "Not needed"

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12, choices=Kind)
    what = models.CharField(max_length=200)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "kind", "what"], name="visit_item_once")]


class VisitPupil(models.Model):
    """A pupil whom the visit is about."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="visit_pupils")
    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="visit_pupils")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "pupil"], name="visit_pupil_once")]


class VisitUntried(models.Model):
    """A contact whom nobody had called when the visit was raised."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="untried")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "contact"], name="visit_untried_once")]


class VisitEvent(models.Model):
    """A transition of the visit: who, when, why. Never changed."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True, help_text=RECEIVED)
    what = models.CharField(max_length=30, help_text="raised, stood_down … what was done")
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", help_text="Null: the system")
    by_name = models.CharField(max_length=150)
    note = models.TextField(blank=True)


class VisitVersion(models.Model):
    """The plan and the risk as they stood at one version number: what a signature was given on, and what changed since."""

    visit = models.ForeignKey(HomeVisit, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    plan = models.JSONField(default=dict, help_text="{words of the line: value as shown}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "number"], name="visit_version_once")]
