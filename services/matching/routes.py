"""Placeholder: overwrite this file."""

from fastapi import APIRouter

router = APIRouter()
