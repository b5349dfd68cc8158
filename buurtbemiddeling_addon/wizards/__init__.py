from . import (
    base_partner_merge,
    case_end,
    case_merge,
    letter_write,
    mail_activity_schedule,
    mail_compose_message,
    portal_wizard,
    portal_wizard_user,
    telephone_report,
)
