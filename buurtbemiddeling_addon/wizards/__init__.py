from . import (
    base_partner_merge,
    case_end,
    case_merge,
    mail_activity_schedule,
    mail_compose_message,
    mediator_proposal,
    portal_wizard,
    portal_wizard_user,
    telephone_report,
)
