"""Start Odoo.

Odoo with workers starts the server of its bus with the file that it was started with itself; ``python -m odoo`` leaves
a file that cannot be started. This one is alone in its folder, since Python takes modules from there before others.
"""

from odoo.cli.command import main

main()
