"""How fast Jaarring is, as ratios against bare Python that does the same reads, commits and mails."""
