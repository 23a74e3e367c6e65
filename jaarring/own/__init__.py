"""A municipality's own templates: a folder beside its configuration, whose files stand in for ours.

`templates` reads the folder and asks the child; `child` renders there, in a sandbox with little memory and
little time; `plain` is what goes across: values alone. Nothing is imported here, so a child
starts with little.
"""
