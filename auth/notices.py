"""Who may say where an office's notices go outside."""

from auth.principal import Principal, Role


def can_manage_channels(principal: Principal) -> bool:
    """Make channels, change them, and send again what was given up: the system administrator."""
    return principal.role is Role.administrator
