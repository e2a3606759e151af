# Completion for shells.

bashcompletiondir = $(datadir)/bash-completion/completions
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) '$(srcdir)/completion/quire-search.bash' '$(DESTDIR)$(bashcompletiondir)/quire-search'

uninstall-local:
	rm -f '$(DESTDIR)$(bashcompletiondir)/quire-search'

EXTRA_DIST += completion/quire-search.bash
