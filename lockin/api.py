"""/api/v1/: the routers of both apps, the schema and its page."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

app_name = "api"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("", include("vendors.api.urls")),
    path("", include("assessments.api.urls")),
]
