"""How many still wait, as a picture."""

from hypothesis import given
from hypothesis import strategies as st

from crm.display.charts import draw
from crm.domain.kaplan_meier import delay

waits = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=40)


class TestCurve:
    def test_draws_nothing_where_nobody_has_an_answer(self):
        assert draw(delay([(3, False)])) is None

    @given(waits.filter(lambda given: any(done for _days, done in given)))
    def test_stays_in_its_box(self, given):
        curve = draw(delay(given))
        numbers = [float(number) for number in curve.path.replace("M", "").replace("L", "").split()]

        assert all(curve.left <= x <= curve.right for x in numbers[::2])
        assert all(0 <= y <= curve.bottom for y in numbers[1::2])
