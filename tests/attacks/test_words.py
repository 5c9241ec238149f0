"""Do attacks on points, secrets and the wire fail, and would they work elsewhere?"""

import pytest

from attacks.catalogue import WORDS as ATTACKS  # noqa: F401 - asked about by every question
from attacks.laws import *  # noqa: F403 - the questions

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]
