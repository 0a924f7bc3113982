"""V-01 … V-06."""

from dataclasses import replace
from decimal import Decimal

from nianbao.form import ExtraRow
from rules_data.reports import (
    BLANK,
    WRITTEN,
    Examples,
    alone,
    blank,
    blank_table,
    licensing,
    p19,
    p21,
    procurement,
    r19,
    r21,
    written,
)
from strategies import seed_figures

NATURAL = "requests.received.natural_person"
FEES = "disclosure.fees.amount"
LOCAL = ExtraRow("requests", "9.地方增设事由", {"natural_person": 0, "total": 0}, "refused.inquiry")

EXAMPLES = {
    "V-01": Examples(
        alone(r21(), seed_figures(), r21(extra=(LOCAL,))),
        alone(
            written(NATURAL, "三件半", "V-01"),
            r21({NATURAL: -1}),
            r21(extra=(replace(LOCAL, values={"natural_person": "若干", "total": 1}),)),
        ),
        WRITTEN,
    ),
    "V-02": Examples(
        alone(
            r21(),
            seed_figures(),
            written(NATURAL, "三件半", "V-01"),
            # The form does not ask for the figures of a local row.
            r21(extra=(replace(LOCAL, values={"natural_person": None, "total": 1}),)),
        ),
        alone(
            r21(blank(NATURAL)),
            written(NATURAL, "/", "V-02"),
            r21(blank_table("requests")),
        ),
        WRITTEN,
    ),
    "V-03": Examples(
        alone(r19(licensing(items=1, change=-1)), seed_figures()),
        alone(
            written("disclosure.licensing.change", "--253", "V-03", format=2019),
            written("disclosure.licensing.items", "+22", "V-03", 22, format=2019),
        ),
        WRITTEN,
    ),
    "V-04": Examples(
        alone(r21({FEES: Decimal("59237.2449")}), r19(procurement(projects=1, amount=25))),
        alone(
            written(FEES, "见附件", "V-04"),
            written(FEES, "251000元", "V-04", Decimal("25.1")),
            written(FEES, "0.12345", "V-04", Decimal("0.12345")),
            r21({FEES: Decimal("0.00001")}),
        ),
        WRITTEN,
    ),
    "V-05": Examples(
        (
            (r21({FEES: 30}), p21({FEES: 20})),
            (r21({FEES: 30}), p21()),
            (r21({FEES: 30}), p21({FEES: None})),
            (r21({FEES: 30}), p21({FEES: 3000})),
            (r21({FEES: 310_000}), p21({FEES: 30})),
        ),
        (
            (r21({FEES: 306_000}), p21({FEES: 30})),
            (r19(procurement(amount=Decimal("0.003"))), p19(procurement(amount=30))),
        ),
        BLANK,
    ),
    "V-06": Examples(
        alone(r21(), seed_figures()),
        alone(
            written(NATURAL, "1,234", "V-06", 1234),
            written(NATURAL, "约30", "V-06"),
            written("disclosure.regulations.made", "22（其中修订16件）", "V-06", 22),
        ),
        WRITTEN,
    ),
}
