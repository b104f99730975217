"""The frame around every page: menu, counts, jump box, a person's own settings."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from lockin import shell
from lockin.accounts.models import Organisation, User
from lockin.accounts.roles import Role
from tests.factories.people import make_user
from tests.factories.portfolio import make_contract, make_vendor, make_workload


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestMenu:
    def test_the_longest_beginning_decides_where_a_page_belongs(self) -> None:
        assert shell.current_key("vendors:contract-detail") == "contracts"
        assert shell.current_key("vendors:vendor-edit") == "vendors"
        assert shell.current_key("vendors:workload-edit") == "workloads"
        assert shell.current_key("account_login") == ""

    def test_every_entry_leads_to_a_page(self) -> None:
        names = [entry.url_name for _, entries in shell.MENU for entry in entries]
        assert [name for name in names if not shell.address(name)] == []

    def test_no_two_entries_share_a_key(self) -> None:
        keys = [item.shortcut for _, entries in shell.MENU for item in entries if item.shortcut]
        assert len(keys) == len(set(keys))

    def test_an_administrator_sees_set_up_and_no_content(self, organisation: Organisation) -> None:
        administrator = make_user(organisation, "Ada Lin", roles=[(Role.ADMINISTRATOR, "")])
        shown = {
            entry.key for _, entries in shell.shown_entries(administrator) for entry, _ in entries
        }
        assert {"people", "health"} <= shown
        assert shown.isdisjoint({"portfolio", "workloads", "vendors", "contracts", "audits"})

    def test_all_counts_come_from_one_query(
        self, chair: User, organisation: Organisation, django_assert_num_queries: object
    ) -> None:
        make_workload(organisation, "Alpha")
        make_workload(organisation, "Beta")
        make_contract(make_vendor(organisation))
        assert chair.sees_all  # the roles, read once a request for whoever asks first
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = shell.counts(chair, {"workloads", "vendors", "contracts", "findings"})
        assert found == {"workloads": 2, "vendors": 1, "contracts": 1, "findings": 0}

    def test_counts_are_the_persons_own(self, owner: User, organisation: Organisation) -> None:
        make_workload(organisation, "Alpha", owner=owner)
        make_workload(organisation, "Beta")
        assert shell.counts(owner, {"workloads"}) == {"workloads": 1}


class TestPreferences:
    def test_a_theme_is_kept_for_the_person(self, owner: User) -> None:
        answer = signed_in(owner).post(
            reverse("shell:preferences"), {"theme": "dark", "next": "/health/"}
        )
        owner.refresh_from_db()
        assert (owner.theme, answer.url) == ("dark", "/health/")

    def test_single_keys_can_be_switched_off(self, owner: User) -> None:
        signed_in(owner).post(reverse("shell:preferences"), {"single_keys": "off"})
        owner.refresh_from_db()
        assert owner.single_keys is False

    def test_an_unknown_theme_changes_nothing(self, owner: User) -> None:
        signed_in(owner).post(reverse("shell:preferences"), {"theme": "<script>"})
        owner.refresh_from_db()
        assert owner.theme == "system"

    def test_the_way_back_never_leaves_this_server(self, owner: User) -> None:
        answer = signed_in(owner).post(
            reverse("shell:preferences"), {"theme": "dark", "next": "https://elsewhere.example/"}
        )
        assert answer.url == "/home/"


class TestJump:
    def test_a_person_finds_only_what_is_theirs(
        self, owner: User, organisation: Organisation
    ) -> None:
        make_workload(organisation, "Claims triage", owner=owner)
        make_workload(organisation, "Claims payout")
        page = signed_in(owner).get(reverse("shell:jump"), {"q": "claims"}).content.decode()
        assert "Claims triage" in page
        assert "Claims payout" not in page

    def test_an_administrator_finds_no_record(self, organisation: Organisation) -> None:
        make_workload(organisation, "Claims triage")
        administrator = make_user(organisation, "Ada Lin", roles=[(Role.ADMINISTRATOR, "")])
        page = signed_in(administrator).get(reverse("shell:jump"), {"q": "claims"})
        assert "Claims triage" not in page.content.decode()

    def test_a_contract_is_found_by_its_vendor(
        self, chair: User, organisation: Organisation
    ) -> None:
        make_contract(make_vendor(organisation, "Cohere"), "Annual plan")
        page = signed_in(chair).get(reverse("shell:jump"), {"q": "cohere plan"}).content.decode()
        assert "Annual plan" in page

    def test_a_script_gets_the_results_alone(self, chair: User) -> None:
        answer = signed_in(chair).get(
            reverse("shell:jump"), {"q": "zebra"}, headers={"HX-Request": "true"}
        )
        assert answer.content.decode().strip().startswith('<div class="found">')
        assert "Nothing that you may see matches “zebra”." in answer.content.decode()

    def test_what_is_typed_is_never_markup(self, chair: User) -> None:
        page = signed_in(chair).get(reverse("shell:jump"), {"q": "<img src=x>\x00"})
        assert "<img" not in page.content.decode()

    def test_whoever_is_not_signed_in_signs_in_first(self, client: Client, db: None) -> None:
        answer = client.get(reverse("shell:jump"))
        assert answer.url.startswith(reverse("account_login"))


class TestPagesWithoutAnyone:
    def test_the_error_page_needs_neither_request_nor_database(self) -> None:
        assert "Something failed" in render_to_string("500.html")

    @pytest.mark.parametrize("template", ["403.html", "403_csrf.html", "404.html", "429.html"])
    def test_refusals_are_drawn_for_strangers(self, template: str) -> None:
        request = RequestFactory().get("/nothing/")
        request.user = AnonymousUser()
        page = render_to_string(template, request=request)
        assert "«undefined" not in page
        assert "style=" not in page

    def test_too_many_tries_are_named_on_the_sign_in_page(
        self, client: Client, owner: User
    ) -> None:
        for _ in range(6):
            answer = client.post(
                reverse("account_login"), {"login": owner.email, "password": "wrong"}
            )
        assert "Too many tries. Wait five minutes" in answer.content.decode()
