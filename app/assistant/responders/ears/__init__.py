"""What a message answers to the questions of a flow: each kind of value has an ear.

An ear has two readings. The strong one may be heard at any time and anywhere in a message ("a nombre de Ana"); the weak
one only where that very thing was asked for ("Ana").
"""

from app.assistant.responders.ears.listen import Told, is_about_else, listen, says_back, says_cancel
from app.assistant.responders.ears.sound import WRONG, Sound

__all__ = ["WRONG", "Sound", "Told", "is_about_else", "listen", "says_back", "says_cancel"]
