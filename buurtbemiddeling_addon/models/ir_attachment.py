import os

from odoo import api, models
from odoo.exceptions import ValidationError


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.constrains("public", "res_model", "res_id")
    def _check_not_public(self):
        """Keep the documents of a case with those who may read the case."""
        is_logged = self.env["buurtbemiddeling.access.log"]._is_logged
        if any(document.public and is_logged(document.res_model) for document in self.sudo()):
            raise ValidationError(self.env._("A document of a case cannot be made public."))

    @api.constrains("res_model", "res_id")
    def _check_case_not_anonymised(self):
        """Keep documents from coming to a case that is anonymised.

        sudo: only the model and the id of the document's record are read. Who may not read that is refused anyway.
        """
        is_logged = self.env["buurtbemiddeling.access.log"]._is_logged
        for model, documents in self.sudo().filtered("res_id").grouped("res_model").items():
            if is_logged(model):
                records = self.env[model].browse(documents.mapped("res_id")).sudo(False)._filtered_access("read")
                cases = records if model == "buurtbemiddeling.case" else records.case_id
                cases._check_not_anonymised()

    @api.model
    def _get_path(self, bin_data, sha):
        """Return where a file is. Half a file, which a full disk or a crash left there, goes: Odoo would take it for
        another document, and refuse this one for good."""
        path = self._full_path(f"{sha[:2]}/{sha}")
        if os.path.isfile(path) and os.path.getsize(path) != len(bin_data):
            os.unlink(path)
        return super()._get_path(bin_data, sha)

    @api.model
    def _file_write(self, bin_value, checksum):
        """Write a file, noted beforehand: else Odoo does not find half a file when it tidies up."""
        self._mark_for_gc(f"{checksum[:2]}/{checksum}")
        return super()._file_write(bin_value, checksum)

    def _to_http_stream(self):
        self._log_document()
        return super()._to_http_stream()

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load=load)
        if {"datas", "raw", "index_content"} & set(fnames):
            self._log_document()
        return rows

    def _log_document(self):
        """Log that the current user opens these documents, as far as they belong to a case.

        sudo: only the model and the id of the document's record are read, for the log.
        """
        for model, attachments in self.sudo().filtered("res_id").grouped("res_model").items():
            if self.env["buurtbemiddeling.access.log"]._is_logged(model):
                records = self.env[model].browse(attachments.mapped("res_id"))
                records._log_opening("attachment")
