from . import (
    test_access,
    test_access_log,
    test_case,
    test_consent,
    test_disclosure,
    test_main_job,
    test_demo,
    test_party,
    test_portal,
    test_referral,
    test_tours,
)
