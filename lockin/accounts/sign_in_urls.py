"""Addresses of signing in: those of allauth that a closed house needs, and no others.

Its pages for e-mail addresses would let anyone sign in under a new one, unseen by the log.
"""

from typing import Any

from allauth.account import views
from django.urls import path
from django.views.generic import TemplateView


def _told(name: str) -> Any:
    """Return a page that says who does this here: an administrator."""
    return TemplateView.as_view(template_name=f"account/{name}.html", http_method_names=["get"])


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", _told("password_set"), name="account_set_password"),
    path("password/reset/", _told("password_reset"), name="account_reset_password"),
    path("signup/", _told("signup_closed"), name="account_signup"),
]
