"""Addresses of the API: renewal briefs."""

from rest_framework.routers import SimpleRouter

from assessments.api.briefs import BriefViewSet

router = SimpleRouter()
router.register("renewal-briefs", BriefViewSet, basename="brief")

urlpatterns = router.urls
