"""Tests of the whole: real Odoo servers on a real database, which are killed, raced, backed up and restored."""
