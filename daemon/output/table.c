/* table - rows of text in columns that fit the terminal; see table.h */
#include "daemon/output/table.h"

#include <glib.h>
#include <inttypes.h>

#include "daemon/output/terminal.h"

#define GAP_COLUMNS 2

struct table {
	const struct table_column *columns;
	size_t count;
	GPtrArray *cells; /* char * */
};

struct table *table_new(const struct table_column *columns, size_t count)
{
	struct table *table = g_new0(struct table, 1);

	table->columns = columns;
	table->count = count;
	table->cells = g_ptr_array_new_with_free_func(g_free);
	return table;
}

void table_free(struct table *table)
{
	if (table == NULL)
		return;
	g_ptr_array_unref(table->cells);
	g_free(table);
}

void table_add(struct table *table, struct view text)
{
	g_ptr_array_add(table->cells, g_strndup(text.ptr != NULL ? text.ptr : "", text.len));
}

void table_add_number(struct table *table, int64_t number)
{
	g_ptr_array_add(table->cells, g_strdup_printf("%" PRId64, number));
}

static struct view cell(const struct table *table, size_t i)
{
	return view_str(table->cells->pdata[i]);
}

static void measure(const struct table *table, int *widths)
{
	for (size_t c = 0; c < table->count; c++)
		widths[c] = terminal_width(view_str(table->columns[c].title));
	for (size_t i = 0; i < table->cells->len; i++) {
		size_t c = i % table->count;

		widths[c] = MAX(widths[c], terminal_width(cell(table, i)));
	}
}

/* The column that is widest in relation to its weight; `count` if none can be narrowed. */
static size_t widest(const struct table *table, const int *widths)
{
	size_t found = table->count;

	for (size_t c = 0; c < table->count; c++) {
		int weight = table->columns[c].weight;

		if (weight == 0 || widths[c] <= 1)
			continue;
		if (found == table->count ||
		    widths[c] * table->columns[found].weight > widths[found] * weight)
			found = c;
	}
	return found;
}

static void fit(const struct table *table, int *widths, int room)
{
	int total = GAP_COLUMNS * ((int)table->count - 1);

	for (size_t c = 0; c < table->count; c++)
		total += widths[c];
	for (; total > room; total--) {
		size_t c = widest(table, widths);

		if (c == table->count)
			return;
		widths[c]--;
	}
}

static void print_blanks(FILE *to, int count)
{
	for (int i = 0; i < count; i++)
		(void)putc(' ', to);
}

/*
 * Print a line of cells, the last one not padded.  It ends early if there is no room for all cells.
 */
static void print_line(const struct table *table, FILE *to, const struct view *cells,
		       const int *widths, int room)
{
	int blanks = 0; /* to be printed before the next character */

	for (size_t c = 0; c < table->count && room > 0; c++) {
		int width = MIN(widths[c], room);
		int filled = MIN(terminal_width(cells[c]), width);

		if (table->columns[c].to_the_right)
			blanks += width - filled;
		if (filled > 0) {
			print_blanks(to, blanks);
			terminal_print_cut(to, cells[c], width);
			blanks = 0;
		}
		if (!table->columns[c].to_the_right)
			blanks += width - filled;
		blanks += GAP_COLUMNS;
		room -= width + GAP_COLUMNS;
	}
	(void)putc('\n', to);
}

void table_print(const struct table *table, FILE *to, int width)
{
	g_autofree int *widths = g_new0(int, table->count);
	g_autofree struct view *line = g_new0(struct view, table->count);
	int room = width > 0 ? width : INT_MAX;

	measure(table, widths);
	fit(table, widths, room);
	for (size_t c = 0; c < table->count; c++)
		line[c] = view_str(table->columns[c].title);
	print_line(table, to, line, widths, room);
	for (size_t i = 0; i + table->count <= table->cells->len; i += table->count) {
		for (size_t c = 0; c < table->count; c++)
			line[c] = cell(table, i + c);
		print_line(table, to, line, widths, room);
	}
}
