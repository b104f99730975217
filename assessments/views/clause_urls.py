"""Addresses of clauses: a contract's clauses, the matrix, the gate, waivers, the policy."""

from django.urls import path

from assessments.views import clause_matrix, clauses, gate, policy, waivers

CONTRACT = "contracts/<int:pk>/"

urlpatterns = [
    path(CONTRACT + "clauses/", clauses.contract_clauses, name="contract-clauses"),
    path(CONTRACT + "clauses/<slug:key>/", clauses.clause, name="clause"),
    path(CONTRACT + "clauses/<slug:key>/judge/", clauses.clause_judge, name="clause-judge"),
    path(CONTRACT + "gate/", gate.contract_gate, name="contract-gate"),
    path(CONTRACT + "waivers/add/", waivers.waiver_request, name="waiver-request"),
    path("waivers/", waivers.waiver_list, name="waiver-list"),
    path("waivers/<int:pk>/", waivers.waiver_detail, name="waiver"),
    path("waivers/<int:pk>/decide/", waivers.waiver_decide, name="waiver-decide"),
    path("waivers/<int:pk>/end/", waivers.waiver_end, name="waiver-end"),
    path("clauses/", clause_matrix.clause_matrix, name="clause-matrix"),
    path("clauses/peers/add/", clause_matrix.peer_add, name="peer-add"),
    path("clauses/peers/<int:pk>/withdraw/", clause_matrix.peer_withdraw, name="peer-withdraw"),
    path("vendors/<int:pk>/clauses/", clause_matrix.vendor_clauses, name="vendor-clauses"),
    path("policy/", policy.policy, name="policy"),
    path("policy/upload/", policy.policy_upload, name="policy-upload"),
    path("policy/<int:pk>/", policy.policy_version, name="policy-version"),
    path("policy/<int:pk>/policy.json", policy.policy_download, name="policy-download"),
    path("policy/<int:pk>/copy/", policy.policy_copy, name="policy-copy"),
    path("policy/<int:pk>/edit/<slug:key>/", policy.policy_edit, name="policy-edit"),
    path("policy/<int:pk>/publish/", policy.policy_publish, name="policy-publish"),
    path("policy/<int:pk>/discard/", policy.policy_discard, name="policy-discard"),
]
