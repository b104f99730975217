"""The floor of a page: the same middleware and the same statements by hand, and nothing else."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from assessments.bench.measuring import replay

asked: list[tuple[str, Any]] = []


def by_hand(request: HttpRequest) -> HttpResponse:
    replay(asked)
    return HttpResponse("Read.")


urlpatterns = [re_path("", by_hand)]
