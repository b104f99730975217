"""Every act that the product guards, one permission each."""

from enum import StrEnum


class Permission(StrEnum):
    """What a person may do. Roles in `roles.py` say who holds which."""

    PORTFOLIO_VIEW = "portfolio.view"
    PORTFOLIO_EDIT = "portfolio.edit"
    PORTFOLIO_IMPORT = "portfolio.import"
    PORTFOLIO_EXPORT = "portfolio.export"
    AMOUNTS_VIEW = "amounts.view"

    QUESTIONNAIRE_VIEW = "questionnaire.view"
    QUESTIONNAIRE_PUBLISH = "questionnaire.publish"
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_START = "assessment.start"
    ASSESSMENT_ANSWER = "assessment.answer"
    ASSESSMENT_REVIEW = "assessment.review"
    MITIGATION_EDIT = "mitigation.edit"

    AUDIT_VIEW = "audit.view"
    AUDIT_MANAGE = "audit.manage"
    AUDIT_SIGN = "audit.sign"
    FINDING_VIEW = "finding.view"
    FINDING_EDIT = "finding.edit"
    FINDING_RESPOND = "finding.respond"
    REPORT_VIEW = "report.view"
    CLAUSE_VIEW = "clause.view"
    CLAUSE_JUDGE = "clause.judge"
    POLICY_PUBLISH = "policy.publish"
    WAIVER_APPROVE = "waiver.approve"
    BRIEF_VIEW = "brief.view"
    BRIEF_EDIT = "brief.edit"

    TRAIL_VIEW = "trail.view"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    HEALTH_VIEW = "health.view"
    CALCULATE = "calculate"

    @property
    def label(self) -> str:
        """What it allows, in words for the page of roles."""
        return _LABELS[self]


_LABELS = {
    Permission.PORTFOLIO_VIEW: "See vendors, contracts and workloads",
    Permission.PORTFOLIO_EDIT: "Change vendors, contracts and workloads",
    Permission.PORTFOLIO_IMPORT: "Import a portfolio",
    Permission.PORTFOLIO_EXPORT: "Export lists",
    Permission.AMOUNTS_VIEW: "See amounts of money",
    Permission.QUESTIONNAIRE_VIEW: "See the questionnaire",
    Permission.QUESTIONNAIRE_PUBLISH: "Publish a questionnaire",
    Permission.ASSESSMENT_VIEW: "See assessments and scores",
    Permission.ASSESSMENT_START: "Start an assessment",
    Permission.ASSESSMENT_ANSWER: "Answer questions",
    Permission.ASSESSMENT_REVIEW: "Review answers",
    Permission.MITIGATION_EDIT: "Register mitigations",
    Permission.AUDIT_VIEW: "See audits",
    Permission.AUDIT_MANAGE: "Run an audit",
    Permission.AUDIT_SIGN: "Sign an audit",
    Permission.FINDING_VIEW: "See findings",
    Permission.FINDING_EDIT: "Change findings",
    Permission.FINDING_RESPOND: "Respond to findings",
    Permission.REPORT_VIEW: "Read reports",
    Permission.CLAUSE_VIEW: "See the policy, and what contracts say against it",
    Permission.CLAUSE_JUDGE: "Judge clauses, and ask for waivers",
    Permission.POLICY_PUBLISH: "Publish the policy",
    Permission.WAIVER_APPROVE: "Approve waivers",
    Permission.BRIEF_VIEW: "Read renewal briefs",
    Permission.BRIEF_EDIT: "Write and decide renewal briefs",
    Permission.TRAIL_VIEW: "Read the log",
    Permission.PEOPLE_VIEW: "See people and roles",
    Permission.PEOPLE_MANAGE: "Change people and roles",
    Permission.HEALTH_VIEW: "See health",
    Permission.CALCULATE: "Try out a score",
}
