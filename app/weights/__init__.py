"""Published weights: which file fits which template, how it is fetched, and how it becomes a run that can be tried.

``published`` holds the facts, ``download`` brings a file onto this machine, ``cache`` says where it lies, and
``delivery`` has the engine translate it and puts the outcome among the document's runs. No Qt, no torch; every way in
uses the same. A document cannot name an address: only what is listed here is ever fetched.
"""
