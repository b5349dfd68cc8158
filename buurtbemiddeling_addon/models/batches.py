from odoo.fields import Domain
from odoo.tools import SQL

# How many are looked for at a time. After each that is committed, Odoo fetches those that are left of them anew.
LOOKED_FOR = 100


def batches(records, domain):
    """Yield the records that meet a condition, some at a time, in the order of their ids.

    None of them comes twice, also when it still meets the condition after what was done with it.

    :param records: of the model to look in, with the context to look with
    :param Domain domain: is asked anew for each batch
    """
    last_id = 0
    while True:
        query = records._search(domain & Domain("id", ">", last_id))
        # Not by the id as it is: to find the first few of those, the database goes through all rows by their ids.
        query.order = SQL("%s + 0", SQL.identifier(records._table, "id"))
        query.limit = LOOKED_FOR
        found = records.browse(query)
        if not found:
            return
        last_id = found[-1].id
        yield found
