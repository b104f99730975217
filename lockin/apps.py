"""The site itself as an app: template tags, commands, checks."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "lockin"
    label = "lockin"
