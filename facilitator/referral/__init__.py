"""The arranged referral: what leaves the moment help is accepted."""
