from . import calendar_file, public_report, referral_portal
