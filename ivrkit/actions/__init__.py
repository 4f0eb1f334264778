"""The functions that a flow may call: how one is declared, looked up and called. Pure; drivers give it threads."""

from ivrkit.actions.arguments import Parameter
from ivrkit.actions.context import Context
from ivrkit.actions.functions import Action, action, invoke
from ivrkit.actions.records import Account, Bill, Customer, Record, Records, Tariff, TariffStep
from ivrkit.actions.registry import Actions

__all__ = [
    "Account",
    "Action",
    "Actions",
    "Bill",
    "Context",
    "Customer",
    "Parameter",
    "Record",
    "Records",
    "Tariff",
    "TariffStep",
    "action",
    "invoke",
]
