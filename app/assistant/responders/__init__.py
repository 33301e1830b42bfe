"""Responders in their order: for each thing asked, the first that answers does."""

from __future__ import annotations

from app.assistant.responders.flow import flow
from app.assistant.responders.handoff import handoff
from app.assistant.responders.introductions import introductions
from app.assistant.responders.knowledge import knowledge
from app.assistant.responders.opinion import opinion
from app.assistant.responders.order import order
from app.assistant.turn import Responder

RESPONDERS: tuple[Responder, ...] = (opinion, flow, handoff, order, introductions, knowledge)
