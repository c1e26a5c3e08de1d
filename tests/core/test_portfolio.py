from fractions import Fraction

from cmi_core import MapSettings, Standing, default_map, distribution, movers, outcomes, what_if
from cmi_core.portfolio import Lift, lift, lift_by_criterion, mean

F = Fraction
Sheet = dict[str, int | None]
MAP = default_map()


def test_shares_of_accounts_and_of_revenue_per_cell() -> None:
    found = distribution(
        MAP,
        [
            ("expand_and_leverage", F(300)),
            ("expand_and_leverage", None),
            ("save", F(100)),
            ("retain", F(0)),
            (None, F(1000)),
            ("core", F(1000)),
        ],
    )
    assert found.unplaced == 2
    assert [(cell.cell_id, cell.accounts, cell.share, cell.revenue_share) for cell in found.cells] == [
        ("retain", 1, F(1, 4), 0),
        ("expand_and_leverage", 2, F(1, 2), F(3, 4)),
        ("let_churn", 0, 0, 0),
        ("save", 1, F(1, 4), F(1, 4)),
    ]
    assert sum(cell.share for cell in found.cells) == 1


def test_an_empty_portfolio_has_no_shares() -> None:
    assert {cell.share + cell.revenue_share for cell in distribution(MAP, []).cells} == {0}


def test_movers_show_who_moved_up_and_who_down() -> None:
    before = {"up": F(2), "down": F(4), "same": F(3), "new": None, "gone": F(2), "up_more": F(1)}
    after = {"up": F(3), "down": F(3), "same": F(3), "new": F(3), "gone": None, "up_more": F(3)}
    found = movers(before, after)
    assert [mover.account_id for mover in found] == ["up_more", "up", "down"]
    assert [int(mover.by) for mover in found] == [2, 1, -1]


def test_the_mean_lift_counts_falls_against_rises() -> None:
    assert lift([F(1), F(-1, 2)]) == Lift(2, F(1, 4))
    assert lift([]) is None


def test_lift_by_criterion_counts_what_both_sheets_know() -> None:
    pairs: list[tuple[Sheet, Sheet]] = [
        ({"a": 1, "b": None}, {"a": 3, "b": 4}),
        ({"a": 4, "b": 2}, {"a": 3, "b": 5, "c": 1}),
    ]
    assert lift_by_criterion(pairs) == {"a": Lift(2, F(1, 2)), "b": Lift(1, F(3))}


def test_the_mean_is_exact() -> None:
    assert mean([(F(1, 3), 3), (F(2), 1)]) == F(3, 4)
    assert mean([]) is None


def test_outcomes_by_the_cell_an_account_stood_in() -> None:
    rows = outcomes(
        {"save": 2, "retain": 1, "let_churn": 1},
        {("let_churn", "churned"): 1, ("save", "churned"): 1, ("save", "renewed"): 1, ("retain", "expanded"): 2},
    )
    assert [(row.cell_id, row.accounts, row.churned, row.rate, row.renewed, row.expanded) for row in rows] == [
        ("let_churn", 1, 1, 1, 0, 0),
        ("save", 2, 1, F(1, 2), 1, 0),
        ("retain", 1, 0, 0, 0, 2),
    ]


def test_what_if_previews_who_would_move() -> None:
    standings = [
        Standing("a", "expand_and_leverage", F(4), F(60)),
        Standing("b", "expand_and_leverage", F(3), F(90)),
        Standing("c", "retain", F(2), F(60)),
        Standing("d", None, None, F(60)),
        Standing("e", "save", F(5, 2), F(10), (1, 3)),
    ]
    preview = what_if(MapSettings(chs_cuts=(70,)), standings)
    assert [(shift.account_id, shift.from_cell, shift.to_cell) for shift in preview.shifts] == [
        ("a", "expand_and_leverage", "save"),
        ("c", "retain", "let_churn"),
    ]
    assert preview.text == "2 accounts move, 1 into Save, 1 into Let Churn"


def test_a_change_of_configuration_uses_no_margin() -> None:
    standing = Standing("a", "expand_and_leverage", F(4), F(50))
    assert what_if(MapSettings(chs_cuts=("50.5",)), [standing]).text == "1 account moves, 1 into Save"


def test_a_preview_that_moves_nobody_says_so() -> None:
    assert what_if(MAP, [Standing("b", "expand_and_leverage", F(4), F(90))]).text == "No account moves"


def test_another_map_moves_accounts_to_its_own_cells() -> None:
    preview = what_if(default_map("nine"), [Standing("a", "expand_and_leverage", F(3), F(60))])
    assert preview.text == "1 account moves"
    assert preview.shifts[0].to_cell == "core"
