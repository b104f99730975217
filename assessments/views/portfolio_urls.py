"""Addresses of the portfolio, the list of workloads and a workload's tabs."""

from django.urls import path

from assessments.views import home, mitigations, portfolio, workload, workloads

urlpatterns = [
    path("", home.front, name="portfolio"),
    path("home/", home.home, name="home"),
    path("portfolio/arithmetic/", portfolio.arithmetic, name="portfolio-arithmetic"),
    path("portfolio/lock-in.xlsx", workloads.heat_map_export, name="heat-map-export"),
    path("workloads/", workloads.workload_list, name="workload-list"),
    path("workloads/export.<slug:kind>", workloads.workload_export, name="workload-export"),
    path("workloads/<int:pk>/", workload.overview, name="workload-detail"),
    path("workloads/<int:pk>/what-if/", workload.what_if_result, name="workload-what-if"),
    path("workloads/<int:pk>/trace/", workload.trace, name="workload-trace"),
    path("workloads/<int:pk>/answers/", workload.answers, name="workload-answers"),
    path("workloads/<int:pk>/evidence/", workload.evidence, name="workload-evidence"),
    path("workloads/<int:pk>/findings/", workload.findings, name="workload-findings"),
    path("workloads/<int:pk>/history/", workload.history, name="workload-history"),
    path("workloads/<int:pk>/mitigations/", workload.mitigations, name="workload-mitigations"),
    path("workloads/<int:pk>/mitigations/add/", mitigations.add, name="mitigation-add"),
    path(
        "workloads/<int:pk>/mitigations/<int:mitigation>/", mitigations.edit, name="mitigation-edit"
    ),
    path(
        "workloads/<int:pk>/mitigations/<int:mitigation>/remove/",
        mitigations.remove,
        name="mitigation-remove",
    ),
]
