"""Texts that a clerk edited in the ODT or DOCX of a draft: taken in as a new version of the draft."""
