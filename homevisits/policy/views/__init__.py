"""Pages of a policy. Each serves a school, under /s/…/policy/, and a trust, under /t/…/policy/."""
