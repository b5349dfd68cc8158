# A user of the portal who has nothing in it: her /my is the floor that pages are compared with.
if not env["res.users"].search_count([("login", "=", "nobody")]):
    groups = env.ref("base.group_portal")
    nobody = env["res.users"].with_context(no_reset_password=True)
    nobody.create({"name": "Nobody", "login": "nobody", "group_ids": [(6, 0, groups.ids)]}).flush_recordset()
    # With the password that all users of these databases have.
    env.cr.execute(
        "UPDATE res_users SET password = known.password FROM res_users known"
        " WHERE res_users.login = 'nobody' AND known.login = 'referrer1'"
    )
    env.cr.commit()
