"""Addresses of people, roles and tokens."""

from django.urls import path

from lockin.people import views

app_name = "accounts"

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="person-invite"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke_token, name="token-revoke"),
    path("roles/<int:pk>/end/", views.end_grant, name="person-role-end"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/role/", views.grant, name="person-role"),
    path("<int:pk>/password/", views.new_password, name="person-password"),
    path("<int:pk>/close/", views.close, name="person-close"),
]
