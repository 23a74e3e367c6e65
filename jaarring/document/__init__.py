"""From one template to every form of a document: semantic HTML, and from it the page and the PDF.

    html = environment.get_template("council/report.html").render(view)
    page(html, title=…, description=…, house=house)
    pdf(html, title=…, author=…, description=…, at=…, house=house)

A new document is a view, a template and a test; nothing here changes for it.
"""

from jaarring.document.house import HouseStyle, Status
from jaarring.document.html import DocumentError, document_environment, tree
from jaarring.document.page import page
from jaarring.document.pdf import pdf

__all__ = ["DocumentError", "HouseStyle", "Status", "document_environment", "page", "pdf", "tree"]
