"""The chart of accounts: four digits each; a real bank account is 1010 with its own suffix."""

from __future__ import annotations

from types import MappingProxyType

BANK, CASH, CLEARING, DISPUTED, TRANSIT = "1010", "1020", "1060", "1065", "1090"
ADVANCES, DUE_BACK = "1210", "1220"
PAYABLE, BENEFICIARIES, REFUNDS, TAXES, UNIDENTIFIED = "2010", "2020", "2030", "2040", "2090"
TARGETED, HELD = "2510", "2610"
FUND_BALANCE, MOVED_OUT, MOVED_IN = "3900", "3910", "3920"
DONATIONS, OTHER_INCOME, IN_KIND, REFUNDED, CHARGED_BACK = "4010", "4020", "4030", "4090", "4091"
USED_FINANCING = "4510"
LEGAL_SERVICES, PROCESSOR_FEES, BANK_CHARGES, EXCHANGE, RUNNING_COSTS = "5010", "5310", "5320", "5330", "5400"
# Outside the balance sheet: what of invoices the person helped owes herself, by the agency method.
MEMO_OWED, MEMO_PAYABLE = "9010", "9020"

# Every account a new book has, with the name its catalogue key ends in.
CHART = MappingProxyType(
    {
        CASH: "cash",
        CLEARING: "clearing",
        DISPUTED: "disputed",
        TRANSIT: "transit",
        ADVANCES: "advances",
        DUE_BACK: "due_back",
        PAYABLE: "payable",
        BENEFICIARIES: "beneficiaries",
        REFUNDS: "refunds",
        TAXES: "taxes",
        UNIDENTIFIED: "unidentified",
        TARGETED: "targeted_financing",
        HELD: "held_for_beneficiaries",
        FUND_BALANCE: "fund_balance",
        MOVED_OUT: "moved_out",
        MOVED_IN: "moved_in",
        DONATIONS: "donations",
        OTHER_INCOME: "other_income",
        IN_KIND: "in_kind",
        REFUNDED: "refunded",
        CHARGED_BACK: "charged_back",
        USED_FINANCING: "used_financing",
        LEGAL_SERVICES: "legal_services",
        PROCESSOR_FEES: "processor_fees",
        BANK_CHARGES: "bank_charges",
        EXCHANGE: "exchange",
        RUNNING_COSTS: "running_costs",
        MEMO_OWED: "memo_owed",
        MEMO_PAYABLE: "memo_payable",
    },
)
MONEY = frozenset({BANK, CASH, CLEARING, DISPUTED, TRANSIT})
HOLDINGS = MONEY | {ADVANCES, DUE_BACK}
# The memo counts: until it is paid, waived or settled by others, a campaign is not done with it.
OWED = frozenset({PAYABLE, BENEFICIARIES, REFUNDS, TAXES, MEMO_PAYABLE})
# What a bank line may be booked to by hand: every account that is neither money nor kept by a rule of its own.
FREE = frozenset({OTHER_INCOME, DONATIONS, RUNNING_COSTS, BANK_CHARGES, PROCESSOR_FEES, EXCHANGE, TAXES})
# What a bank line may be booked to in the fund of a campaign: what payees were advanced or owe back, what is owed to others, cash that
# was deposited, a gift in dispute.
IN_CAMPAIGN = frozenset({ADVANCES, DUE_BACK, REFUNDS, BENEFICIARIES, TAXES, CASH, DISPUTED})
# Of these the ones that are never the foundation's own.
OF_CAMPAIGN = frozenset({ADVANCES, DUE_BACK, BENEFICIARIES})


def group(code: str) -> str:
    """The four digits a code belongs to: 1010-2 belongs to 1010."""
    return code[:4]


def holds_value(code: str) -> bool:
    """Whether the account is money, an advance or an amount due back."""
    return group(code) in HOLDINGS
