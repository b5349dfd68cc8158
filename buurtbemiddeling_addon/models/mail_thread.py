from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        """Show with a letter that it came back. Nothing of the message is kept, and no contact hears of it."""
        letters = self.env["buurtbemiddeling.letter"]._of_messages(message_dict["bounced_msg_ids"] or [])
        if not letters:
            return super()._routing_handle_bounce(email_message, message_dict)
        if self._is_undelivered(email_message):
            letters.filtered(lambda letter: letter.state == "sent")._delivery_failed("address")
        return None

    def _is_undelivered(self, email_message):
        """Return whether a report about a mail says that it will not arrive: not that it takes long, or was read."""
        parts = {part.get_content_type(): part for part in email_message.walk()}
        if "message/disposition-notification" in parts:
            return False
        delivery = parts.get("message/delivery-status")
        statuses = delivery.get_payload() if delivery and delivery.is_multipart() else []
        actions = [(status["Action"] or "").strip().lower() for status in statuses]
        return "failed" in actions or not any(actions)
