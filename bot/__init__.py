"""CMI Bot: carries the Customer Maturity Index into Slack."""

__version__ = "0.1.0"
