from odoo import SUPERUSER_ID, api

BEFORE = "model._cron_end_without_reporter()\nmodel._cron_tell_answers()"


def migrate(cr, version):
    """Let the daily round begin by one name: data of jobs is not updated, as an administrator may have changed it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    job = env.ref("buurtbemiddeling_addon.ir_cron_tell_answers", raise_if_not_found=False)
    if job and job.code == BEFORE:
        job.code = "model._cron_tell_answers()"
