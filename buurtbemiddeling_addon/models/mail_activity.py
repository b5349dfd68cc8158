from odoo import api, models
from odoo.exceptions import UserError

CASE = "buurtbemiddeling.case"


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # For the reminders, which the daily job looks through.
    _to_do_of_a_type = models.Index("(activity_type_id) WHERE active IS TRUE")

    @api.constrains("user_id", "res_model", "res_id")
    def _check_reader_of_case(self):
        """Only who may read a case can have something to do on it: the activity is mailed and shows its note."""
        ours = self.filtered(lambda activity: activity.res_model == CASE and activity.user_id)
        for user, activities in ours.grouped("user_id").items():
            if not self.env[CASE].with_user(user).browse(set(activities.mapped("res_id"))).has_access("read"):
                raise UserError(self.env._("%(user)s may not read this case.", user=user.name))

    @api.constrains("res_model", "res_id")
    def _check_case_not_anonymised(self):
        self.env[CASE]._check_none_anonymised(self, "res_model")

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        """Name the record of an activity, except a record of ours to somebody who may not read it."""
        hidden = self.env["buurtbemiddeling.refusal.mixin"]._about_hidden(self, "res_model")
        hidden.res_name = False
        return super(MailActivity, self - hidden)._compute_res_name()
