"""When something about a visit can be done, and why not: screens, services and the rehearsal all ask here.

Who a person is stays in `people.access`; what a member of staff needs to go (checks, training) is asked of their registers.
"""
