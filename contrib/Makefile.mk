# What an administrator starts from: installed as examples, with the page that says how.

examplescrondir = $(docdir)/examples/cron
dist_examplescron_DATA = contrib/cron/quire
examplessystemddir = $(docdir)/examples/systemd
dist_examplessystemd_DATA = \
	contrib/systemd/quire-index.service \
	contrib/systemd/quire-index.timer \
	contrib/systemd/quire-verify.service \
	contrib/systemd/quire-verify.timer
exampleslogrotatedir = $(docdir)/examples/logrotate
dist_exampleslogrotate_DATA = contrib/logrotate/quire
dist_doc_DATA = docs/operations.md
