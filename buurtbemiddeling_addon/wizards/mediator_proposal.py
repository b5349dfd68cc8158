from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop
from itertools import combinations

from babel.dates import get_day_names

from odoo import Command, fields, models
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse

from ..models.mediator import WEEKDAYS, plain

SHOWN = 8
# In how many of these one mediator is, so that there is something to choose.
SHOWN_OF_ONE = 3
# Who closed so many cases in the last year can take along somebody with fewer.
EXPERIENCED = 4
SKILL_BY_WAY = {"coaching": "skill_coaching", "group": "skill_group", "shuttle": "skill_shuttle"}


@dataclass(eq=False, slots=True)
class Candidate:
    """What counts of one mediator for one case. Of what the case asks for: the ids of the languages and skills.

    No records: 200 mediators make 20,000 pairs to compare.
    """

    user_id: int
    name: str
    is_present: bool
    unavailable_because: str
    days: set
    evenings: bool
    languages: set
    skills: set
    open_cases: int
    is_experienced: bool


class MediatorProposal(models.TransientModel):
    """Ranks the pairs of mediators who can work on a case. Choosing stays with the coordinator.

    Being in this list gives a mediator no access to the case, and tells her nothing.
    """

    _name = "buurtbemiddeling.mediator.proposal"
    _description = "Propose Mediators"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    case_id = fields.Many2one("buurtbemiddeling.case", required=True, ondelete="cascade")
    team_ids = fields.One2many(
        "buurtbemiddeling.mediator.proposal.line",
        "proposal_id",
        string="Proposed",
        domain=[("has_conflict", "=", False)],
    )
    conflict_ids = fields.One2many(
        "buurtbemiddeling.mediator.proposal.line",
        "proposal_id",
        string="Not proposed",
        domain=[("has_conflict", "=", True)],
    )

    def _propose(self):
        """Fill in one proposal: the best teams, and who is not proposed because of a conflict of interest.

        The number of queries does not depend on how many mediators there are.
        """
        self.ensure_one()
        case = self.case_id
        group = self.env.ref("buurtbemiddeling_addon.group_mediator")
        entries = self.env["buurtbemiddeling.mediator"].search(
            [
                ("company_id", "=", case.company_id.id),
                ("user_id.active", "=", True),
                ("user_id.all_group_ids", "in", group.ids),
            ]
        )
        conflicts = entries._conflicts({case: entries.user_id})[case]
        languages, skills = self._wanted_languages(), self._wanted_skills()
        handled = entries._handled_case_counts(EXPERIENCED)
        present, company_id = case.mediator_ids, case.company_id.id
        candidates = [
            Candidate(
                user_id=user.id,
                name=entry.name,
                is_present=user in present,
                unavailable_because="" if user in present else entry.unavailable_because,
                days={number for number, day in enumerate(WEEKDAYS) if entry[day]},
                evenings=entry.evenings,
                languages=set((entry.language_ids & languages).ids) if languages else set(),
                skills=set((entry.skill_ids & skills).ids) if skills else set(),
                open_cases=entry.active_case_count,
                is_experienced=handled.get((user.id, company_id), 0) >= EXPERIENCED,
            )
            for entry in entries
            if (user := entry.user_id) not in conflicts
        ]
        teams = combinations(candidates, 1 if case.way_of_working == "coaching" else 2)
        self.env["buurtbemiddeling.mediator.proposal.line"].create(
            [
                {
                    "proposal_id": self.id,
                    "user_ids": [Command.set([candidate.user_id for candidate in team])],
                    "why": " · ".join(self._why(team, languages | skills)),
                }
                for team in self._best(teams)
            ]
            + [
                {
                    "proposal_id": self.id,
                    "user_ids": [Command.set(user.ids)],
                    "why": " ".join(reason[0].upper() + reason[1:] for reason in reasons),
                    "has_conflict": True,
                }
                for user, reasons in conflicts.items()
            ]
        )

    def _wanted_languages(self):
        """Return the languages other than Dutch that the people of the case speak, as far as they are on the list.

        What was typed about a person is compared with the name of each language in whatever language it is stored.
        """
        skills = self.env["buurtbemiddeling.skill"]
        texts = [plain(party.language) for party in self.case_id.party_ids if party.language]
        if not texts:
            return skills
        languages = skills.search([("kind", "=", "language")])
        languages -= self.env.ref("buurtbemiddeling_addon.language_dutch", raise_if_not_found=False) or skills
        languages.flush_recordset(["name"])
        rows = self.env.execute_query(
            SQL("SELECT id, name FROM buurtbemiddeling_skill WHERE id = ANY(%s)", languages.ids)
        )
        spoken = set()
        for number, translations in rows:
            names = [plain(part) for name in translations.values() for part in name.split("/")]
            if any(name and name in text for name in names for text in texts):
                spoken.add(number)
        return languages.filtered(lambda language: language.id in spoken)

    def _wanted_skills(self):
        """Return the skills that the case asks for."""
        case = self.case_id
        names = [SKILL_BY_WAY.get(case.way_of_working), "skill_complex" if case.is_complex else None]
        skills = self.env["buurtbemiddeling.skill"]
        for name in filter(None, names):
            skills |= self.env.ref(f"buurtbemiddeling_addon.{name}", raise_if_not_found=False) or skills
        return skills

    def _best(self, teams):
        """Return the best of these teams, without showing the same mediator in all of them."""
        best, times = [], Counter()
        classes = defaultdict(list)
        for number, team in enumerate(teams):
            classes[self._class(team)].append((number, team))
        for _class, members in sorted(classes.items()):
            # A heap: only the first few of very many are asked for.
            ranked = [(self._rank(team), number, team) for number, team in members]
            heapify(ranked)
            while ranked:
                if len(best) == SHOWN:
                    return best
                _rank, _number, team = heappop(ranked)
                users = [candidate.user_id for candidate in team]
                if max(times[user] for user in users) < SHOWN_OF_ONE:
                    best.append(team)
                    times.update(users)
        return best

    def _class(self, team):
        """Return what teams are sorted by first: what else counts is asked of the best classes only.

        One mediator counts twice, here and in ``_rank``, which leaves the order as it is.
        """
        first, second = team[0], team[-1]
        return (
            -first.is_present - second.is_present,
            bool(first.unavailable_because) + bool(second.unavailable_because),
        )

    def _rank(self, team):
        """Return what the teams of a class are sorted by: the lowest is the best, and of the same the first by name."""
        first, second = team[0], team[-1]
        common = first.days & second.days
        return (
            # Who has filled in no days may have all of them.
            bool(first.days and second.days and not common),
            -len(first.languages | second.languages),
            first.open_cases + second.open_cases,
            -len(first.skills | second.skills),
            # None, one and two with experience: who is new learns best beside somebody who is not.
            (2, 0, 1)[first.is_experienced + second.is_experienced],
            -len(common),
        )

    def _why(self, team, wanted):
        """Return in a few words what is good and what is less good about a team.

        :param tuple team: one or two candidates
        :param wanted: the languages and skills that the case asks for
        :rtype: list[str]
        """
        words = [
            f"{candidate.name}: {candidate.unavailable_because}" for candidate in team if candidate.unavailable_because
        ]
        common = set.intersection(*(candidate.days for candidate in team))
        if common:
            names = get_day_names("abbreviated", locale=babel_locale_parse(self.env.lang))
            days = ", ".join(names[day].rstrip(".") for day in sorted(common))
            if len(team) == 1:
                words.append(self.env._("free on %(days)s", days=days))
            else:
                words.append(self.env._("both free on %(days)s", days=days))
            if all(candidate.evenings for candidate in team):
                words.append(self.env._("also in the evening"))
        elif all(candidate.days for candidate in team):
            words.append(self.env._("no day in common"))
        else:
            words.append(self.env._("days not filled in"))
        for skill in wanted:
            able = [candidate.name for candidate in team if skill.id in candidate.languages | candidate.skills]
            if able:
                words.append(f"{skill.name}: {', '.join(able)}")
            else:
                words.append(self.env._("without %(skill)s", skill=skill.name))
        counts = " + ".join(str(candidate.open_cases) for candidate in team)
        words.append(self.env._("open cases: %(counts)s", counts=counts))
        if len({candidate.is_experienced for candidate in team}) == 2:
            words.append(self.env._("one with much experience"))
        return words


class MediatorProposalLine(models.TransientModel):
    """A team that can work on a case, or a mediator who should not."""

    _name = "buurtbemiddeling.mediator.proposal.line"
    _description = "Proposed Mediators"
    _inherit = ["buurtbemiddeling.refusal.mixin"]

    proposal_id = fields.Many2one("buurtbemiddeling.mediator.proposal", required=True, index=True, ondelete="cascade")
    user_ids = fields.Many2many(
        "res.users", "buurtbemiddeling_mediator_proposal_line_user_rel", "line_id", "user_id", string="Mediators"
    )
    why = fields.Text()
    has_conflict = fields.Boolean()

    def action_choose(self):
        """Make these the mediators of the case.

        :return: an action that closes the dialog
        :raise AccessError: for a user who may not edit the case, or whose dialog this is not
        """
        self.ensure_one()
        self.check_access("write")
        self.proposal_id.case_id.mediator_ids = self.user_ids
        return {"type": "ir.actions.act_window_close"}
