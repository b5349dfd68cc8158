from . import (
    base_partner_merge,
    case_aftercare,
    case_ask_again,
    case_end,
    case_merge,
    case_reopen,
    mail_activity_schedule,
    mail_compose_message,
    portal_wizard,
    portal_wizard_user,
    session_move,
    telephone_report,
)
