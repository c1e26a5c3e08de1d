"""Delivery: makes Slack show what the outbox says, once. `dispatcher` is the entry."""
