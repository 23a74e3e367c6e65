"""A strategy from the spreadsheet in which a municipality has it: goals, indicators, measures, budgets."""
