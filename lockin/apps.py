"""The site itself as an app: template tags, commands, checks."""

from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "lockin"
    label = "lockin"

    def ready(self) -> None:
        """Register the checks: files that set-up brings, libraries that the report needs."""
        import_module("lockin.checks")
        import_module("lockin.libraries")
        import_module("lockin.accounts.schema")
