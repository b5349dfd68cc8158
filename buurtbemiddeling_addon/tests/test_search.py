from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.buurtbemiddeling_addon.models.party import national_digits, search_words
from odoo.addons.buurtbemiddeling_addon.tests.common import MODULE, MediationCommon


@tagged("post_install", "-at_install")
class TestSearch(MediationCommon):
    """A case is found by what somebody says on the telephone, however it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _receipt, cls.case = cls._refer(
            people=[
                cls._person(
                    name="Zoë Çelik-d'Angélique",
                    street="Curaçaostraat",
                    house_number="12 A",
                    zip="1234 AB",
                    city="'s-Gravenhage",
                    phone="06-98 76 54 32",
                    email="Zoe@Example.com",
                ),
                cls._person(role="other_party", name="Buurman Krijn", street="Curaçaostraat", house_number="121"),
            ]
        )

    def found(self, text, user=None):
        cases = self.env["buurtbemiddeling.case"].with_user(user or self.coordinator)
        return cases.search([("search_text", "ilike", text)])

    def test_telephone_in_any_notation(self):
        self.case.party_ids[0].phone = "06-98765432"
        for typed in (
            "0698765432",
            "06-98765432",
            "06 98 76 54 32",
            "+31 6 9876 5432",
            "+31 (0)6-98765432",
            "0031698765432",
            "98765432",
            "zoe +31698765432",
        ):
            with self.subTest(typed):
                self.assertEqual(self.found(typed), self.case)
        self.assertFalse(self.found("0698765433"))

    def test_national_digits(self):
        for written in ("0201234567", "+31201234567", "0031 20 123 45 67", "31201234567", "+31 (0)20 1234567"):
            self.assertEqual(national_digits(written), "201234567", written)
        self.assertEqual(national_digits("0313123456"), "313123456", "an area code that looks like the country code")
        self.assertEqual(national_digits("+32 475 12 34 56"), national_digits("0032475123456"))

    def test_words_of_a_text(self):
        self.assertEqual(search_words("Van 't Hof, Élise 1234 ab 12-b"), ["van", "t", "hof", "elise", "1234ab", "12b"])
        self.assertEqual(search_words("Łukasz Dæmi Yıldız İnan Groß"), ["lukasz", "daemi", "yildiz", "inan", "gross"])
        self.assertEqual(search_words(" -- "), [])

    def test_without_accents_capitals_or_order(self):
        for typed in (
            "zoe celik",
            "ÇELIK",
            "angelique",
            "curacaostraat 12a",
            "Curaçaostraat 12 A",
            "12-a curacao",
            "1234AB",
            "1234 ab",
            "celik gravenhage",
            "zoe@example.com",
        ):
            with self.subTest(typed):
                self.assertEqual(self.found(typed), self.case)

    def test_all_words_in_one_person(self):
        self.assertFalse(self.found("celik krijn"))
        self.assertFalse(self.found("celik nobody"))
        self.assertFalse(self.found("--"))

    def test_a_short_number_begins_a_word(self):
        self.assertEqual(self.found("krijn 12"), self.case)
        self.assertFalse(self.found("krijn 21"), "not in the middle of a house number")

    def test_reference_with_or_without_dash(self):
        reference = self.case.reference
        for typed in (reference, reference.lower(), reference.replace("-", ""), reference.lower().replace("-", " ")):
            with self.subTest(typed):
                self.assertEqual(self.found(typed), self.case)
        self.assertEqual(self.found(reference[:4]), self.case)

    def test_what_only_looks_like_a_reference(self):
        self.env.cr.execute("UPDATE buurtbemiddeling_case SET reference = 'BAAS-BE2K' WHERE id = %s", self.case.ids)
        self.env.invalidate_all()
        self.assertEqual(self.found("baas-be2k"), self.case)
        person = {"name": "Haas-Beek", "phone": "06-2345 6789", "street": "Laan", "house_number": "2345"}
        other = self.env["buurtbemiddeling.case"]._create_from_outside({}, [person])
        for typed in ("Haas-Beek", "2345-6789", "Laan-2345"):
            with self.subTest(typed):
                self.assertEqual(self.found(typed).ids, other.ids)

    def test_a_reference_is_not_looked_for_in_people(self):
        for typed, is_in_people in (("BAAS-BE2K", False), ("BAAS", True)):
            with self.subTest(typed):
                found = self.env["buurtbemiddeling.case"]._search([("search_text", "ilike", typed)])
                self.assertEqual("search_key" in found.select().code, is_in_people)

    def test_archived_person(self):
        self.case.party_ids[1].active = False
        self.assertEqual(self.found("krijn"), self.case)

    def test_in_fields_where_one_chooses(self):
        cases = self.env["buurtbemiddeling.case"].with_user(self.coordinator)
        parties = self.env["buurtbemiddeling.party"].with_user(self.coordinator)
        self.assertEqual([row[0] for row in cases.name_search("celik +31698765432")], self.case.ids)
        self.assertEqual([row[0] for row in parties.name_search("celik +31698765432")], self.case.party_ids[0].ids)
        self.assertEqual(
            [row[0] for row in parties.name_search(self.case.party_ids[1].reference)], [self.case.party_ids[1].id]
        )
        self.assertEqual(cases.search([("search_text", "in", ["krijn", "nobody"])]), self.case)
        self.assertFalse(cases.search([("search_text", "not ilike", "krijn"), ("id", "=", self.case.id)]))

    def test_who_may_not_read_finds_nothing(self):
        self.assertFalse(self.found("celik", self.mediator))
        self.assertFalse(self.found("celik", self.other_coordinator))
        self._take_up(self.case)
        self.assertEqual(self.found("celik", self.mediator), self.case)

    def test_erased_with_the_person(self):
        party = self.case.party_ids[0]
        self.assertTrue(party.search_key and party.phone_key and party.address_key and party.email_key)
        party.write({"household": "couple", "household_members": "Vinkje", "contact_hint": "Zangerig"})
        party._erase()
        self.assertFalse(party.search_key or party.phone_key or party.address_key or party.email_key)
        self.assertFalse(party.household or party.household_members or party.contact_hint)
        self.assertFalse(self.found("celik"))

    def test_uses_the_index(self):
        """Names, streets and telephone numbers have an index that finds a part of a word."""
        found = self.env["buurtbemiddeling.party"]._search([("search_text", "ilike", "celik")])
        # In the few rows of a test Odoo's database would rather read all of them.
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = self.env.execute_query(SQL("EXPLAIN %s", found.select()))
        self.assertIn("search_key_index", str(plan))

    def test_cases_are_found_from_the_indexes(self):
        """A word that can be a reference too is looked for in both, without a look at each case."""
        found = self.env["buurtbemiddeling.case"]._search([("search_text", "ilike", "bakker")])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plan = str(self.env.execute_query(SQL("EXPLAIN %s", found.select())))
        self.assertIn("Append", plan)
        self.assertNotIn("SubPlan", plan)

    def test_one_field_in_the_search_views(self):
        for view in ("case_view_search", "party_view_search"):
            self.assertIn("search_text", self.env.ref(f"{MODULE}.{view}").arch)
