/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terminal.c - what the terminal can do, and a pager for what is longer than it. */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Hyperlinks ---- */

static const char *
variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? value : "";
}

static bool
is_one_of(const char *value, const char *const *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(value, values[i]) == 0)
            return true;
    return false;
}

/* Terminals print what they do not understand, or nothing at all, and a multiplexer stands between;
 * so it is asked who it is. */
bool
terminal_has_links(void)
{
    static const char *const programs[] = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"};
    static const char *const kinds[] = {"xterm-kitty", "foot",    "foot-extra",   "alacritty",
                                        "wezterm",     "contour", "xterm-ghostty"};
    const char *kind = variable("TERM");

    if (!isatty(STDOUT_FILENO) || variable("TMUX")[0] != '\0' || variable("STY")[0] != '\0' ||
        kind[0] == '\0' || strcmp(kind, "dumb") == 0)
        return false;
    return strtol(variable("VTE_VERSION"), NULL, 10) >= 5000 ||
           strtol(variable("KONSOLE_VERSION"), NULL, 10) >= 201200 ||
           variable("WT_SESSION")[0] != '\0' || variable("DOMTERM")[0] != '\0' ||
           is_one_of(variable("TERM_PROGRAM"), programs, sizeof programs / sizeof *programs) ||
           is_one_of(kind, kinds, sizeof kinds / sizeof *kinds);
}

/* ---- The pager ---- */

static size_t
terminal_lines(void)
{
    struct winsize size = {0};
    const char *lines = getenv("LINES");
    const long number = lines != NULL ? strtol(lines, NULL, 10) : 0;

    if (number > 0)
        return (size_t)number;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

bool
terminal_is_exceeded(const output *text)
{
    const char *kind = variable("TERM");
    const size_t nlines = terminal_lines();
    size_t n = 0;

    if (!isatty(STDOUT_FILENO) || kind[0] == '\0' || strcmp(kind, "dumb") == 0 || nlines == 0)
        return false;
    for (size_t i = 0; i < text->size; i++)
        n += text->bytes[i] == '\n';
    return n >= nlines;
}

/* What runs in the child. */
static _Noreturn void
run_pager(const char *pager, int input)
{
    if (dup2(input, STDIN_FILENO) < 0)
        _exit(127);
    setenv("LESS", "FRX", 0);
    setenv("LV", "-c", 0);
    execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
    _exit(127);
}

/* Is there a program of this name? */
static bool
is_there(const char *program)
{
    const char *path = variable("PATH");
    char file[4096];

    while (*path != '\0') {
        const size_t nbytes = strcspn(path, ":");

        if (nbytes > 0 && nbytes + strlen(program) + 2 <= sizeof file) {
            memcpy(file, path, nbytes);
            file[nbytes] = '/';
            strcpy(file + nbytes + 1, program);
            if (access(file, X_OK) == 0)
                return true;
        }
        path += nbytes + (path[nbytes] == ':');
    }
    return false;
}

bool
terminal_page(const output *text)
{
    const char *set = getenv("PAGER");
    const char *pager = set != NULL ? set : is_there("less") ? "less" : "";
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before_interrupt;
    struct sigaction before_pipe;
    int ends[2];
    pid_t child;
    int status = 0;

    if (pager[0] == '\0' || strcmp(pager, "cat") == 0 || pipe2(ends, O_CLOEXEC) != 0)
        return false;
    child = fork();
    if (child == 0)
        run_pager(pager, ends[0]);
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        return false;
    }
    /* Who leaves the pager early has seen enough; an interrupt is the pager's. */
    sigaction(SIGINT, &ignore, &before_interrupt);
    sigaction(SIGPIPE, &ignore, &before_pipe);
    (void)output_write(text, ends[1]);
    close(ends[1]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    sigaction(SIGINT, &before_interrupt, NULL);
    sigaction(SIGPIPE, &before_pipe, NULL);
    return !(WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126));
}
