"""Addresses of the API for this app."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from vendors.api import views

router = SimpleRouter()
router.register("vendors", views.VendorViewSet, basename="vendor")
router.register("services", views.ServiceViewSet, basename="service")
router.register("models", views.ModelViewSet, basename="model")
router.register("contracts", views.ContractViewSet, basename="contract")
router.register("workloads", views.WorkloadViewSet, basename="workload")

# A commitment's key is unique within its contract, so its address names both.
urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "commitments/",
        views.CommitmentViewSet.as_view({"get": "list", "post": "create"}),
        name="commitment-list",
    ),
    path(
        "commitments/<slug:contract>/<slug:key>/",
        views.CommitmentViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
        name="commitment-detail",
    ),
    path(
        "contracts/<slug:contract>/amendments/",
        views.AmendmentViewSet.as_view({"get": "list", "post": "create"}),
        name="amendment-list",
    ),
    path(
        "contracts/<slug:contract>/amendments/<int:number>/",
        views.AmendmentViewSet.as_view({"get": "retrieve"}),
        name="amendment-detail",
    ),
    path(
        "contracts/<slug:contract>/amendments/<int:number>/take-back/",
        views.AmendmentViewSet.as_view({"post": "take_back"}),
        name="amendment-take-back",
    ),
    path("", include(router.urls)),
]
