"""Every table of every room, gathered: what the newest revision must produce."""

import jaarring.absences.records
import jaarring.adjustments.records
import jaarring.doubts.records
import jaarring.edits.records
import jaarring.ledger.decisions
import jaarring.ledger.dispensations
import jaarring.ledger.documents
import jaarring.ledger.due
import jaarring.ledger.events
import jaarring.ledger.gone
import jaarring.ledger.journal
import jaarring.ledger.outbox
import jaarring.ledger.pauses
import jaarring.ledger.unworded
import jaarring.mailbox.records
import jaarring.plans.records
import jaarring.post.records
import jaarring.questions.records
import jaarring.recovery.records
import jaarring.reports.records
import jaarring.signals.records  # noqa: F401
from jaarring.database import metadata

__all__ = ["metadata"]
