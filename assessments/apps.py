"""The app's registration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    label = "assessments"

    def ready(self) -> None:
        """Give the menu its counts, and let the scores follow what is written."""
        from assessments import following
        from assessments.models import Finding
        from assessments.views import my_work
        from lockin import shell
        from lockin.trail import recording

        shell.count("my-work", my_work.waiting_now)
        shell.count("findings", lambda user: Finding.objects.for_user(user).standing())
        recording.listen(following.heard)
