/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world.c - a few articles, indexes of them, programs and judges: see world.h. */
#include "world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/file.h"
#include "quire.h"
#include "store/manifest.h"
#include "store/manifest_files.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MOST_SECONDS 300 /* a program that takes longer hangs */

extern char **environ;

static char directory[] = "test-faults-XXXXXX";
static bool is_loadable; /* tests/faults/fault.c, here */
static bool sees_memory; /* calls of malloc, too: sanitizers have their own */

/* ---- The directory, and how much there is to do ---- */

static int
remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(path);
}

static void
remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int
world_end(void **state)
{
    (void)state;
    if (chdir("..") != 0)
        return 1;
    remove_tree(directory);
    return 0;
}

static unsigned ncomplaints;

void
world_complain(const char *format, ...)
{
    char text[2000];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    print_message("# WRONG: %s\n", text);
    ncomplaints++;
}

void
world_judge(void)
{
    assert_int_equal(ncomplaints, 0);
}

bool
world_is_of_part(uint64_t number)
{
    const char *part = getenv("QUIRE_FAULTS_PART");
    char *slash = NULL;
    uint64_t which;
    uint64_t nparts;

    if (part == NULL)
        return true;
    which = strtoull(part, &slash, 10);
    nparts = *slash == '/' ? strtoull(slash + 1, NULL, 10) : 0;
    if (which == 0 || which > nparts)
        fail_msg("QUIRE_FAULTS_PART=%s: it is to be as 3/8", part);
    return number % nparts == which - 1;
}

bool
world_is_wanted(const char *title)
{
    static uint64_t ncases;
    const char *only = getenv("QUIRE_FAULTS_ONLY");

    return (only == NULL || strncmp(only, title, strlen(only)) == 0) && world_is_of_part(ncases++);
}

bool
world_is_store_wanted(const char *store)
{
    const char *only = getenv("QUIRE_FAULTS_STORE");

    return only == NULL || strcmp(only, store) == 0;
}

/* 0 for all. */
static uint64_t
factor(void)
{
    const char *wish = getenv("QUIRE_FAULTS_ONLY") == NULL ? getenv("QUIRE_FAULTS") : "all";

    return wish == NULL ? 1 : strcmp(wish, "all") == 0 ? 0 : strtoull(wish, NULL, 10);
}

bool
world_is_long(void)
{
    return factor() != 1;
}

uint64_t
world_share(uint64_t n, uint64_t want)
{
    const uint64_t times = factor();

    return times == 0 || n / times < want ? n : want * times;
}

uint64_t
world_pick(uint64_t i, uint64_t share, uint64_t n)
{
    return share < 2 ? n : 1 + i * (n - 1) / (share - 1);
}

/* ---- Articles ---- */

static void
write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static const char ferry[] =
    "Peace talks move to a ferry\n13 November 2025\n\n"
    "Peace talks went on aboard a car ferry after a storm put out the lights. \"It is a "
    "first,\" said the mediator. The prime minister of the islands did not sign.\n\n"
    "A ceasefire signed in August has held.\n\nRead more: Harbour board to vote\n"
    "Read more: Cholera in the camps\nRead more: Storm closes the port\n";

static const char harbour[] =
    "Harbour board votes\n14 November 2025\n\nThe board of the harbour voted for a new crane, "
    "which costs $4.5bn. The US mission told us nothing.\n";

static const char strike[] = "Strike at the port\n\nDockers went on strike over the crane. The "
                             "government of the country asked for talks.\n";

static const char storm[] = "Storm closes the port\n\nThe storm came at night, and the ceasefire "
                            "did not hold on the quay.\n";

#define BASE                                                                                       \
    "{\"id\":\"w1\",\"title\":\"Aid groups seek a seat\",\"date\":\"2025-11-16\",\"source\":"      \
    "\"Harbour Wire\",\"author\":\"Dana Whitcombe\",\"language\":\"en\",\"text\":\"Forty aid "     \
    "groups asked for a seat beside the Board of Peace. The ceasefire let in more lorries.\"}\n"   \
    "{\"id\":\"w2\",\"title\":\"Bread\",\"date\":\"2025-10-02\",\"source\":\"Commerce Feed\","     \
    "\"text\":\"Bread is dearer by 6.2% in the programme of the organisation.\"}\n"                \
    "{\"id\":\"copy\",\"title\":\"Aid groups ask\",\"source\":\"Lowland Journal\",\"text\":"       \
    "\"Forty aid groups asked for a seat beside the Board of Peace. The ceasefire let in more "    \
    "lorries.\"}\n"                                                                                \
    "{\"id\":\"w3\",\"title\":\"Bees\",\"source\":\"Harbour "                                      \
    "Wire\",\"url\":\"https://h.example/b\","                                                      \
    "\"section\":[\"Nature\"],\"text\":\"Bees moved into the ministry, which is theirs now.\"}\n"

static const char *const records[] = {
    [WORLD_FIRST] = BASE
    "{\"id\":\"w4\",\"title\":\"Vote\",\"date\":\"2025-11-01\",\"text\":\"They vote on Sunday.\"}\n"
    "{\"id\":\"w5\",\"title\":\"Gold\",\"text\":\"Gold stood at $4,080 an ounce.\"}\n",
    [WORLD_BEFORE] = BASE
    "{\"id\":\"w4\",\"title\":\"Vote\",\"date\":\"2025-11-02\",\"text\":\"They voted, and the "
    "prime minister won.\"}\n"
    "{\"id\":\"w6\",\"title\":\"Rain\",\"text\":\"Rain is expected over the islands.\"}\n",
    [WORLD_NOW] = BASE
    "{\"id\":\"w4\",\"title\":\"Vote\",\"date\":\"2025-11-03\",\"text\":\"The prime minister lost "
    "after all, said the board.\"}\n"
    "{\"id\":\"w7\",\"title\":\"Film\",\"date\":\"2025-11-20\",\"text\":\"A film about a crane won "
    "a prize.\"}\n",
};

void
world_set_sources(world_time time)
{
    if (mkdir("src", 0777) == 0) {
        write_file("src/ferry.txt", ferry);
        write_file("src/harbour.txt", harbour);
    }
    write_file("src/wire.jsonl", records[time]);
    if (time == WORLD_BEFORE)
        write_file("src/strike.txt", strike);
    if (time == WORLD_NOW) {
        write_file("src/storm.txt", storm);
        assert_int_equal(unlink("src/strike.txt"), 0);
    }
}

/* ---- Copies of an index, with its links ---- */

typedef struct {
    ino_t inode;
    char path[512];
} linked_file;

static linked_file linked[512];
static size_t nlinked;
static const char *copied_from;
static const char *copied_to;

static void
copy_file(const char *from, const char *to)
{
    char bytes[65536];
    const int in = open(from, O_RDONLY | O_CLOEXEC);
    const int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    ssize_t n;

    assert_true(in >= 0 && out >= 0);
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)n), n);
    assert_int_equal(n, 0);
    close(in);
    close(out);
}

static int
copy_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    char to[512];

    (void)place;
    assert_true(snprintf(to, sizeof to, "%s%s", copied_to, path + strlen(copied_from)) <
                (int)sizeof to);
    if (kind == FTW_D)
        return mkdir(to, 0777);
    for (size_t i = 0; i < nlinked && st->st_nlink > 1; i++)
        if (linked[i].inode == st->st_ino)
            return link(linked[i].path, to);
    copy_file(path, to);
    if (st->st_nlink > 1) {
        assert_true(nlinked < COUNT(linked));
        linked[nlinked].inode = st->st_ino;
        memcpy(linked[nlinked++].path, to, sizeof to);
    }
    return 0;
}

static void
copy_tree(const char *from, const char *to)
{
    nlinked = 0;
    copied_from = from;
    copied_to = to;
    assert_int_equal(nftw(from, copy_entry, 16, FTW_PHYS), 0);
}

/* ---- Running ---- */

static const char *
build_directory(void)
{
    const char *build = getenv("QUIRE_BUILD");

    return build != NULL ? build : "../.";
}

void
world_find_program(const char *name, char path_out[512])
{
    snprintf(path_out, 512, "%s/.libs/%s", build_directory(), name);
    if (access(path_out, X_OK) != 0)
        snprintf(path_out, 512, "%s/%s", build_directory(), name);
}

static void
find_library(char path_out[512])
{
    snprintf(path_out, 512, "%s/tests/faults/.libs/fault.so", build_directory());
}

/* The environment, with up to four words more. */
static char **
environment_with(char *const *words)
{
    size_t n = 0;
    char **made;

    while (environ[n] != NULL)
        n++;
    made = calloc(n + 5, sizeof *made);
    assert_non_null(made);
    memcpy(made, environ, n * sizeof *made);
    for (size_t i = 0; words[i] != NULL; i++)
        made[n++] = words[i];
    return made;
}

static void
read_whole(const char *path, buffer *out)
{
    assert_int_equal(file_read(AT_FDCWD, path, SIZE_MAX, out, NULL, NULL), QUIRE_OK);
}

/* Wait for a process; true where it had to be killed. */
static bool
wait_for(pid_t pid, int *status_out)
{
    const struct timespec pause = {0, 500000};
    const time_t start = time(NULL);
    bool is_hung = false;

    while (waitpid(pid, status_out, WNOHANG) == 0) {
        if (time(NULL) - start > MOST_SECONDS && !is_hung) {
            kill(pid, SIGKILL);
            is_hung = true;
        }
        nanosleep(&pause, NULL);
    }
    return is_hung;
}

static void
spawn(const char *const *command, char **environment, world_result *r)
{
    char path[512];
    int status = 0;
    pid_t pid;
    posix_spawn_file_actions_t actions;

    world_find_program(command[0], path);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    posix_spawn_file_actions_addopen(&actions, 2, "err", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(
        posix_spawn(&pid, path, &actions, NULL, (char *const *)(uintptr_t)command, environment), 0);
    posix_spawn_file_actions_destroy(&actions);
    r->is_hung = wait_for(pid, &status);
    r->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    buffer_clear(&r->out);
    buffer_clear(&r->err);
    read_whole("out", &r->out);
    read_whole("err", &r->err);
}

static void
run_with(const char *const *command, const char *name, const char *value, const char *name2,
         const char *value2, world_result *r)
{
    char library[512];
    char preload[600];
    char first[600];
    char second[600];
    char *words[5] = {preload};
    char **environment;

    find_library(library);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", library);
    snprintf(first, sizeof first, "%s=%s", name, value != NULL ? value : "");
    snprintf(second, sizeof second, "%s=%s", name2, value2 != NULL ? value2 : "");
    if (!is_loadable)
        words[0] = NULL;
    else if (value != NULL)
        words[1] = first;
    if (is_loadable && value2 != NULL)
        words[value != NULL ? 2 : 1] = second;
    environment = environment_with(words);
    spawn(command, environment, r);
    free(environment);
}

void
world_run(const char *const *command, const char *fault, const char *log, world_result *r)
{
    run_with(command, FAULT_WHAT, fault, FAULT_LOG, log, r);
}

void
world_free_result(world_result *r)
{
    buffer_free(&r->out);
    buffer_free(&r->err);
}

void
world_count(const world_operation *o, uint64_t counts[FAULT_KINDS])
{
    world_result r = {0};
    buffer bytes = {0};

    world_restore(o->start);
    unlink("counts");
    run_with(o->command, FAULT_COUNTS, "counts", "", NULL, &r);
    if (r.status > 1)
        fail_msg("%s: %s", o->name, r.err.bytes);
    read_whole("counts", &bytes);
    assert_int_equal(bytes.size, FAULT_KINDS * sizeof *counts);
    memcpy(counts, bytes.bytes, bytes.size);
    buffer_free(&bytes);
    world_free_result(&r);
}

/* Load it once, and see. */
static void
try_library(void)
{
    static const char *const command[] = {"quire-index", "--version", NULL};
    world_result r = {0};
    buffer bytes = {0};
    uint64_t counts[FAULT_KINDS] = {0};

    is_loadable = true;
    run_with(command, FAULT_COUNTS, "counts", "", NULL, &r);
    is_loadable = r.status == 0 && access("counts", R_OK) == 0;
    if (is_loadable) {
        read_whole("counts", &bytes);
        memcpy(counts, bytes.bytes, sizeof counts);
    }
    sees_memory = counts[FAULT_MEMORY] > 0;
    buffer_free(&bytes);
    world_free_result(&r);
}

bool
world_need_library(void)
{
    if (!is_loadable) {
        print_message("# the library cannot be loaded here\n");
        skip();
    }
    return sees_memory;
}

int
world_begin(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL || chdir(directory) != 0 || mkdir("states", 0777) != 0 ||
        mkdir("index", 0777) != 0)
        return 1;
    try_library();
    return 0;
}

/* ---- States and operations ---- */

#define INDEXING(...)                                                                              \
    {                                                                                              \
        "quire-index", "-q", "-d", WORLD_INDEX, "--threads=1", __VA_ARGS__, NULL                   \
    }

static const world_operation operations[] = {
    {"build", NULL, INDEXING("src"), NULL, "now"},
    {"build by threads", NULL, INDEXING("--threads=3", "src"), NULL, "now"},
    {"update", "before", INDEXING("--max-shrink=100", "src"), "before", "now"},
    {"merge", "many", INDEXING("--max-shrink=100", "src"), "many", "now"},
    {"rebuild", "before", INDEXING("--max-shrink=100", "--rebuild", "src"), "before", "now"},
    {"rollback", "now", INDEXING("--rollback"), "now", "before"},
    {.name = NULL},
};

const world_operation *
world_operations(void)
{
    return operations;
}

static void
state_path(const char *state, char path_out[64])
{
    snprintf(path_out, 64, "states/%s", state);
}

void
world_restore(const char *state)
{
    char path[64];

    remove_tree("index");
    assert_int_equal(mkdir("index", 0777), 0);
    if (state == NULL)
        return;
    state_path(state, path);
    copy_tree(path, WORLD_INDEX);
}

static void
save_state(const char *state)
{
    char path[64];

    state_path(state, path);
    remove_tree(path);
    copy_tree(WORLD_INDEX, path);
}

static void
build(const char *store)
{
    const char *command[] = {"quire-index",
                             "-q",
                             "-d",
                             WORLD_INDEX,
                             "--max-shrink=100",
                             "--threads=1",
                             "--store",
                             store != NULL ? store : "quire",
                             "src",
                             NULL};
    world_result r = {0};

    world_run(command, NULL, NULL, &r);
    if (r.status != 0)
        fail_msg("a build: %s", r.err.bytes);
    world_free_result(&r);
}

/* As many small updates as make the next one merge. */
static void
build_many(const char *store)
{
    char path[64];

    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "src/more%d.txt", i);
        write_file(path, i % 2 == 0 ? "Another crane came to the harbour.\n" : "Rain again.\n");
        build(store);
    }
    save_state("many");
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof path, "src/more%d.txt", i);
        assert_int_equal(unlink(path), 0);
    }
}

void
world_make_states(const char *store)
{
    static buffer answers;

    remove_tree("src");
    world_restore(NULL);
    world_set_sources(WORLD_FIRST);
    build(store);
    world_set_sources(WORLD_BEFORE);
    build(store);
    save_state("before");
    build_many(store);
    world_restore("before");
    world_set_sources(WORLD_NOW);
    build(store);
    save_state("now");
    /* What is compared must tell the states from each other. */
    assert_true(world_ask(WORLD_INDEX, &answers));
    world_restore("before");
    assert_false(world_is_state(WORLD_INDEX, "now"));
    assert_true(world_is_state(WORLD_INDEX, "before"));
}

/* ---- Judging ---- */

void
world_add_string(const char *string, buffer *out)
{
    assert_true(buffer_printf(out, "|%s", string != NULL ? string : "-"));
}

void
world_add_texts(const quire_hit *h, buffer *out)
{
    world_add_string(h->title, out);
    world_add_string(h->date, out);
    world_add_string(h->source, out);
    world_add_string(h->author, out);
    world_add_string(h->url, out);
    world_add_string(h->language, out);
    world_add_string(h->extra, out);
    world_add_string(h->path, out);
    assert_true(buffer_add(out, h->text, h->text_bytes));
}

static void
add_hit(const quire_hit *h, buffer *out)
{
    if (h->damage != NULL)
        world_add_string(h->damage, out);
    assert_true(buffer_printf(out, "%s#%" PRIu32 " %a %d %" PRIu64 "-%" PRIu64 " %" PRIu64,
                              h->article, h->passage, h->score, h->furniture, h->start, h->end,
                              h->copies_total));
    for (size_t i = 0; i < h->nmarks; i++)
        assert_true(buffer_printf(out, " %" PRIu32 "-%" PRIu32 ":%" PRIu32, h->marks[i].start,
                                  h->marks[i].end, h->marks[i].clause));
    world_add_texts(h, out);
    assert_true(buffer_add_char(out, '\n'));
}

static void
add_results(quire_results *results, buffer *out)
{
    assert_true(buffer_printf(out, "%" PRIu64 "\n", quire_results_count(results)));
    for (size_t i = 0; i < quire_results_size(results); i++)
        add_hit(quire_results_hit(results, i), out);
    for (size_t i = 0; i < quire_results_nnotes(results); i++)
        world_add_string(quire_results_note(results, i)->text, out);
    quire_results_free(results);
}

static void
ask_query(quire_index *index, const char *query, const quire_search_options *o, buffer *out)
{
    quire_results *results = NULL;
    quire_error err = {0};

    assert_true(buffer_printf(out, "%s: ", query));
    if (quire_search(index, query, strlen(query), o, &results, &err) == QUIRE_OK)
        add_results(results, out);
    else
        world_add_string(err.message, out);
}

static void
ask_queries(quire_index *index, buffer *out)
{
    static const char *const queries[] = {"ceasefire",
                                          "board of peace",
                                          "\"prime minister\"",
                                          "+US -us",
                                          "cran*",
                                          "harbor",
                                          "source:\"Harbour Wire\" peace",
                                          "title:vote",
                                          "storm NEAR/9 night",
                                          "date:2025-11-03 board",
                                          "programme",
                                          "rain OR gold OR film OR dockers OR bees OR bread"};
    quire_search_options o;

    quire_search_options_init(&o);
    o.max_hits = 100;
    o.count = true;
    for (size_t i = 0; i < COUNT(queries); i++) {
        o.furniture = i % 4 == 0;
        o.show_copies = i % 2 == 1;
        o.unit = i % 4 == 2 ? QUIRE_UNIT_ARTICLE : QUIRE_UNIT_PASSAGE;
        ask_query(index, queries[i], &o, out);
    }
}

static void
ask_articles(quire_index *index, buffer *out)
{
    static const char *const ids[] = {"ferry", "harbour", "strike", "storm", "w1", "w2",   "copy",
                                      "w3",    "w4",      "w5",     "w6",    "w7", "more0"};
    quire_results *results = NULL;
    quire_completions *c = NULL;
    quire_error err = {0};

    for (size_t i = 0; i < COUNT(ids); i++) {
        if (quire_show(index, ids[i], NULL, 0, NULL, &results, &err) == QUIRE_OK)
            add_results(results, out);
        else
            world_add_string(err.message, out);
    }
    if (quire_complete(index, "c", 1, 20, &c, &err) != QUIRE_OK) {
        world_add_string(err.message, out);
        return;
    }
    for (size_t i = 0; i < quire_completions_size(c); i++)
        world_add_string(quire_completions_text(c, i), out);
    quire_completions_free(c);
}

bool
world_ask(const char *path, buffer *answers)
{
    quire_index *index = NULL;
    quire_error err = {0};
    const quire_status status = quire_index_open(path, &index, &err);

    buffer_clear(answers);
    if (status == QUIRE_ENOINDEX)
        return false;
    if (status != QUIRE_OK) {
        world_add_string(err.message, answers);
        return true;
    }
    ask_queries(index, answers);
    ask_articles(index, answers);
    quire_index_close(index);
    return true;
}

const buffer *
world_answers(const char *state)
{
    static struct {
        const char *state;
        struct stat st;
        buffer answers;
    } known[8];
    char path[64];
    struct stat st;
    size_t i = 0;

    state_path(state, path);
    assert_int_equal(stat(path, &st), 0);
    while (i < COUNT(known) && known[i].state != NULL &&
           (strcmp(known[i].state, state) != 0 || known[i].st.st_ino != st.st_ino))
        i++;
    assert_true(i < COUNT(known));
    if (known[i].state == NULL) {
        known[i].state = state;
        known[i].st = st;
        assert_true(world_ask(path, &known[i].answers));
    }
    return &known[i].answers;
}

bool
world_is_state(const char *index, const char *state)
{
    buffer got = {0};
    bool is = false;

    if (state == NULL)
        return !world_ask(index, &got);
    if (world_ask(index, &got)) {
        const buffer *wanted = world_answers(state);

        is = got.size == wanted->size && memcmp(got.bytes, wanted->bytes, got.size) == 0;
    }
    buffer_free(&got);
    return is;
}

void
world_list(const char *index, buffer *names)
{
    struct dirent **entries = NULL;
    const int n = scandir(index, &entries, NULL, alphasort);

    buffer_clear(names);
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;

        if (name[0] != '.' && strcmp(name, "lock") != 0 && strcmp(name, "last-run") != 0)
            assert_true(buffer_printf(names, " %s", name));
        free(entries[i]);
    }
    free(entries);
    assert_true(buffer_add_char(names, '\0'));
}

static void
on_fault(void *closure, const char *file, const char *what)
{
    assert_true(buffer_printf(closure, "%s: %s; ", file, what));
}

static void
check_generation(const char *path, buffer *why)
{
    arena *a = arena_new();
    manifest m;
    quire_error err = {0};

    assert_non_null(a);
    if (manifest_read(path, NULL, a, &m, &err) != QUIRE_OK ||
        manifest_check_files(path, &m, NULL, on_fault, why, &err) != QUIRE_OK)
        assert_true(buffer_printf(why, "%s: %s; ", path, err.message));
    arena_free(a);
}

bool
world_is_clean(const char *index, buffer *why)
{
    const quire_verify_options o = {.fault = on_fault, .closure = why};
    quire_error err = {0};
    buffer names = {0};
    char path[512];
    unsigned ngenerations = 0;

    buffer_clear(why);
    if (quire_build_verify(index, &o, NULL, &err) != QUIRE_OK)
        assert_true(buffer_printf(why, "%s; ", err.message));
    world_list(index, &names);
    for (char *name = strtok(names.bytes, " "); name != NULL; name = strtok(NULL, " ")) {
        snprintf(path, sizeof path, "%s/%s", index, name);
        if (strncmp(name, "gen-", 4) == 0) {
            ngenerations++;
            check_generation(path, why);
        } else if (strcmp(name, "XAPIANDB") != 0) {
            assert_true(buffer_printf(why, "%s is left; ", name));
        }
    }
    if (ngenerations > 2)
        assert_true(buffer_printf(why, "%u generations are left; ", ngenerations));
    buffer_free(&names);
    return why->size == 0;
}

void
world_judge_next_run(const char *title)
{
    static const char *const command[] = {
        "quire-index", "-q", "-d", WORLD_INDEX, "--threads=1", "--max-shrink=100", "src", NULL};
    world_result r = {0};
    buffer why = {0};

    world_run(command, NULL, NULL, &r);
    if (r.status != 0)
        world_complain("%s: the next run: status %d, %s", title, r.status, r.err.bytes);
    if (!world_is_state(WORLD_INDEX, "now"))
        world_complain("%s: the next run made another index", title);
    if (!world_is_clean(WORLD_INDEX, &why))
        world_complain("%s: after the next run: %s", title, why.bytes);
    buffer_free(&why);
    world_free_result(&r);
}
