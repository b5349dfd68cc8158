# isort: off  (the other models build on these)
from . import logged_mixin, refusal_mixin
from . import append_only_mixin, reference_mixin
from . import case_part_mixin, published_mixin
from . import agreement_part_mixin

# isort: on
from . import (
    access_log,
    agreement,
    agreement_confirmation,
    agreement_point,
    area,
    case,
    complaint_type,
    consent,
    disclosure,
    ir_actions_report,
    ir_attachment,
    ir_binary,
    ir_model,
    ir_rule,
    ir_ui_menu,
    letter,
    mail_activity,
    mail_choice,
    mail_mail,
    mail_message,
    mail_template,
    mail_thread,
    mediator,
    mediator_report,
    party,
    personal_link,
    referral,
    referrer_type,
    register,
    request_count,
    res_company,
    res_config_settings,
    res_groups,
    res_partner,
    res_users,
    result,
    session,
    skill,
    submission,
    unsuitable_reason,
)
