"""The app's registration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    label = "assessments"

    def ready(self) -> None:
        """Give the menu its counts, and let the scores follow what is written."""
        from assessments import current_scores, deadlines, following
        from assessments.models import Brief, Finding
        from assessments.views import my_work
        from lockin import remembered, shell
        from lockin.reminders import planning
        from lockin.trail import recording
        from vendors import reminding

        shell.count("my-work", my_work.waiting_now, moves_with_time=True)
        shell.count("renewals", lambda user: Brief.objects.for_user(user).open())
        shell.count("findings", lambda user: Finding.objects.for_user(user).standing())
        recording.listen(following.heard)
        for source in deadlines.SOURCES:
            planning.register(source)
        reminding.let_know(deadlines.briefs_done)
        recording.listen(deadlines.heard)
        remembered.also(current_scores.revision)
        # Only accepted answers count in a list, and none of these is.
        remembered.untouched_by("answer.saved")
