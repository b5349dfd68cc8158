from odoo.http import request

# Pages with personal data are not kept by the browser or a proxy, not framed, and not named to another site.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


def typed(form, name):
    """Return what was typed in a field of a form: text without control characters, or nothing."""
    value = form.get(name)
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value if character.isprintable() or character in "\n\t").strip()


def render_private(template, values, status=200):
    """Return a page that is not kept, framed or named elsewhere."""
    # The page name is the class that the style of these pages goes by.
    response = request.render(template, {"pageName": "o_mediation", **values}, status=status)
    response.headers.update(HEADERS)
    return response
