"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import amendments, imports, lists, pages, parts
from vendors.views.document_urls import urlpatterns as documents
from vendors.views.editing import CONTRACT, MODEL, SERVICE, VENDOR, addresses
from vendors.views.listing import export_view

app_name = "vendors"

urlpatterns: list[URLPattern | URLResolver] = [
    path("vendors/", pages.vendor_list, name="vendor-list"),
    path("vendors/export.<slug:kind>", export_view(lists.VENDORS), name="vendor-export"),
    path("vendors/<int:pk>/", pages.vendor_detail, name="vendor-detail"),
    path("vendors/<int:pk>/merge/", pages.vendor_merge, name="vendor-merge"),
    *addresses(VENDOR),
    path("services/", pages.service_list, name="service-list"),
    path("services/export.<slug:kind>", export_view(lists.SERVICES), name="service-export"),
    path("services/<int:pk>/", pages.service_detail, name="service-detail"),
    *addresses(SERVICE),
    path("models/", pages.model_list, name="model-list"),
    path("models/export.<slug:kind>", export_view(lists.MODELS), name="model-export"),
    path("models/<int:pk>/", pages.model_detail, name="model-detail"),
    *addresses(MODEL),
    path("contracts/", pages.contract_list, name="contract-list"),
    path("contracts/export.<slug:kind>", export_view(lists.CONTRACTS), name="contract-export"),
    path("contracts/<int:pk>/", pages.contract_detail, name="contract-detail"),
    path("contracts/data-act/", amendments.data_act_setting, name="data-act"),
    path("contracts/<int:pk>/amendments/add/", amendments.amendment_add, name="amendment-add"),
    path(
        "amendments/<int:pk>/take-back/", amendments.amendment_take_back, name="amendment-take-back"
    ),
    path("contracts/<int:pk>/decision/", pages.contract_decide, name="contract-decide"),
    path("contracts/<int:pk>/notice/", pages.contract_notice, name="contract-notice"),
    path("contracts/<int:pk>/commitments/add/", parts.commitment_add, name="commitment-add"),
    path("commitments/<int:pk>/edit/", parts.commitment_edit, name="commitment-edit"),
    path("commitments/<int:pk>/remove/", parts.commitment_remove, name="commitment-remove"),
    *addresses(CONTRACT),
    *documents,
    path("workloads/add/", parts.workload_add, name="workload-add"),
    path("workloads/<int:pk>/edit/", parts.workload_edit, name="workload-edit"),
    path("workloads/<int:pk>/archive/", parts.workload_archive, name="workload-archive"),
    path("workloads/<int:pk>/restore/", parts.workload_restore, name="workload-restore"),
    path("workloads/<int:pk>/remove/", parts.workload_remove, name="workload-remove"),
    path("import/", imports.upload, name="import"),
    path("import/template.xlsx", imports.template, name="import-template"),
    path("import/past/", imports.import_list, name="import-list"),
    path("import/<int:pk>/", imports.preview, name="import-preview"),
    path("import/<int:pk>/confirm/", imports.confirm, name="import-confirm"),
    path("import/<int:pk>/drop/", imports.drop, name="import-drop"),
    path("import/mappings/", imports.mapping_list, name="mapping-list"),
    path("import/mappings/add/", imports.mapping_add, name="mapping-add"),
    path("import/mappings/<int:pk>/", imports.mapping_edit, name="mapping-edit"),
    path("import/mappings/<int:pk>/remove/", imports.mapping_remove, name="mapping-remove"),
]
