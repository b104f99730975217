"""Addresses of the API: audits with their frozen records, and findings."""

from rest_framework.routers import SimpleRouter

from assessments.api.audits import AuditViewSet
from assessments.api.findings import FindingViewSet

router = SimpleRouter()
router.register("audits", AuditViewSet, basename="audit")
router.register("findings", FindingViewSet, basename="finding")

urlpatterns = router.urls
