from . import calendar_file, mail_choice, personal_page, public_report, referral_form, referral_portal
