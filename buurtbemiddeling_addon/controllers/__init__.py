from . import (
    calendar_file,
    data_request_file,
    dataset,
    erasure_list,
    mail_choice,
    personal_page,
    public_report,
    referral_form,
    referral_organisation,
    referral_portal,
)
