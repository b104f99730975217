"""Roles, in code: which permissions each holds, and over which records (decisions 12)."""

from enum import StrEnum

from lockin.accounts.permissions import Permission as P


class Role(StrEnum):
    """What a person is here. One person may hold several."""

    OWNER = "owner"
    COUNCIL = "council"
    FINANCE_ANALYST = "finance_analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """Return the words that pages use."""
        return LABELS[self]


class Function(StrEnum):
    """The four functions of the council, each of which signs its own part of an audit."""

    IT = "it"
    LEGAL = "legal"
    SECURITY = "security"
    FINANCE = "finance"

    @property
    def label(self) -> str:
        """Return the words that pages use."""
        return {"it": "IT", "legal": "Legal", "security": "Security", "finance": "Finance"}[self]


LABELS = {
    Role.OWNER: "Workload owner",
    Role.COUNCIL: "Council member",
    Role.FINANCE_ANALYST: "Finance analyst",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}

_READ = {
    P.PORTFOLIO_VIEW,
    P.PORTFOLIO_EXPORT,
    P.QUESTIONNAIRE_VIEW,
    P.CLAUSE_VIEW,
    P.ASSESSMENT_VIEW,
    P.AUDIT_VIEW,
    P.FINDING_VIEW,
    P.REPORT_VIEW,
    P.PEOPLE_VIEW,
    P.HEALTH_VIEW,
    P.CALCULATE,
}

ROLE_PERMISSIONS: dict[Role, frozenset[P]] = {
    # Own workloads only, and never an amount.
    Role.OWNER: frozenset(
        {
            P.PORTFOLIO_VIEW,
            P.PORTFOLIO_EXPORT,
            P.QUESTIONNAIRE_VIEW,
            P.CLAUSE_VIEW,
            P.ASSESSMENT_VIEW,
            P.ASSESSMENT_START,
            P.ASSESSMENT_ANSWER,
            P.MITIGATION_EDIT,
            P.FINDING_VIEW,
            P.FINDING_RESPOND,
            P.CALCULATE,
        }
    ),
    Role.COUNCIL: frozenset(
        _READ
        | {
            P.AMOUNTS_VIEW,
            P.PORTFOLIO_EDIT,
            P.PORTFOLIO_IMPORT,
            P.ASSESSMENT_START,
            P.ASSESSMENT_ANSWER,
            P.ASSESSMENT_REVIEW,
            P.MITIGATION_EDIT,
            P.AUDIT_MANAGE,
            P.AUDIT_SIGN,
            P.FINDING_EDIT,
            P.FINDING_RESPOND,
            P.QUESTIONNAIRE_PUBLISH,
            P.BRIEF_VIEW,
            P.BRIEF_EDIT,
            P.CLAUSE_JUDGE,
            P.POLICY_PUBLISH,
            P.WAIVER_APPROVE,
            P.TRAIL_VIEW,
        }
    ),
    Role.FINANCE_ANALYST: frozenset(
        {
            P.PORTFOLIO_VIEW,
            P.PORTFOLIO_EXPORT,
            P.AMOUNTS_VIEW,
            P.QUESTIONNAIRE_VIEW,
            P.CLAUSE_VIEW,
            P.ASSESSMENT_VIEW,
            P.AUDIT_VIEW,
            P.FINDING_VIEW,
            P.FINDING_RESPOND,
            P.REPORT_VIEW,
            P.BRIEF_VIEW,
            P.CALCULATE,
        }
    ),
    Role.AUDITOR: frozenset(_READ | {P.AMOUNTS_VIEW, P.BRIEF_VIEW, P.TRAIL_VIEW}),
    # People and settings, no content: not one workload, score or amount.
    Role.ADMINISTRATOR: frozenset({P.PEOPLE_VIEW, P.PEOPLE_MANAGE, P.HEALTH_VIEW}),
}

# Roles that see every record of the organisation; the others see what is theirs.
SEES_ALL = frozenset({Role.COUNCIL, Role.FINANCE_ANALYST, Role.AUDITOR})

# Acts that only the chair takes among council members.
CHAIR_ONLY = frozenset({P.QUESTIONNAIRE_PUBLISH, P.POLICY_PUBLISH})
