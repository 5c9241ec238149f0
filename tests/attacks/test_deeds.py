"""Do attacks on the machine, the batch and readers fail, and would they work elsewhere?"""

import pytest

from attacks.catalogue import DEEDS as ATTACKS  # noqa: F401 - asked about by every question
from attacks.laws import *  # noqa: F403 - the questions

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]
