/* test_decimal - decimal numbers; see daemon/output/decimal.h */
#include "tests/unit/check.h"

#include <glib.h>
#include <stdlib.h>

#include "daemon/output/decimal.h"

/* A case is WIDTH|NUMBER. */
static struct view decimal(struct arena *arena, struct view text)
{
	GString *out = g_string_new(NULL);
	struct view number, width = check_pair(text, &number), result;

	decimal_append(out, g_ascii_strtoll(number.ptr, NULL, 10),
		       g_ascii_strtoull(width.ptr, NULL, 10));
	result = arena_copy(arena, view_of(out->str, out->len));
	g_string_free(out, TRUE);
	return result;
}

static const struct check_case decimals[] = {
	{ "zero", V("1|0"), V("0") },
	{ "digits", V("1|1234567890"), V("1234567890") },
	{ "negative", V("1|-7"), V("-7") },
	{ "greatest", V("1|9223372036854775807"), V("9223372036854775807") },
	{ "least", V("1|-9223372036854775808"), V("-9223372036854775808") },
	{ "zeros before it", V("6|42"), V("000042") },
	{ "zeros alone", V("2|0"), V("00") },
	{ "longer than the width", V("2|123"), V("123") },
	{ "the sign is not a digit", V("4|-12"), V("-0012") },
	{ "the widest", V("19|5"), V("0000000000000000005") },
};

RUN(EACH(decimal, decimals))
