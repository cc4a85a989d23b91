"""OFX: SGML 1.x and XML 2.x statements of banks and cards."""
