from . import (
    test_access,
    test_case,
    test_consent,
    test_portal,
    test_referral,
)
