# Manual pages.

dist_man_MANS = man/quire-index.1 man/quire-search.1 man/quire-query.7
