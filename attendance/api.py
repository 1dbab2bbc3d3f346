"""The interface for a connector of the information system: `POST /api/registers/`, described by OpenAPI at /api/docs/."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from homevisits.common import clock
from homevisits.common.actors import SystemJob
from homevisits.common.errors import BadInput
from homevisits.people.models import ApiToken
from homevisits.people.services.api_tokens import token_for

from .services.received import SentMark, UsedForAnother, receive_register

MOST_MARKS = 5000


class Token(HttpBearer):
    """A school's token, issued on its page of tokens."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token's row; None refuses."""
        return token_for(token, now=clock.now())


class MarkIn(Schema):
    """A pupil's mark. Give the UPN, or the pupil's number in the information system."""

    upn: str = Field("", max_length=20, description="Unique pupil number")
    mis_id: str = Field("", max_length=40, description="The pupil's number in the information system")
    code: str = Field(..., min_length=1, max_length=2, description="Attendance code: / present, N no reason yet, I illness …")
    minutes_late: int | None = Field(None, ge=0, le=600, description="For L and U")
    comment: str = Field("", max_length=200)


class RegisterIn(Schema):
    """One session's register."""

    id: str = Field(..., min_length=1, max_length=80, description="Chosen by you, unique for this sending: sent again it changes nothing")
    day: date
    session: Literal["AM", "PM"]
    marks: list[MarkIn] = Field(..., min_length=1, max_length=MOST_MARKS)
    classes: list[str] | None = Field(None, description="Classes complete with this; left out: those with marks for at least half")


class NotTaken(Schema):
    """A mark that was not taken."""

    place: int = Field(..., description="Its place in `marks`, from 0")
    says: str


class ClassOut(Schema):
    """How far a class is covered by this and what was sent before."""

    class_name: str
    without_mark: int = Field(..., description="Pupils on roll without a mark: nobody knows where they are, and the office sees them")
    taken: bool = Field(..., description="False: too few marks. Cases open only when the rest is sent, or the class is named in `classes`")


class RegisterOut(Schema):
    """What came of it."""

    taken: int
    unexplained: int = Field(..., description="Marks N among them")
    not_taken: list[NotTaken]
    classes: list[ClassOut] = Field(default_factory=list)
    repeated: bool = Field(..., description="True when this id was sent before: nothing was changed")


class Refusal(Schema):
    """Why nothing was taken, in sentences."""

    errors: list[str]


api = NinjaAPI(
    title="Home Visits", version="1", description="For connectors of a school’s information system.", docs_url=None, openapi_url=None,
    urls_namespace="registers_api",
)  # fmt: skip


@api.post(
    "/registers/", auth=Token(), response={200: RegisterOut, 401: Refusal, 409: Refusal, 422: Refusal}, url_name="take",
    summary="Take a session’s register",
)  # fmt: skip
def take(request: HttpRequest, sent: RegisterIn) -> Any:
    """Send a whole register, or the classes that are ready. Cases open for marks N once the register has closed.

    The same `id` with the same content may be sent again after a lost answer; with other content it answers 409.
    """
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    marks = [SentMark(mark.upn, mark.mis_id, mark.code, mark.minutes_late, mark.comment) for mark in sent.marks]
    try:
        return receive_register(
            school=token.school, client_id=sent.id, day=sent.day, session=sent.session, marks=marks, classes=sent.classes,
            by=SystemJob(f"Connector {token.name}"), now=token.school.now(),
        )  # fmt: skip
    except UsedForAnother as error:
        return api.create_response(request, {"errors": [str(error)]}, status=409)
    except BadInput as error:
        return api.create_response(request, {"errors": [str(error)]}, status=422)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: Any) -> HttpResponse:
    says = "Send a token of the school in the header “Authorization: Bearer …”. The headteacher or the business manager issues it."
    return api.create_response(request, {"errors": [says]}, status=401)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: Any) -> HttpResponse:
    lines = [f"{'.'.join(str(part) for part in one['loc'][2:]) or 'The content'}: {one['msg']}" for one in error.errors]
    return api.create_response(request, {"errors": lines}, status=422)


def schema() -> dict[str, Any]:
    """The OpenAPI description."""
    return dict(api.get_openapi_schema(path_prefix="/api"))


@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description as JSON; whoever writes a connector need not have an account in a school."""
    return JsonResponse(schema(), json_dumps_params={"indent": 1})


@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """The same on a page: what is sent, what is answered, an example. No script, no CDN."""
    parts = schema()["components"]["schemas"]
    shown = [
        (
            name,
            part.get("description", ""),
            [
                (field, _kind(detail), field in part.get("required", ()), detail.get("description", ""))
                for field, detail in part["properties"].items()
            ],
        )
        for name, part in ((name, parts[name]) for name in ("RegisterIn", "MarkIn", "RegisterOut", "NotTaken", "ClassOut", "Refusal"))
    ]
    return render(request, "attendance/api_docs.html", {"parts": shown, "most": MOST_MARKS})


def _kind(detail: dict[str, Any]) -> str:
    """A field's type in a word or two."""
    if "anyOf" in detail:
        return " or ".join(_kind(each) for each in detail["anyOf"])
    if "$ref" in detail:
        return str(detail["$ref"].rsplit("/", 1)[-1])
    if detail.get("type") == "array":
        return f"list of {_kind(detail['items'])}"
    if "enum" in detail:
        return " or ".join(detail["enum"])
    return str(detail.get("format") or {"null": "nothing", "integer": "whole number", "string": "text"}.get(detail["type"], detail["type"]))


def _take_view() -> Callable[..., HttpResponseBase]:
    """The operation's own view, so that only this one address of the API's is served."""
    found = next(pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name == "take")
    return login_not_required(cast(Callable[..., HttpResponseBase], found.callback))


urlpatterns = [
    path("api/registers/", _take_view(), name="api_registers"),
    path("api/openapi.json", openapi, name="api_openapi"),
    path("api/docs/", docs, name="api_docs"),
]
