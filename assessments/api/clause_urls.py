"""The clauses' part of the API."""

from rest_framework.routers import SimpleRouter

from assessments.api.clauses import (
    ClauseMatrixViewSet,
    ContractClausesViewSet,
    PolicyVersionViewSet,
    WaiverViewSet,
)

router = SimpleRouter()
router.register("contract-clauses", ContractClausesViewSet, basename="contract-clauses")
router.register("clause-matrix", ClauseMatrixViewSet, basename="clause-matrix")
router.register("policy-versions", PolicyVersionViewSet, basename="policy-version")
router.register("waivers", WaiverViewSet, basename="waiver")

urlpatterns = router.urls
