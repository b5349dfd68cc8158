from . import case_end, case_merge, portal_wizard, portal_wizard_user, telephone_report
