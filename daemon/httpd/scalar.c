/* scalar - texts and whole numbers in requests; see scalar.h */
#include "daemon/httpd/scalar.h"

#include <string.h>

#include "parser/text.h"

/* 17 digits distinguish all numbers of type double. */
#define DIGITS_MAX 17

/* Python writes numbers from 1e16 on with an exponent. */
#define EXPONENT_SHOWN 16

bool scalar_number(struct view text, int64_t *ret_number)
{
	bool is_negative;
	int64_t number;

	text = text_trim(text);
	is_negative = view_starts(text, VIEW("-"));
	if (is_negative || view_starts(text, VIEW("+")))
		text = view_skip(text, 1);
	for (size_t i = 0; i < text.len; i++)
		if (!view_is_digit(text.ptr[i]))
			return false;
	if (text.len == 0)
		return false;
	if (!view_number(text, INT64_MAX, &number))
		number = INT64_MAX;
	*ret_number = is_negative ? -number : number;
	return true;
}

static void append_real(GString *text, double number)
{
	char digits[64];
	int precision = 0;
	int64_t exponent = 0;

	do {
		g_snprintf(digits, sizeof(digits), "%.*e", precision++, number);
	} while (precision < DIGITS_MAX && g_ascii_strtod(digits, NULL) != number);
	(void)scalar_number(view_str(strchr(digits, 'e') + 1), &exponent);
	if (exponent < -4 || exponent >= EXPONENT_SHOWN)
		g_string_append(text, digits);
	else
		g_string_append_printf(text, "%.*f", (int)MAX(precision - 1 - exponent, 1), number);
}

bool scalar_text(const json_t *json, GString **ret_text)
{
	GString *text;

	if (!json_is_string(json) && !json_is_number(json))
		return false;
	text = g_string_new(NULL);
	if (json_is_string(json))
		g_string_append_len(text, json_string_value(json),
				    (gssize)json_string_length(json));
	else if (json_is_integer(json))
		g_string_printf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
	else
		append_real(text, json_real_value(json));
	*ret_text = text;
	return true;
}
