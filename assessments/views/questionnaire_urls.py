"""Addresses of the questionnaire: assessments, questions, review, evidence, versions, my work."""

from django.urls import path

from assessments.views import (
    assessments,
    drafts,
    evidence,
    my_work,
    question_clauses,
    questionnaire_versions,
    questions,
    review,
)

ASSESSMENT = "assessments/<int:pk>/"

urlpatterns = [
    path("my-work/", my_work.my_work, name="my-work"),
    path("workloads/<int:pk>/assess/", assessments.start, name="assessment-start"),
    path(ASSESSMENT, assessments.tasks, name="assessment-tasks"),
    path(ASSESSMENT + "sections/<slug:dimension>/", assessments.section, name="assessment-section"),
    path(
        ASSESSMENT + "sections/<slug:dimension>/ask/",
        questions.ask,
        name="assessment-section-ask",
    ),
    path(
        ASSESSMENT + "sections/<slug:dimension>/return/",
        review.return_section,
        name="assessment-section-return",
    ),
    path(ASSESSMENT + "check/", assessments.check, name="assessment-check"),
    path(ASSESSMENT + "send/", assessments.send, name="assessment-send"),
    path(ASSESSMENT + "review/", review.review, name="assessment-review"),
    path(ASSESSMENT + "review/conclude/", review.conclude, name="assessment-conclude"),
    path(ASSESSMENT + "evidence/", evidence.add, name="evidence-add"),
    path(ASSESSMENT + "questions/<str:key>/", questions.question, name="question"),
    path(
        ASSESSMENT + "questions/<str:key>/clauses/",
        question_clauses.question_clauses,
        name="question-clauses",
    ),
    path(
        ASSESSMENT + "questions/<str:key>/clauses/use/",
        question_clauses.question_clauses_use,
        name="question-clauses-use",
    ),
    path(ASSESSMENT + "questions/<str:key>/draft/", drafts.keep, name="question-draft"),
    path(ASSESSMENT + "questions/<str:key>/compare/", questions.compare, name="question-compare"),
    path(ASSESSMENT + "questions/<str:key>/ask/", questions.ask, name="question-ask"),
    path(ASSESSMENT + "questions/<str:key>/review/", review.judge_answer, name="answer-review"),
    path("handed-questions/<int:pk>/take-back/", questions.revoke, name="question-take-back"),
    path("evidence/<int:pk>/", evidence.fetch, name="evidence-fetch"),
    path("answer-evidence/<int:pk>/replace/", evidence.replace, name="evidence-replace"),
    path("answer-evidence/<int:pk>/review/", review.judge_evidence, name="evidence-review"),
    path("questionnaire/", questionnaire_versions.version_list, name="questionnaire"),
    path("questionnaire/upload/", questionnaire_versions.upload, name="questionnaire-upload"),
    path(
        "questionnaire/<int:pk>/", questionnaire_versions.version_page, name="questionnaire-version"
    ),
    path(
        "questionnaire/<int:pk>/publish/",
        questionnaire_versions.publish,
        name="questionnaire-publish",
    ),
    path(
        "questionnaire/<int:pk>/discard/",
        questionnaire_versions.discard,
        name="questionnaire-discard",
    ),
    path(
        "questionnaire/<int:pk>/retire/", questionnaire_versions.retire, name="questionnaire-retire"
    ),
]
