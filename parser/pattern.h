/*
 * pattern - regular expressions out of the database: subject_match and tags
 *
 * PCRE2 with UTF, UCP and newline LF, always ignoring case and with ^ and $ at every line.
 * Whoever runs the tracker writes these, but mail decides how long they run, so each match
 * has limits; a pattern that reaches them does not match, or not more often.  A pattern may be
 * used by several threads at once.
 */
#ifndef PARSER_PATTERN_H
#define PARSER_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "parser/view.h"

/* PCRE2's own counts of steps and of memory (pcre2api(3), pcre2_set_match_limit). */
#define PATTERN_MATCH_LIMIT    1000000
#define PATTERN_DEPTH_LIMIT    10000
#define PATTERN_HEAP_LIMIT_KIB 16384

/*
 * PCRE2's limits are for one place to start from, and do not count how far `\s*` runs: many
 * places and a long run at each make the square of the text's length.  A text that is longer
 * than the first of these is therefore gone through with every step counted, and bytes passed;
 * after so many (a second or less) the search ends as it is.  It may be made inside a transaction.
 */
#define PATTERN_PLAIN_BYTES ((size_t)8 << 10)
#define PATTERN_STEPS_MAX   20000000

struct pattern;

/*
 * NULL if `text` is no regular expression; *ret_error then says why (static or until the next
 * call in this thread).
 */
struct pattern *pattern_new(struct view text, const char **ret_error);
void pattern_free(struct pattern *pattern);

/* Whether it matches anywhere in `subject`. */
bool pattern_matches(const struct pattern *pattern, struct view subject);

/* How often it matches, matches not overlapping. */
size_t pattern_count(const struct pattern *pattern, struct view subject);

#endif
