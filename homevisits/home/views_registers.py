"""The staff registers where they meet the policy: who may visit, who has read it, and one's own page."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from homevisits.people.access import SchoolRequest, school_view, today_of
from homevisits.people.registers_shown import Cell, Row, list_page, register_links
from homevisits.people.selectors.own import own_page
from homevisits.people.services.qualifications import confirm_conduct
from homevisits.people.views.registers import worst_first
from homevisits.policy.models import PolicyVersion
from homevisits.policy.selectors import find_version_in_force

from .staff_gaps import Need, ending_of, gaps_of, line_of, lines_of, needs_of

NO_POLICY = "The school has no policy in force, so nothing is asked of staff yet. Choose one under Policy."


def _version(request: SchoolRequest) -> PolicyVersion | None:
    return find_version_in_force(request.school, today_of(request.school))


@school_view(act="keep_registers")
def who_may_visit(request: SchoolRequest) -> HttpResponse:
    """Staff by what the policy in force asks: the gaps first, then what ends soon, then everybody (ATT-20)."""
    version, today = _version(request), today_of(request.school)
    lines = lines_of(request.school, version, today) if version else []
    visitors, others = [line for line in lines if line.visits], [line for line in lines if not line.visits]
    context = {
        "registers": register_links(request), "version": version, "no_policy": NO_POLICY,
        "needs": needs_of(version) if version else [], "gaps": gaps_of(lines), "ending": ending_of(lines),
        "visitors": visitors, "others": others, "ready": sum(not line.gaps for line in visitors),
        "others_ready": sum(not line.gaps for line in others),
    }  # fmt: skip
    return render(request, "home/who_may_visit.html", context)


@school_view(act="keep_registers")
def register_policy(request: SchoolRequest) -> HttpResponse:
    """Who has read the policy in force and confirmed the code of conduct, whether or not the policy asks for it (ATT-02, ALT-27)."""
    version, today = _version(request), today_of(request.school)
    rows = []
    if version:
        asked = [Need("read", "policy_read", "", ""), Need("conduct", "code_of_conduct", "", "")]
        for line in lines_of(request.school, version, today, asked):
            rows.append(Row(line.person.staff.name, [Cell(held.words, held.state) for held in line.held]))
    return list_page(
        request, heading="Policy and code of conduct", columns=["Name", "Policy in force", "Code of conduct"], rows=worst_first(rows),
        counted="person,people", empty=NO_POLICY, clause="ALT-27",
        intro="Each person confirms both for themselves, once for every version of the policy: the policy on its page, the code of "
        "conduct under “Your visits”.",
    )  # fmt: skip


@school_view(act="see_own_register")
def own_register(request: SchoolRequest) -> HttpResponse:
    """What the school holds of oneself for visits, and what one can say: unwell, not to this household, another car."""
    version, today = _version(request), today_of(request.school)
    line = line_of(request.school, version, request.user, today) if version else None
    asked = {held.need.kind: held for held in line.held} if line else {}
    context = {
        "version": version, "no_policy": NO_POLICY, "line": line, "own": own_page(request.school, request.user, today),
        "unread": asked["read"].lacks if "read" in asked else False,
        "unconfirmed": asked["conduct"].lacks if "conduct" in asked else False,
    }  # fmt: skip
    return render(request, "home/own_register.html", context)


@school_view(act="see_own_register")
def own_conduct(request: SchoolRequest) -> HttpResponseBase:
    """Confirm the staff code of conduct for oneself, under the version in force (ALT-27)."""
    version, back = _version(request), reverse("own_register", args=[request.school.slug])
    if version is None:
        messages.error(request, NO_POLICY)
        return redirect(back)
    if request.method == "POST":
        confirm_conduct(school=request.school, version_id=version.pk, by=request.user, now=request.now)
        messages.success(request, f"You have confirmed the code of conduct under version {version.number} of the policy.")
        return redirect(back)
    context = {
        "question": "Do you know the staff code of conduct, and keep to it on visits?",
        "consequences": [
            "The staff code of conduct goes on applying during visits. Ask the headteacher for it if you do not have it at hand.",
            f"Your confirmation is kept with your name, the day, and version {version.number} of the policy.",
        ],
        "act_words": "Yes, I confirm it", "back_url": back, "back_words": "Not now",
    }  # fmt: skip
    return render(request, "layouts/confirm.html", context)
