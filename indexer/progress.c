/* SPDX-License-Identifier: GPL-3.0-or-later */
/* progress.c - a progress bar on a terminal, plain lines elsewhere, and problems as they come. */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define BAR_MS 100    /* between two drawings of the bar */
#define LINE_MS 30000 /* between two plain lines */
#define MAX_SHOWN 50  /* problems named on a terminal, of the new and of the known each */
#define MIN_BAR 10    /* columns */
#define MAX_BAR 40    /* columns */
#define FACTS_BYTES 160

static int64_t
now_ms(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
progress_start(progress *p, bool is_quiet)
{
    const char *terminal = getenv("TERM");

    *p = (progress){.is_quiet = is_quiet};
    p->is_terminal = isatty(STDERR_FILENO) && terminal != NULL && strcmp(terminal, "dumb") != 0;
    p->stage_ms = now_ms();
    p->shown_ms = p->stage_ms;
}

static int
terminal_columns(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    int n = columns == NULL ? 0 : atoi(columns);

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return n > 0 ? n : 80;
}

/* A number with commas: "21,578". */
static const char *
grouped(uint64_t value, char text[32])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    char *at = text;

    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return text;
}

/* How much of the stage is done, 0 to 1; negative where that is not known. */
static double
part_done(const quire_build_progress *now)
{
    double part = -1;

    if (now->articles_goal > 0)
        part = (double)now->narticles / (double)now->articles_goal;
    else if (now->bytes_goal > 0)
        part = (double)now->bytes / (double)now->bytes_goal;
    return part > 1 ? 1 : part;
}

/* "12,345 articles, 34.5 of 120.0 MB, 1,234 a second, 0:42 left", as far as it is known. */
static void
describe(const quire_build_progress *now, int64_t elapsed_ms, char facts[FACTS_BYTES])
{
    char number[32];
    double part = part_done(now);
    double seconds = (double)elapsed_ms / 1000.0;
    size_t n = 0;

    n += (size_t)snprintf(facts + n, FACTS_BYTES - n, "%s articles, %.1f",
                          grouped(now->narticles, number), (double)now->bytes / 1e6);
    if (now->bytes_goal > 0)
        n +=
            (size_t)snprintf(facts + n, FACTS_BYTES - n, " of %.1f", (double)now->bytes_goal / 1e6);
    n += (size_t)snprintf(facts + n, FACTS_BYTES - n, " MB");
    if (seconds < 0.5)
        return;
    n += (size_t)snprintf(facts + n, FACTS_BYTES - n, ", %s a second",
                          grouped((uint64_t)((double)now->narticles / seconds), number));
    if (part > 0.01) {
        uint64_t left = (uint64_t)(seconds * (1 - part) / part + 0.5);
        snprintf(facts + n, FACTS_BYTES - n, ", %llu:%02llu left", (unsigned long long)left / 60,
                 (unsigned long long)left % 60);
    }
}

static void
draw_bar(progress *p, const char *stage, double part, const char *facts)
{
    int columns = terminal_columns() - 1; /* the last one would wrap on some terminals */
    int text_columns = (int)(strlen(stage) + 1 + strlen(facts));
    int room = columns - text_columns - 3;
    char bar[MAX_BAR + 1];

    fputs("\r\033[K", stderr);
    if (part >= 0 && room >= MIN_BAR) {
        int width = room < MAX_BAR ? room : MAX_BAR;
        int done = (int)(part * width);
        memset(bar, '#', (size_t)done);
        memset(bar + done, '.', (size_t)(width - done));
        fprintf(stderr, "%s [%.*s] %s", stage, width, bar, facts);
    } else {
        char line[FACTS_BYTES + 64];
        snprintf(line, sizeof line, "%s%s%s", stage, *facts == '\0' ? "" : " ", facts);
        fprintf(stderr, "%.*s", columns < 1 ? 1 : columns, line);
    }
    fflush(stderr);
    p->has_bar = true;
}

static void
clear_bar(progress *p)
{
    if (!p->has_bar)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    p->has_bar = false;
}

void
progress_show(progress *p, const quire_build_progress *now)
{
    int64_t time = now_ms();
    char facts[FACTS_BYTES] = "";
    bool is_new_stage = p->stage == NULL || strcmp(p->stage, now->stage) != 0;
    bool is_full = now->articles_goal > 0 && now->narticles == now->articles_goal;

    if (p->is_quiet)
        return;
    if (is_new_stage) {
        p->stage = now->stage;
        p->stage_ms = time;
    }
    if (p->is_terminal ? !is_new_stage && !is_full && time - p->shown_ms < BAR_MS
                       : time - p->shown_ms < LINE_MS)
        return;
    p->shown_ms = time;
    if (now->narticles > 0 || now->bytes > 0)
        describe(now, time - p->stage_ms, facts);
    if (p->is_terminal)
        draw_bar(p, now->stage, part_done(now), facts);
    else
        fprintf(stderr, "quire-index: %s%s%s\n", now->stage, *facts == '\0' ? "" : ": ", facts);
}

void
progress_print_plain(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
            at++; /* a control character beyond ASCII */
        else if (*at >= 0x20 && *at != 0x7f) {
            putc(*at, stderr);
            continue;
        }
        putc('?', stderr);
    }
}

/* All that is new is named, for whoever keeps it; a person at a terminal, and one who gets it by
 * mail from cron, gets the first of them.  What was so the last time is named again only to a
 * person who watches. */
void
progress_problem(progress *p, const char *where, const char *what, bool skipped, bool is_new)
{
    uint64_t *nshown = is_new ? &p->nnew_shown : &p->nold_shown;

    if (!is_new && p->is_quiet)
        return;
    if (*nshown >= MAX_SHOWN && (p->is_terminal || p->is_quiet || !is_new)) {
        *(is_new ? &p->nnew_left_out : &p->nold_left_out) += 1;
        return;
    }
    ++*nshown;
    clear_bar(p);
    fputs("quire-index: ", stderr);
    progress_print_plain(where);
    fputs(": ", stderr);
    progress_print_plain(what);
    if (skipped || !is_new)
        fprintf(stderr, " (%s%s%s)", skipped ? "skipped" : "", skipped && !is_new ? ", " : "",
                is_new ? "" : "as before");
    putc('\n', stderr);
}

void
progress_end(progress *p)
{
    char number[32];

    clear_bar(p);
    if (p->nnew_left_out > 0)
        fprintf(stderr, "quire-index: %s more were newly skipped or damaged; %s names all\n",
                grouped(p->nnew_left_out, number), p->is_quiet ? "--log FILE" : "2>FILE");
    if (p->nold_left_out > 0)
        fprintf(stderr, "quire-index: %s more were skipped or damaged as before\n",
                grouped(p->nold_left_out, number));
}

void
progress_sum_up(progress *p, const char *index, uint64_t nnew)
{
    char number[32];

    clear_bar(p);
    fputs("quire-index: ", stderr);
    progress_print_plain(index);
    fprintf(stderr, ": up to date, but %s input%s newly %s skipped or damaged\n",
            grouped(nnew, number), nnew == 1 ? "" : "s", nnew == 1 ? "was" : "were");
}
