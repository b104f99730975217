"""The app's registration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lockin.accounts"
    label = "accounts"
