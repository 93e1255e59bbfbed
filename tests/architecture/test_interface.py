"""What is written for other programs is what the code does."""

from facilitator.infra.refusal import STATUS
from tools import interface


def test_the_tables_of_commands_and_of_moves_are_the_code_s() -> None:
    page = interface.PAGE.read_text()
    assert "`grant_turn`" in page
    assert "| `refused_on_the_way` | failed |" in page
    assert page == interface.renewed(page), "run: python -m tools.interface"


def test_every_refusal_with_a_status_of_its_own_is_named() -> None:
    page = interface.PAGE.read_text()
    own = set(STATUS) - {"wrong_credentials", "gone"}  # said by the sign-in page and by closed addresses
    assert len(own) > 5
    assert [code for code in own if f"`{code}`" not in page] == []
