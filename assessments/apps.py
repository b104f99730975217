"""The app's registration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    label = "assessments"

    def ready(self) -> None:
        """Give the menu its counts."""
        from assessments.models import Finding
        from lockin import shell

        shell.count("findings", lambda user: Finding.objects.for_user(user).standing())
