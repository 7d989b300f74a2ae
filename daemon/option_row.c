/* option_row - values of options; see option_row.h */
#include "daemon/option_row.h"

#include <glib.h>
#include <string.h>

#include "parser/view.h"

bool option_flag(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	(void)value;
	*(bool *)field = true;
	return true;
}

bool option_text(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	*(const char **)field = value;
	return true;
}

bool option_number(void *field, const struct option_row *row, const char *value)
{
	int64_t number;
	int32_t small;

	if (!view_number(view_str(value), row->max, &number) || number < row->min)
		return false;
	small = (int32_t)number;
	g_assert(row->bytes == sizeof(number) || row->bytes == sizeof(small));
	if (row->bytes == sizeof(number))
		memcpy(field, &number, sizeof(number));
	else
		memcpy(field, &small, sizeof(small));
	return true;
}
