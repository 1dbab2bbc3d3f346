"""The school's editor of questionnaires: acts on a draft, versions with who and when, two at once, what is refused."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from homevisits.audit.models import AuditEvent
from homevisits.people.models import School, Staff
from homevisits.people.tests.factories import StaffFactory
from visits.models import QuestionnaireDraft, QuestionnaireVersion
from visits.questionnaires.defaults import default
from visits.selectors.questionnaires import questionnaire_of
from visits.tests.factories import NOW, a_school, a_visit

pytestmark = pytest.mark.django_db


class Editor:
    """Somebody at the editor of one questionnaire, as a browser sends it."""

    def __init__(self, school: School, key: str = "welfare", role: str = "headteacher") -> None:
        self.client, self.by = Client(), StaffFactory.create(school=school, roles=[role])
        self.client.force_login(self.by)
        self.url, self.school, self.key = f"/s/{school.slug}/visits/questionnaires/{key}/", school, key
        self.state = self.seen()

    def seen(self) -> str:
        found = re.search(r'name="state" value="([\d.]+)"', self.client.get(self.url).content.decode())
        assert found
        return found[1]

    def post(self, path: str, **given: Any) -> HttpResponse:
        """Send a form with the state that the page showed, and look at the page again when it was taken."""
        answer: Any = self.client.post(self.url + path, {"state": self.state, **given})
        if answer.status_code == 302:
            self.state = self.seen()
        response: HttpResponse = answer
        return response

    def act(self, act: str) -> HttpResponse:
        return self.post("act/", act=act)

    def draft(self) -> QuestionnaireDraft:
        return QuestionnaireDraft.objects.get(school=self.school, key=self.key)


@pytest.fixture
def editor() -> Editor:
    return Editor(a_school())


def test_a_draft_changes_nothing_until_it_is_kept_and_a_form_keeps_its_questions(editor: Editor) -> None:
    visit = a_visit(editor.school)
    opened = questionnaire_of(visit, NOW)
    assert opened
    assert editor.act("off:seen").status_code == 302
    assert editor.post("question/help_needed/", words="What would help?", hint="", required="on").status_code == 302
    assert questionnaire_of(visit, NOW) == opened
    assert editor.post("keep/", change_words="Shorter").status_code == 302
    now_asked = questionnaire_of(visit, NOW)
    assert now_asked
    assert (now_asked.number, now_asked.made_by, now_asked.change) == (opened.number + 1, editor.by, "Shorter")
    assert now_asked.asks.questions["help_needed"].words == "What would help?"
    assert now_asked.asks.section("seen") is None
    opened.refresh_from_db()
    assert opened.asks == default("welfare")
    assert not QuestionnaireDraft.objects.exists()
    acts = set(AuditEvent.objects.filter(act__startswith="visits.questionnaire").values_list("act", flat=True))
    assert acts == {"visits.questionnaire.draft_changed", "visits.questionnaire.kept"}


def test_versions_say_who_and_what_changed(editor: Editor) -> None:
    editor.act("down:seen")
    editor.post("keep/", change_words="Ask first what is said")
    page = editor.client.get(editor.url + "versions/").content.decode()
    assert "Version 2" in page
    assert "Ask first what is said" in page
    assert editor.by.name in page
    assert "1 change from the version before" in page


@pytest.mark.clause("PRI-22")
def test_the_prompts_stay_and_the_page_names_the_clause(editor: Editor) -> None:
    answer = editor.act("off:prompts")
    assert answer.status_code == 422
    assert "PRI-22" in answer.content.decode()
    assert not QuestionnaireDraft.objects.exists()


def test_who_comes_too_late_is_told_and_overwrites_nothing(editor: Editor) -> None:
    other = Editor(editor.school, role="dsl")
    editor.act("off:home")
    late = other.act("off:help")
    assert late.status_code == 422
    assert "Somebody else changed" in late.content.decode()
    words = other.post("question/child_how/", words="My words", hint="")
    assert words.status_code == 200
    assert "Somebody else changed" in words.content.decode()
    assert "My words" in words.content.decode()
    assert editor.draft().asks.section("help")
    assert editor.draft().asks.questions["child_how"].words == "How did the child seem?"
    # Having been told, they send it again: it goes on from there.
    other.state = re.findall(r'name="state" value="([\d.]+)"', words.content.decode())[0]
    assert other.post("question/child_how/", words="My words", hint="").status_code == 302
    assert editor.draft().asks.questions["child_how"].words == "My words"
    assert editor.post("keep/", change_words="Mine").status_code == 200
    assert QuestionnaireVersion.objects.filter(made_by__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("path", "given", "says"),
    [
        ("question/child_how/", {"words": "", "hint": "As typed"}, "Enter the question"),
        ("section/seen/", {"title": "", "intro": "As typed"}, "Enter the title"),
        ("add/", {"words": "As typed", "kind": "choice", "choices": "One", "section": "seen"}, "at least two answers"),
        ("add/", {"words": "As typed", "kind": "text", "section": "new"}, "Enter the title of the new section"),
        ("add/", {"words": "As typed", "kind": "prompts", "section": "seen"}, "choose one of the list"),
        ("question/curiosity/", {"words": "As typed", "choices": ""}, "Enter words for"),
    ],
)
def test_wrong_input_keeps_the_form_and_changes_nothing(editor: Editor, path: str, given: dict[str, str], says: str) -> None:
    answer = editor.post(path, **given)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert "As typed" in answer.content.decode()
    assert not QuestionnaireDraft.objects.exists()


@pytest.mark.parametrize("act", ["up:nothing", "sideways:seen", "", "on:seen"])
def test_a_tap_that_cannot_be_is_refused_with_a_sentence(editor: Editor, act: str) -> None:
    answer = editor.act(act)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not QuestionnaireDraft.objects.exists()


def test_own_questions_come_with_choices_and_follow_ups_and_never_with_an_old_code(editor: Editor) -> None:
    editor.post("add/", words="Which club?", kind="choices", choices="Chess\nChoir", section="help")
    editor.post("add/", words="Is there a car?", kind="yes_no", more="Which?", section="new", title="Travel", confidential="on")
    asks = editor.draft().asks
    assert asks.questions["own_1"].choices == (("own_1", "Chess"), ("own_2", "Choir"))
    assert asks.questions["own_2"].follow_ups["yes"][0].words == "Which?"
    travel = asks.section("own_3")
    assert travel
    assert (travel.title, travel.confidential) == ("Travel", True)
    editor.post("keep/", change_words="Clubs")
    editor.act("off:own_1")
    editor.post("keep/", change_words="No clubs")
    editor.post("add/", words="Which team?", kind="text", section="help")
    assert "own_1" not in editor.draft().asks.questions


@pytest.mark.clause("PRI-22")
def test_a_school_adds_a_prompt_and_rewords_one_and_none_of_this_stays_the_last(editor: Editor) -> None:
    asked = default("welfare").questions["curiosity"]
    given = {f"choice_{code}": words for code, words in asked.choices} | {"choice_marks": "Any mark on the child"}
    assert editor.post("question/curiosity/", words="Anything?", hint="", choices="A gas smell", **given).status_code == 302
    made = editor.draft().asks.questions["curiosity"]
    assert dict(made.choices) == dict(asked.choices) | {"marks": "Any mark on the child", "own_1": "A gas smell"}
    assert [code for code, _ in made.choices[-2:]] == ["own_1", "none"]
    assert made.required
    gone = {name: words for name, words in given.items() if name != "choice_marks"}
    assert editor.post("question/curiosity/", words="Anything?", **gone).status_code == 200


def test_a_questionnaire_gets_another_title(editor: Editor) -> None:
    assert "Enter the title" in editor.post("title/", title=" ").content.decode()
    assert editor.post("title/", title="A visit to see how you are").status_code == 302
    page = editor.client.get(editor.url + "keep/").content.decode()
    assert "A visit to see how you are" in page
    assert "Welfare visit" in page


def test_changes_are_given_up_and_the_default_comes_back(editor: Editor) -> None:
    editor.act("off:home")
    assert editor.post("discard/").status_code == 302
    assert not QuestionnaireDraft.objects.exists()
    editor.act("off:home")
    editor.post("keep/", change_words="Without the home")
    assert editor.post("default/").status_code == 302
    assert editor.draft().asks == default("welfare")
    assert editor.post("keep/", change_words="As it was").status_code == 302
    assert [row.number for row in QuestionnaireVersion.objects.order_by("number")] == [1, 2, 3]


def test_nothing_is_kept_without_a_difference_or_without_words(editor: Editor) -> None:
    assert "Nothing has changed" in editor.post("keep/", change_words="No").content.decode()
    editor.act("down:seen")
    editor.act("up:seen")
    assert "Nothing has changed" in editor.post("keep/", change_words="No").content.decode()
    editor.act("down:seen")
    assert editor.post("keep/", change_words=" ").status_code == 200
    assert QuestionnaireVersion.objects.count() == 1


def test_the_words_of_a_school_run_nowhere(editor: Editor) -> None:
    evil = "<script>alert(1)</script>{{ desk }}"
    editor.post("question/child_how/", words=evil, hint=evil)
    editor.post("section/seen/", title=evil, intro=evil)
    editor.post("add/", words=evil, kind="choice", choices=f"{evil}\nother", section="help")
    for path in ("", "preview/", "keep/", "question/child_how/", "section/seen/", "question/own_1/", "add/"):
        page = editor.client.get(editor.url + path).content.decode()
        assert "<script>alert" not in page, path
        assert "&lt;script&gt;alert(1)" in page, path


def test_a_preview_shows_the_draft_as_staff_will_see_it(editor: Editor) -> None:
    editor.post("question/child_how/", words="How was the child?", hint="")
    page = editor.client.get(editor.url + "preview/").content.decode()
    assert "How was the child?" in page
    assert 'data-follows="medical_seen"' in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]


def test_a_questionnaire_that_the_product_does_not_know_is_not_there(editor: Editor) -> None:
    base = editor.url.removesuffix("welfare/")
    assert editor.client.get(base + "nothing/").status_code == 404
    assert editor.client.get(editor.url + "question/nothing/").status_code == 404
    assert editor.client.get(editor.url + "section/nothing/").status_code == 404
    assert "Welfare visit" in editor.client.get(base).content.decode()


@pytest.mark.parametrize("role", ["class_teacher", "visiting_staff", "governor"])
def test_others_change_nothing(role: str) -> None:
    school = a_school()
    by: Staff = StaffFactory.create(school=school, roles=[role])
    client = Client()
    client.force_login(by)
    answer = client.post(f"/s/{school.slug}/visits/questionnaires/welfare/act/", {"state": "1.0", "act": "off:home"})
    assert answer.status_code == 403
    assert not QuestionnaireDraft.objects.exists()
