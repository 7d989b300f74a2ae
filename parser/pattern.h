/*
 * pattern - regular expressions from the database: subject_match and tags
 *
 * PCRE2 with UTF, UCP and newline LF, always ignoring case and with ^ and $ at every line.
 * Administrators write the patterns, but mail determines how long they run, so each match has
 * limits; a pattern that reaches them does not match, or matches no further text.  Several threads
 * may use a pattern at the same time.
 */
#ifndef PARSER_PATTERN_H
#define PARSER_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "parser/view.h"

/* PCRE2's own limits of steps and of memory (pcre2api(3), pcre2_set_match_limit). */
#define PATTERN_MATCH_LIMIT    1000000
#define PATTERN_DEPTH_LIMIT    10000
#define PATTERN_HEAP_LIMIT_KIB 16384

/*
 * PCRE2's limits apply to one start position and do not count how far `\s*` runs.  Many start
 * positions with a long run at each take time that grows with the square of the text's length.  In
 * a text longer than the first of these limits, every step and every byte passed is therefore
 * counted, and the search ends when the count reaches the second limit (after at most a second).  A
 * search may run inside a transaction.
 */
#define PATTERN_PLAIN_BYTES ((size_t)8 << 10)
#define PATTERN_STEPS_MAX   20000000

struct pattern;

/*
 * Compile `text`, which is UTF-8.  NULL if it is not a regular expression or memory is short;
 * *ret_error is then a message, static or valid until the next call in this thread.
 */
struct pattern *pattern_new(struct view text, const char **ret_error);
void pattern_free(struct pattern *pattern);

/* Whether the pattern matches in `subject`, which is valid UTF-8; an absent one counts as empty. */
bool pattern_matches(const struct pattern *pattern, struct view subject);

/* How often the pattern matches in `subject` (valid UTF-8), without overlaps; 0 if it is absent. */
size_t pattern_count(const struct pattern *pattern, struct view subject);

#endif
