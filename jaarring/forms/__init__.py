"""Sheets that people fill in and send back: data, written as `.xlsx`, read from `.xlsx`, `.ods` or `.yaml`.

This room knows nothing of themes or reports. `rules` is the form as data, `spelling` reads what people
type, `write` and `fill` make the file, `read` takes it in. Nothing is imported here: the child process
that opens a stranger's file should start quickly and with little in it.
"""
