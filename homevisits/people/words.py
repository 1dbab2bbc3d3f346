"""Words for the codes that the staff registers keep."""

CHECKS = {
    "enhanced_dbs": "Enhanced DBS",
    "barred_list": "Barred list",
}
CODE_OF_CONDUCT = "code_of_conduct"
# What the office enters. The code of conduct is not among them: each person confirms it for themselves (ALT-27).
TRAINING = {
    "safe_working_practices": "Safe working practices",
    "cultural_awareness": "Cultural awareness",
    "diversity_and_racial_equality": "Diversity and racial equality",
    "equipment": "The equipment used",
    "manual_handling": "Manual handling",
    "first_aid": "First aid",
    "disengagement": "Disengagement",
}


def check_words(level: str) -> str:
    """A check's level as staff call it; what the school named itself stays as it is."""
    return CHECKS.get(level, level)


def training_words(name: str) -> str:
    """A training as staff call it; what the school named itself stays as it is."""
    return "Code of conduct confirmed" if name == CODE_OF_CONDUCT else TRAINING.get(name, name)
