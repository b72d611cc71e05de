"""The month: its figures, the rows behind them, and the workbook."""
