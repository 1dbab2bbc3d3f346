"""Rows of a school's calendar and its tokens, for the pages that keep them."""

from datetime import date

from django.db.models import QuerySet

from ..models import ApiToken, Closure, School, Term


def terms_of(school: School) -> QuerySet[Term]:
    """The school's terms in order."""
    return Term.objects.filter(school=school).order_by("starts_on")


def term_of(school: School, pk: int) -> Term | None:
    """One of them."""
    return terms_of(school).filter(pk=pk).first()


def closures_of(school: School, since: date) -> QuerySet[Closure]:
    """The school's INSET days and closures from a day on."""
    return Closure.objects.filter(school=school, day__gte=since).select_related("entered_by").order_by("day")


def closure_of(school: School, pk: int) -> Closure | None:
    """One of them, of whatever day."""
    return Closure.objects.filter(school=school, pk=pk).select_related("school").first()


def tokens_of(school: School) -> QuerySet[ApiToken]:
    """The school's tokens, live ones first."""
    return ApiToken.objects.filter(school=school).select_related("issued_by", "revoked_by").order_by("-revoked_at", "name")


def token_of(school: School, pk: int) -> ApiToken | None:
    """One of them."""
    return tokens_of(school).filter(pk=pk).first()
