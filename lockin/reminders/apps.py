"""The app's registration."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "lockin.reminders"
    label = "reminders"
