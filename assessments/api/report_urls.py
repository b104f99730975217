"""Addresses of the API: reports and their files."""

from rest_framework.routers import SimpleRouter

from assessments.api.reports import ReportViewSet

router = SimpleRouter()
router.register("reports", ReportViewSet, basename="report")

urlpatterns = router.urls
