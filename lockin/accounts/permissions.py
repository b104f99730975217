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

    TRAIL_VIEW = "trail.view"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    HEALTH_VIEW = "health.view"
    CALCULATE = "calculate"
