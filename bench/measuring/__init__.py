"""What the benchmarks share: Odoo with workers, people who use it over HTTP, and the calls of Odoo's web client."""
