"""Addresses of the log."""

from django.urls import path

from lockin.trail import views

app_name = "trail"

urlpatterns = [
    path("", views.event_list, name="event-list"),
    path("verify/", views.verify, name="verify"),
    path("export/", views.export, name="export"),
    path("<int:sequence>/", views.event, name="event"),
]
