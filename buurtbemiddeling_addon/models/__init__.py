from . import reference_mixin  # isort: split  (the other models build on it)
from . import (
    area,
    case,
    complaint_type,
    consent,
    party,
    referral,
    referrer_type,
    res_groups,
    res_partner,
    res_users,
    result,
    unsuitable_reason,
)
