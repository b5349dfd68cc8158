from odoo.http import request, route

from odoo.addons.web.controllers.dataset import DataSet

WROTE = "buurtbemiddeling_wrote"
# So long what somebody reads comes from the primary after she wrote, in seconds. A replica that is further behind has
# to be taken out (see docs/scaling.md).
SECONDS = 5
# What is withdrawn in these is gone at once.
ALWAYS_ON_PRIMARY = ("buurtbemiddeling.disclosure",)


class FreshDataSet(DataSet):
    """The web client reads from a replica of the database, but not for some seconds after its user wrote something."""

    def _call_kw_readonly(self, rule, args):
        if not super()._call_kw_readonly(rule, args):
            request.future_response.set_cookie(WROTE, "1", max_age=SECONDS, httponly=True, samesite="Lax")
            return False
        model = request.get_json_data()["params"]["model"]
        return WROTE not in request.cookies and model not in ALWAYS_ON_PRIMARY

    @route(readonly=_call_kw_readonly)
    def call_kw(self, model, method, args, kwargs, path=None):
        return super().call_kw(model, method, args, kwargs, path)

    @route(readonly=_call_kw_readonly)
    def call_button(self, model, method, args, kwargs, path=None):
        return super().call_button(model, method, args, kwargs, path)
