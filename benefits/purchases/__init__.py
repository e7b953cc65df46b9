"""Purchases as people type them: lists, forms, suppliers and the EÉS that they are."""
