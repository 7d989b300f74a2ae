/* option_value - values of options that several commands have; see option_value.h */
#include "daemon/option_value.h"

#include <glib.h>
#include <string.h>

#include "daemon/address.h"
#include "daemon/log.h"
#include "daemon/output/span.h"

bool option_name(void *field, const struct option_row *row, const char *value)
{
	return value[0] != '\0' && option_text(field, row, value);
}

bool option_list(void *field, const struct option_row *row, const char *value)
{
	GPtrArray **values = field;

	(void)row;
	g_ptr_array_add(*values, (gpointer)(uintptr_t)value);
	return value[0] != '\0';
}

bool option_address(void *field, const struct option_row *row, const char *value)
{
	struct address_list *list = field;

	(void)row;
	if (list->count == ADDRESS_LIST_MAX || !address_is_well_formed(value))
		return false;
	list->items[list->count++] = value;
	return true;
}

bool option_switch(void *field, const struct option_row *row, const char *value)
{
	return option_text(field, row, value) &&
	       (strcmp(value, "on") == 0 || strcmp(value, "off") == 0);
}

bool option_day(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	return span_parse_day(value, field);
}

bool option_url(void *field, const struct option_row *row, const char *value)
{
	const char *host = strstr(value, "://");

	if (!g_str_has_prefix(value, "http://") && !g_str_has_prefix(value, "https://"))
		return false;
	for (const char *p = value; *p != '\0'; p++)
		if (!g_ascii_isgraph(*p) || strchr("<>\"", *p) != NULL)
			return false;
	return host[3] != '\0' && host[3] != '/' && !g_str_has_suffix(value, "/") &&
	       option_text(field, row, value);
}

bool option_level(void *field, const struct option_row *row, const char *value)
{
	int priority = log_priority(value);

	(void)row;
	*(int *)field = priority;
	return priority >= 0;
}
