"""The app's registration."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "lockin.trail"
    label = "trail"
