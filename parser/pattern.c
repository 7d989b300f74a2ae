/* pattern - regular expressions out of the database; see pattern.h */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "parser/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

#include "parser/text.h"

struct pattern {
	pcre2_code *code;
	pcre2_match_context *context;
};

struct pattern *pattern_new(struct view text, const char **ret_error)
{
	static _Thread_local PCRE2_UCHAR message[256];
	struct pattern *pattern = calloc(1, sizeof(*pattern));
	pcre2_compile_context *compile = pcre2_compile_context_create(NULL);
	PCRE2_SIZE offset;
	int error = 0;

	*ret_error = "out of memory";
	if (pattern != NULL && compile != NULL) {
		(void)pcre2_set_newline(compile, PCRE2_NEWLINE_LF);
		pattern->code =
			pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
				      PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS |
					      PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX,
				      &error, &offset, compile);
	}
	pcre2_compile_context_free(compile);
	if (pattern == NULL || pattern->code == NULL) {
		if (error != 0 &&
		    pcre2_get_error_message(error, message, sizeof(message)) > 0)
			*ret_error = (const char *)message;
		pattern_free(pattern);
		return NULL;
	}
	/* Without JIT (memory may not be made executable) it is slower, and the same. */
	(void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
	pattern->context = pcre2_match_context_create(NULL);
	if (pattern->context == NULL) {
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
	pcre2_match_context_free(pattern->context);
	free(pattern);
}

static bool match_at(const struct pattern *pattern, pcre2_match_data *match,
		     struct view subject, size_t at, size_t *ret_start, size_t *ret_end)
{
	PCRE2_SIZE *range;

	/* What comes here is text, so valid UTF-8: the check would cost as much as the match. */
	if (pcre2_match(pattern->code, (PCRE2_SPTR)subject.ptr, subject.len, at,
			PCRE2_NO_UTF_CHECK, match, pattern->context) < 0)
		return false;
	range = pcre2_get_ovector_pointer(match);
	*ret_start = range[0];
	*ret_end = range[1];
	return true;
}

bool pattern_matches(const struct pattern *pattern, struct view subject)
{
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	size_t start, end;
	bool matches =
		match != NULL &&
		match_at(pattern, match, subject.ptr != NULL ? subject : VIEW(""), 0,
			 &start, &end);

	pcre2_match_data_free(match);
	return matches;
}

size_t pattern_count(const struct pattern *pattern, struct view subject)
{
	size_t count = 0, at = 0, start, end, n;
	pcre2_match_data *match;

	if (subject.ptr == NULL)
		return 0;
	match = pcre2_match_data_create(1, NULL);
	while (match != NULL && at <= subject.len &&
	       match_at(pattern, match, subject, at, &start, &end)) {
		count++;
		at = end;
		if (end == start && end < subject.len) {
			(void)text_char(view_skip(subject, end), &n);
			at += n;
		} else if (end == start) {
			break;
		}
	}
	pcre2_match_data_free(match);
	return count;
}
