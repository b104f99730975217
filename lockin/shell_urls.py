"""Addresses of the frame itself: the jump box and a person's own settings."""

from django.urls import path

from assessments.views.jump import jump
from lockin import shell

app_name = "shell"
urlpatterns = [
    path("jump/", jump, name="jump"),
    path("preferences/", shell.preferences, name="preferences"),
]
