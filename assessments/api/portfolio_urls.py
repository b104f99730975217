"""Addresses of the API: scores, profiles and calculators."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from assessments.api.calculators import ScoreCalculator
from assessments.api.scores import ScoreViewSet
from assessments.api.workloads import ProfileView

router = SimpleRouter()
router.register("scores", ScoreViewSet, basename="score")

urlpatterns = [
    path("workloads/<str:key>/profile/", ProfileView.as_view(), name="workload-profile"),
    path("calculators/score/", ScoreCalculator.as_view(), name="calculator-score"),
    path("", include(router.urls)),
]
