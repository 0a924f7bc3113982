"""Rules on the ledgers."""

from nianbao.rules.ledgers import others, requests

CHECKS = (*requests.CHECKS, *others.CHECKS)
