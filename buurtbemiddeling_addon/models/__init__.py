# isort: off  (the other models build on these)
from . import logged_mixin, refusal_mixin
from . import append_only_mixin, reference_mixin
from . import published_mixin

# isort: on
from . import (
    access_log,
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
    mail_activity,
    mail_message,
    party,
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
    unsuitable_reason,
)
