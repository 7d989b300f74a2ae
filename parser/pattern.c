/* pattern - regular expressions from the database; see pattern.h */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "parser/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

#include "parser/text.h"

struct pattern {
	pcre2_code *code;
	pcre2_code *counted; /* the same, which calls count_step() before each of its items */
	pcre2_match_context *context;
};

/* The number of steps that a search may still take. */
struct budget {
	size_t steps_left;
	size_t position;
};

/* One search in one text. */
struct search {
	const pcre2_code *code;
	pcre2_match_context *context;
	pcre2_match_data *match;
	struct view subject;
	struct budget budget;
};

static int count_step(pcre2_callout_block *block, void *data)
{
	struct budget *budget = data;
	size_t now = block->current_position, before = budget->position;
	size_t steps = 1 + (now > before ? now - before : before - now);

	budget->position = now;
	if (steps > budget->steps_left)
		return PCRE2_ERROR_MATCHLIMIT;
	budget->steps_left -= steps;
	return 0;
}

/* Compile to machine code if memory may be made executable; otherwise the same search is slower. */
static pcre2_code *compile(struct view text, uint32_t options, int *ret_error)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	PCRE2_SIZE offset;

	if (context == NULL)
		return NULL;
	(void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	code = pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
			     PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_MULTILINE |
				     PCRE2_ALT_CIRCUMFLEX | options,
			     ret_error, &offset, context);
	pcre2_compile_context_free(context);
	if (code != NULL)
		(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

/* False if it is not a regular expression or memory is short. */
static bool fill(struct pattern *pattern, struct view text, int *ret_error)
{
	pattern->code = compile(text, 0, ret_error);
	if (pattern->code == NULL)
		return false;
	pattern->counted = compile(text, PCRE2_AUTO_CALLOUT, ret_error);
	if (pattern->counted == NULL)
		return false;
	*ret_error = 0; /* from here on, only memory can be missing */
	pattern->context = pcre2_match_context_create(NULL);
	return pattern->context != NULL;
}

struct pattern *pattern_new(struct view text, const char **ret_error)
{
	static _Thread_local PCRE2_UCHAR message[256];
	struct pattern *pattern = calloc(1, sizeof(*pattern));
	int error = 0;

	*ret_error = "out of memory";
	if (pattern == NULL)
		return NULL;
	if (!fill(pattern, text, &error)) {
		if (error != 0 && pcre2_get_error_message(error, message, sizeof(message)) > 0)
			*ret_error = (const char *)message;
		pattern_free(pattern);
		return NULL;
	}
	(void)pcre2_set_match_limit(pattern->context, PATTERN_MATCH_LIMIT);
	(void)pcre2_set_depth_limit(pattern->context, PATTERN_DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(pattern->context, PATTERN_HEAP_LIMIT_KIB);
	return pattern;
}

void pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free(pattern->code);
	pcre2_code_free(pattern->counted);
	pcre2_match_context_free(pattern->context);
	free(pattern);
}

static void search_done(struct search *search)
{
	pcre2_match_data_free(search->match);
	pcre2_match_context_free(search->context);
}

/* False if memory is short; search_done() must be called in both cases. */
static bool search_init(struct search *search, const struct pattern *pattern, struct view subject)
{
	bool is_counted = subject.len > PATTERN_PLAIN_BYTES;

	*search = (struct search){
		.code = is_counted ? pattern->counted : pattern->code,
		.context = pcre2_match_context_copy(pattern->context),
		.match = pcre2_match_data_create(1, NULL),
		.subject = subject,
		.budget = { PATTERN_STEPS_MAX, 0 },
	};
	if (search->context != NULL && is_counted)
		(void)pcre2_set_callout(search->context, count_step, &search->budget);
	return search->context != NULL && search->match != NULL;
}

static bool search_next(struct search *search, size_t at, size_t *ret_start, size_t *ret_end)
{
	PCRE2_SIZE *range;

	/* Text is valid UTF-8, and PCRE2's check would cost as much as the match. */
	if (pcre2_match(search->code, (PCRE2_SPTR)search->subject.ptr, search->subject.len, at,
			PCRE2_NO_UTF_CHECK, search->match, search->context) < 0)
		return false;
	range = pcre2_get_ovector_pointer(search->match);
	*ret_start = range[0];
	*ret_end = range[1];
	return true;
}

bool pattern_matches(const struct pattern *pattern, struct view subject)
{
	struct search search;
	size_t start, end;
	bool matches = search_init(&search, pattern, subject.ptr != NULL ? subject : VIEW("")) &&
		       search_next(&search, 0, &start, &end);

	search_done(&search);
	return matches;
}

size_t pattern_count(const struct pattern *pattern, struct view subject)
{
	size_t count = 0, at = 0, start, end, n;
	struct search search;
	bool goes_on;

	if (subject.ptr == NULL)
		return 0;
	goes_on = search_init(&search, pattern, subject);
	while (goes_on && at <= subject.len && search_next(&search, at, &start, &end)) {
		count++;
		at = end;
		goes_on = end > start || end < subject.len;
		if (end == start && end < subject.len) {
			(void)text_char(view_skip(subject, end), &n);
			at += n;
		}
	}
	search_done(&search);
	return count;
}
