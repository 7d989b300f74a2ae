/*
 * test_scalar - texts and whole numbers in requests, as Python has them; see daemon/httpd/scalar.h
 */
#include "tests/unit/check.h"

#include <inttypes.h>
#include <stdio.h>

#include "daemon/httpd/scalar.h"

static struct view text_of(struct arena *arena, struct view source)
{
	json_t *json = json_loadb(source.ptr, source.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	g_autoptr(GString) text = NULL;

	assert_non_null(json);
	if (!scalar_text(json, &text))
		text = g_string_new("none");
	json_decref(json);
	return arena_copy(arena, view_of(text->str, text->len));
}

static const struct check_case texts[] = {
	{ "a string", V("\"a b\""), V("a b") },
	{ "with NUL", V("\"a\\u0000\""), V("a\0") },
	{ "a number", V("-17"), V("-17") },
	{ "a real number", V("1.5"), V("1.5") },
	{ "a real number that is whole", V("1.0"), V("1.0") },
	{ "minus zero", V("-0.0"), V("-0.0") },
	{ "as few digits as needed", V("0.1"), V("0.1") },
	{ "all 17 digits", V("0.30000000000000004"), V("0.30000000000000004") },
	{ "large", V("1e15"), V("1000000000000000.0") },
	{ "larger", V("1e16"), V("1e+16") },
	{ "small", V("0.0001"), V("0.0001") },
	{ "smaller", V("0.000012"), V("1.2e-05") },
	{ "true", V("true"), V("none") },
	{ "null", V("null"), V("none") },
	{ "a list", V("[1]"), V("none") },
};

static struct view number_of(struct arena *arena, struct view text)
{
	char words[32] = "none";
	int64_t number;

	if (scalar_number(text, &number))
		(void)snprintf(words, sizeof(words), "%" PRId64, number);
	return arena_copy(arena, view_str(words));
}

static const struct check_case numbers[] = {
	{ "digits", V("42"), V("42") },
	{ "leading zeros", V("007"), V("7") },
	{ "a sign", V("+4"), V("4") },
	{ "minus", V("-4"), V("-4") },
	{ "white space around", V(" \t4\xC2\xA0"), V("4") },
	{ "too large", V("99999999999999999999"), V("9223372036854775807") },
	{ "too small", V("-99999999999999999999"), V("-9223372036854775807") },
	{ "nothing", V(""), V("none") },
	{ "only a sign", V("-"), V("none") },
	{ "two signs", V("--4"), V("none") },
	{ "a point", V("4.0"), V("none") },
	{ "a blank within", V("4 2"), V("none") },
};

RUN(EACH(text_of, texts), EACH(number_of, numbers))
