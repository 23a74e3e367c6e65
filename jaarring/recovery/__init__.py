"""After an older store was put back: what came after it, what of that is with people, what must be asked
again.
"""
