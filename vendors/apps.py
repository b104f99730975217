"""The app's registration."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    name = "vendors"
    label = "vendors"

    def ready(self) -> None:
        """Give the menu its counts, and let reminders follow what is written."""
        from lockin import shell
        from lockin.reminders import planning
        from lockin.trail import recording
        from vendors import reminding
        from vendors.models import Contract, Vendor, Workload

        shell.count("workloads", lambda user: Workload.objects.for_user(user).current())
        shell.count("vendors", lambda user: Vendor.objects.for_user(user).current())
        shell.count("contracts", lambda user: Contract.objects.for_user(user).current())
        planning.register(reminding.source())
        recording.listen(reminding.heard)
