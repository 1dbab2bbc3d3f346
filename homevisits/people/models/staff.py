"""Staff: the user model, and the roles that each holds in a school or a trust."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from .schools import School, Trust


class Role(models.TextChoices):
    """What a person is in a school. A person may hold several."""

    OFFICE_ADMIN = "office_admin", "Office admin"
    PUPIL_SUPPORT_LEAD = "pupil_support_lead", "Pupil support lead"
    ATTENDANCE_OFFICER = "attendance_officer", "Attendance officer"
    VISITING_STAFF = "visiting_staff", "Visiting staff"
    CLASS_TEACHER = "class_teacher", "Class teacher"
    TEACHING_ASSISTANT = "teaching_assistant", "Teaching assistant"
    LINE_MANAGER = "line_manager", "Line manager"
    SENIOR_MANAGER = "senior_manager", "Senior manager"
    HEADTEACHER = "headteacher", "Headteacher"
    DEPUTY_HEADTEACHER = "deputy_headteacher", "Deputy headteacher"
    PRINCIPAL = "principal", "Principal"
    DSL = "dsl", "Designated safeguarding lead"
    DEPUTY_DSL = "deputy_dsl", "Deputy safeguarding lead"
    BUSINESS_MANAGER = "business_manager", "Business manager"
    EDUCATION_WELFARE_OFFICER = "education_welfare_officer", "Education welfare officer"
    GOVERNOR = "governor", "Governor"
    CHAIR_OF_GOVERNORS = "chair_of_governors", "Chair of governors"
    TRUST_ADMIN = "trust_admin", "Trust administrator"


class StaffManager(BaseUserManager["Staff"]):
    """Makes accounts by email address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Staff":
        """A member of staff who signs in with `email`; no password means that they cannot yet."""
        staff = self.model(email=self.normalize_email(email).lower(), **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Staff":
        """Somebody who may use the Django admin; roles in schools are apart from that."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Staff(AbstractBaseUser, PermissionsMixin):
    """A member of staff, governor or trust officer: whoever signs in."""

    class NotifyBy(models.TextChoices):
        """How, besides in the product, they are told. Alarms come by text whatever they chose."""

        PRODUCT = "product", "In the product only"
        EMAIL = "email", "By email too"
        TEXT = "text", "By text too"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    names_before = models.JSONField(default=list, blank=True, help_text="Corrected names, oldest first: {name, until}; records keep them")
    mobile = models.CharField(max_length=20, blank=True, help_text="E.164")
    notify_by = models.CharField(max_length=8, choices=NotifyBy, default=NotifyBy.PRODUCT)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may open the admin", default=False)
    wrong_tries = models.PositiveIntegerField(default=0, help_text="Wrong passwords since they last signed in")
    tries_told_at = models.DateTimeField(null=True, blank=True, help_text="When they were last told of many wrong passwords")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = StaffManager()

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name

    def called(self, at: datetime) -> str:
        """The name that the person had at a time, as a record of that time keeps it, and the one that they have now if it is another."""
        for before in self.names_before:
            if at < datetime.fromisoformat(before["until"]):
                return f"{before['name']} (now called {self.name})" if before["name"] != self.name else self.name
        return self.name

    def get_full_name(self) -> str:
        """The name, for Django and allauth."""
        return self.name


class StaffRole(models.Model):
    """That a person holds a role in one school, or in every school of a trust, from a day until another."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="roles")
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True, related_name="staff_roles")
    trust = models.ForeignKey(Trust, models.CASCADE, null=True, blank=True, related_name="staff_roles")
    role = models.CharField(max_length=30, choices=Role)
    on_duty = models.BooleanField(default=True, help_text="For a senior manager: whether they are the one on duty")
    class_name = models.CharField(max_length=20, blank=True, help_text="For a class teacher or teaching assistant: their class")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day on which the role holds")
    held_until = models.DateField(null=True, blank=True, help_text="The day on which it ended at once: held, though it holds no longer")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_in_school_or_trust",
                condition=models.Q(school__isnull=False, trust__isnull=True) | models.Q(school__isnull=True, trust__isnull=False),
            ),
            models.UniqueConstraint(fields=["staff", "school", "role"], name="role_once_a_school"),
            models.UniqueConstraint(fields=["staff", "trust", "role"], name="role_once_a_trust"),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day on which the person had the role, as a page says it; none while it has no end."""
        return self.held_until or self.ends_on


class StaffCheck(models.Model):
    """A check of a member of staff, with its level: enhanced_dbs, barred_list … (ATT-50, ALT-32)."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="checks")
    level = models.CharField(max_length=30)
    checked_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "level"], name="staff_check_once_a_level")]


class StaffTraining(models.Model):
    """A training that a member of staff has done: first_aid, disengagement, code_of_conduct … (ATT-20, ALT-27)."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="training")
    name = models.CharField(max_length=40)
    done_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    for_version = models.PositiveBigIntegerField(
        default=0, help_text="Code of conduct: the policy version under which it was confirmed, once a version; else 0"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "name", "for_version"], name="staff_training_once")]
