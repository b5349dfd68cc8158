from . import calendar_file, personal_page, public_report, referral_form, referral_portal
