"""Reading what a school's information system exports.

    reading -> columns -> records -> matching, households -> diffing

turn files into a plan: what is new, changed, unchanged, left, and which rows are faulty. All of it takes plain values; only `snapshot`
reads the database and only `applying` writes to it. The acts (preview, commit, drop) are in `homevisits.people.services.imports`.

How the columns of the three systems are read:

* SIMS: `Status` is a flag (Child in need, Looked after, Child protection plan). `Court Order` Yes means restricted: never texted,
  called or visited. `Address` and `Home` of a contact are the contact's own.
* Arbor: `Safeguarding flag` is the same flag. `access notes` carry restrictions ("Do not contact - court order") and access needs
  ("BSL interpreter"): a note that forbids contact restricts, any other one is an access need. An empty note says nothing.
* Bromcom: one row a contact. `AddressLine` and `PostCode` are that contact's: the pupil's home is taken from the first contact of a pupil
  who has no home yet, and never moves one. `Phone` is one number of any kind.

A column that a file lacks changes nothing. An empty cell says nothing about names, birthday, class, address, language, restriction.
What would lift a restriction, a flag or take away a number is listed and waits for a person's tick.
"""
