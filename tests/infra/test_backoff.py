import pytest

from facilitator.infra.backoff import GIVE_UP_S, next_delay_s


@pytest.mark.parametrize("attempts", range(1, 40))
@pytest.mark.parametrize("roll", [0.0, 0.3, 0.999])
def test_in_the_first_quarter_of_an_hour_the_next_try_is_half_a_second_to_half_a_minute_away(
    attempts: int, roll: float
) -> None:
    delay_s = next_delay_s(attempts, age_s=800.0, roll=roll)
    assert delay_s is not None
    assert 0.5 <= delay_s <= 30.0


def test_the_first_repeat_comes_within_two_seconds() -> None:
    assert next_delay_s(1, age_s=0.1, roll=0.999) == pytest.approx(2.0, abs=0.01)


def test_later_on_minutes_and_then_hours_pass() -> None:
    after_an_hour_s = next_delay_s(40, age_s=3600.0, roll=0.999)
    after_a_day_s = next_delay_s(60, age_s=86_400.0, roll=0.999)
    assert after_an_hour_s is not None
    assert after_a_day_s is not None
    assert 60.0 <= after_an_hour_s <= 1800.0 < after_a_day_s <= 4 * 3600.0


def test_a_place_that_names_its_time_is_not_asked_before_it() -> None:
    assert next_delay_s(1, age_s=1.0, roll=0.0, retry_after_s=17.0) == 17.0
    assert next_delay_s(9, age_s=1.0, roll=0.9, retry_after_s=0.0) == pytest.approx(27.0)


def test_after_two_days_trying_ends() -> None:
    assert next_delay_s(70, age_s=GIVE_UP_S - 10, roll=0.0) is None
    assert next_delay_s(2, age_s=5.0, roll=0.0, retry_after_s=GIVE_UP_S) is None
