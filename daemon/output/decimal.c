/* decimal - decimal numbers; see decimal.h */
#include "daemon/output/decimal.h"

#include "daemon/output/append.h"

void decimal_append(GString *to, int64_t value, size_t width)
{
	char digits[DECIMAL_DIGITS_MAX];
	size_t at = sizeof(digits);
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	g_assert(width <= sizeof(digits));
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0 || sizeof(digits) - at < width);
	if (value < 0)
		g_string_append_c(to, '-');
	append_view(to, view_of(digits + at, sizeof(digits) - at));
}
