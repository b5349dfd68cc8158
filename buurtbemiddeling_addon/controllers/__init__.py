from . import public_report, referral_portal
