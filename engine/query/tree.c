/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.c - a query tree as text.  What a line holds:
 *
 *   required phrase "board of peace" [board of peac] clause 2
 *
 * the role in the list, the kind, the surfaces (of a compound with a hyphen between them, of a
 * phrase in quotes, a number with the sign that it demands), the stems, and the number that
 * marks carry.  The root has no role to show.  Tests hold whole prints: do not change them lightly.
 */
#include "query/tree.h"

#include "base/buffer.h"

static const char *
role_name(query_role role)
{
    static const char *const names[] = {
        [ROLE_REQUIRED] = "required",
        [ROLE_OPTIONAL] = "optional",
        [ROLE_SUPPORTING] = "supporting",
        [ROLE_EXCLUDED] = "excluded",
    };

    return names[role];
}

static const char *
kind_name(query_kind kind)
{
    static const char *const names[] = {
        [QUERY_WORD] = "word",
        [QUERY_COMPOUND] = "compound",
        [QUERY_PHRASE] = "phrase",
        [QUERY_LIST] = "list",
    };

    return names[kind];
}

static bool
print_surfaces(const query_node *leaf, buffer *out)
{
    const char *between = leaf->kind == QUERY_COMPOUND ? "-" : " ";
    const char *around = leaf->kind == QUERY_PHRASE ? "\"" : "";
    bool is_fine = buffer_add_string(out, " ") && buffer_add_string(out, around);

    for (uint32_t i = 0; i < leaf->nwords && is_fine; i++) {
        const query_word *word = &leaf->words[i];
        const char *form = word->extra_bytes > 0 ? word->extra : word->surface;

        is_fine = (i == 0 || buffer_add_string(out, between)) && buffer_add_string(out, form);
    }
    return is_fine && buffer_add_string(out, around);
}

static bool
print_stems(const query_node *leaf, buffer *out)
{
    bool is_fine = buffer_add_string(out, " [");

    for (uint32_t i = 0; i < leaf->nwords && is_fine; i++)
        is_fine =
            (i == 0 || buffer_add_string(out, " ")) && buffer_add_string(out, leaf->words[i].stem);
    return is_fine && buffer_add_string(out, "]");
}

/* As deep as the tree, which the parser bounds. */
static bool
print_node(const query_node *node, unsigned depth, buffer *out)
{
    bool is_fine = true;

    for (unsigned i = 0; i < depth && is_fine; i++)
        is_fine = buffer_add_string(out, "  ");
    if (depth > 0)
        is_fine = is_fine && buffer_printf(out, "%s ", role_name(node->role));
    is_fine = is_fine && buffer_add_string(out, kind_name(node->kind));
    if (node->kind != QUERY_LIST)
        is_fine = is_fine && print_surfaces(node, out) && print_stems(node, out) &&
                  buffer_printf(out, " clause %u", (unsigned)node->clause);
    is_fine = is_fine && buffer_add_string(out, "\n");
    for (uint32_t i = 0; i < node->nchildren && is_fine; i++)
        is_fine = print_node(node->children[i], depth + 1, out);
    return is_fine;
}

char *
query_tree_print(const query_tree *tree, arena *a)
{
    char *print = NULL;
    buffer out = {0};

    if (tree->root == NULL)
        print = arena_copy(a, "nothing\n", 8);
    else if (print_node(tree->root, 0, &out))
        print = arena_copy(a, out.bytes, out.size);
    buffer_free(&out);
    return print;
}
