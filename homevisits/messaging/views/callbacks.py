"""The provider's callbacks: a bearer token opens, nothing else. Notify posts again for up to 25 minutes unless it gets a 2xx."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from homevisits.common import clock
from homevisits.common.deadlock import retried
from homevisits.common.errors import BadInput
from homevisits.messaging import receipts
from homevisits.messaging.models import SchoolAccount


@csrf_exempt
@login_not_required
@require_POST
def receipt(request: HttpRequest) -> JsonResponse:
    """A delivery receipt."""
    account = _account(request)
    if account is None:
        return JsonResponse({"error": "This token is not known."}, status=403)
    try:
        found = receipts.read_receipt(_json(request))
    except BadInput as error:
        return JsonResponse({"error": str(error)}, status=400)
    message = retried(lambda: receipts.take_receipt(account=account, receipt=found, now=clock.now()))
    return JsonResponse({"known": message is not None})


@csrf_exempt
@login_not_required
@require_POST
def text(request: HttpRequest) -> JsonResponse:
    """A text from a parent."""
    account = _account(request)
    if account is None:
        return JsonResponse({"error": "This token is not known."}, status=403)
    try:
        number, sender, body, received = receipts.read_text(_json(request))
    except BadInput as error:
        return JsonResponse({"error": str(error)}, status=400)
    retried(lambda: receipts.take_text(account=account, provider_id=number, number=sender, body=body, received=received, now=clock.now()))
    return JsonResponse({"kept": True})


def _account(request: HttpRequest) -> SchoolAccount | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return receipts.account_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None


def _json(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise BadInput("The body is not JSON.") from error
