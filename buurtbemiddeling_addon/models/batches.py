from odoo.fields import Domain
from odoo.tools import split_every

# After each that is committed, Odoo fetches those that are left of them anew.
LOOKED_FOR = 100


def batches(records, domain):
    """Yield the records that meet a condition, some at a time, in the order of their ids.

    They are looked up once. Each batch is of those that still meet the condition by then, and none comes twice.

    :param records: of the model to look in, with the context to look with
    :param Domain domain: the condition
    """
    for ids in split_every(LOOKED_FOR, tuple(records._search(domain, order="id")), tuple):
        if found := records.search(domain & Domain("id", "in", ids), order="id"):
            yield found
