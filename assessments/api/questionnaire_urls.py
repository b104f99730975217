"""The questionnaire's part of the API: assessments, evidence, questionnaire versions."""

from rest_framework.routers import SimpleRouter

from assessments.api.assessments import (
    AssessmentViewSet,
    EvidenceViewSet,
    QuestionnaireVersionViewSet,
)

router = SimpleRouter()
router.register("assessments", AssessmentViewSet, basename="assessment")
router.register("evidence", EvidenceViewSet, basename="evidence")
router.register(
    "questionnaire-versions", QuestionnaireVersionViewSet, basename="questionnaire-version"
)

urlpatterns = router.urls
