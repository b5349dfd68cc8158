from contextlib import contextmanager


@contextmanager
def on_primary(env):
    """Give an environment on the primary database, whether or not ``env`` reads from a replica of it.

    On a replica, what was read so far ends first, as Odoo itself does to log a device: no snapshot is kept waiting
    for the other server. What is written in the block is committed with it.
    """
    if not env.cr.readonly:
        yield env
        return
    env.cr.flush()
    env.cr.rollback()
    with env.registry.cursor() as cr:
        yield env(cr=cr)
