from . import append_only_mixin, reference_mixin, published_mixin  # isort: split  (the other models build on these)
from . import (
    area,
    case,
    complaint_type,
    consent,
    disclosure,
    party,
    referral,
    referrer_type,
    register,
    res_groups,
    res_partner,
    res_users,
    result,
    unsuitable_reason,
)
