from ipaddress import IPv6Network, ip_address

from odoo.http import request

# Pages with personal data are not kept by the browser or a proxy, not framed, and not named to another site.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
}
# In these a text has lines. Anywhere else a line break becomes a space: a name with one could make up an address.
FIELDS_WITH_LINES = ("description", "text", "wishes", "remark", "wording")


def unless_just_sent(_controller, _rule, _arguments):
    """Return whether a page can come from a replica: not after something was sent, which need not be there yet."""
    return not request.httprequest.args


def typed(form, name):
    """Return what was typed in a field of a form: text with plain spaces and no control characters, or nothing."""
    value = form.get(name)
    if not isinstance(value, str):
        return ""
    kept = "\n\t" if name in FIELDS_WITH_LINES else ""
    return "".join(
        character if character.isprintable() or character in kept else " " * character.isspace()
        for character in value.replace("\r", "")
    ).strip()


def network():
    """Return the network address that a visitor comes from, to count by.

    Of IPv6 that is the first half: whoever has one address has all those that differ in the second half.
    """
    text = request.httprequest.remote_addr
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if address.version == 6 and not address.ipv4_mapped:
        return str(IPv6Network((int(address), 64), strict=False))
    return text


def render_private(template, values, status=200):
    """Return a page that is not kept, framed or named elsewhere."""
    # The page name is the class that the style of these pages goes by.
    response = request.render(template, {"pageName": "o_mediation", **values}, status=status)
    response.headers.update(HEADERS)
    return response
