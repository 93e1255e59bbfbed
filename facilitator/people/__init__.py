"""Who is who: accounts, roles, invitations and sign-ins."""
