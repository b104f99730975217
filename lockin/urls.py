"""Every address of the product."""

from django.urls import include, path

from lockin import health

urlpatterns = [
    path("health/", health.page, name="health"),
    path("health.json", health.status, name="health-json"),
    path("account/", include("lockin.accounts.sign_in_urls")),
    path("people/", include("lockin.people.urls")),
    path("log/", include("lockin.trail.urls")),
    path("messages/", include("lockin.outbox.urls")),
    path("", include("lockin.reminders.urls")),
    path("api/v1/", include("lockin.api")),
    path("", include("lockin.shell_urls")),
    path("", include("vendors.urls")),
    path("", include("assessments.urls")),
]
