"""Charts drawn on the server: their geometry here, their markup in templates/components/chart.html."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask.sansio.app import App

from app.charts import geometry
from sla.figures import Figure, total
from sla.rows import MEASURED_BY, OF_OCCURRENCES
from sla.vocab import Indicator


class Charts:
    """What the macros of the charts ask: where the parts of one lie."""

    ON_TIME = (*MEASURED_BY.values(), *OF_OCCURRENCES)  # what is not met of these was late or missed

    bar = staticmethod(geometry.bar)
    band = staticmethod(geometry.band)
    line = staticmethod(geometry.line)
    spark = staticmethod(geometry.spark)
    stacked = staticmethod(geometry.stacked)

    @staticmethod
    def together(figures: Mapping[Indicator, Figure], indicators: Iterable[Indicator]) -> Figure:
        """Return the sum of some indicators of which one more is one clock or duty more on time."""
        return total(figures[one] for one in indicators)


def init_app(app: App) -> None:
    """Let every template draw."""
    app.jinja_env.globals["charts"] = Charts
