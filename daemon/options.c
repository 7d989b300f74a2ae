/* options - parses the command line of a command; see options.h */
#include "daemon/options.h"

#include <getopt.h>
#include <glib.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "parser/view.h"

enum { OPT_HELP = 256, OPT_ROW };

static const struct option_row help_row = { .name = "help", .help = "show this help" };

/* ---- rows */

static size_t count_rows(const struct command_line *line)
{
	return line->row_count + line->shared_rows;
}

/* The rows of the command come first. */
static const struct option_row *row_at(const struct command_line *line, size_t i)
{
	return i < line->row_count ? &line->rows[i] : &line->shared[i - line->row_count];
}

static void *field_of(const struct command_line *line, size_t i, void *options)
{
	size_t base = i < line->row_count ? 0 : line->store_offset;

	return (char *)options + base + row_at(line, i)->offset;
}

/* ---- help */

/* The left column of --help. */
static char *format_row(const struct option_row *row)
{
	char letter[8] = "    ";

	if (row->letter != '\0')
		g_snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	return g_strdup_printf("  %s--%s%s%s", letter, row->name, row->value != NULL ? " " : "",
			       row->value != NULL ? row->value : "");
}

static int max_width(const struct command_line *line)
{
	int max = 0;

	for (size_t i = 0; i < count_rows(line); i++) {
		g_autofree char *option = format_row(row_at(line, i));

		max = MAX(max, (int)strlen(option));
	}
	return max;
}

static void print_row(const struct option_row *row, int width)
{
	g_autofree char *option = format_row(row);
	struct view rest = view_str(row->help), text;
	const char *front = option;

	for (; view_next_line(&rest, &text); front = "")
		printf("%-*s  %.*s\n", width, front, (int)text.len, text.ptr);
}

static void print_synopsis(const struct command_line *line)
{
	const char *front = "Usage: ";
	struct view rest = view_str(line->synopsis), text;

	for (; view_next_line(&rest, &text); front = "       ")
		printf("%spatchmda %.*s\n", front, (int)text.len, text.ptr);
}

static int print_help(const struct command_line *line)
{
	int width = max_width(line);

	print_synopsis(line);
	printf("\n%s\n\n", line->description);
	for (size_t i = 0; i < count_rows(line); i++)
		print_row(row_at(line, i), width);
	print_row(&help_row, width);
	printf("\nExamples:\n%s", line->examples);
	return EX_OK;
}

int options_complain(const struct command_line *line, const char *format, ...)
{
	va_list values;

	fprintf(stderr, "patchmda %s: ", line->command);
	va_start(values, format);
	(void)vfprintf(stderr, format, values);
	va_end(values);
	fprintf(stderr, " (see 'patchmda %s --help')\n", line->command);
	return EX_USAGE;
}

/* ---- reading */

/* Report `text`, which is freed. */
static int refuse(const struct command_line *line, char *text)
{
	int status = line->complain != NULL ? line->complain(line, text)
					    : options_complain(line, "%s", text);

	g_free(text);
	return status;
}

static char *describe_value(const struct option_row *row, const char *value)
{
	if (row->take == option_number)
		return g_strdup_printf("--%s takes a number from %" PRId64 " to %" PRId64
				       ", not '%s'",
				       row->name, row->min, row->max, value);
	return g_strdup_printf("--%s takes %s, not '%s'", row->name, row->wants, value);
}

/* The index of the row that getopt_long() returned as `c`, or count_rows(). */
static size_t index_of(const struct command_line *line, int c)
{
	size_t i = 0;

	if (c >= OPT_ROW)
		return (size_t)(c - OPT_ROW);
	while (i < count_rows(line) && (c == '\0' || row_at(line, i)->letter != c))
		i++;
	return i;
}

/* The error for which getopt_long() returned `c` when it read `argument`. */
static char *describe_option(const struct command_line *line, int c, const char *argument)
{
	size_t i = index_of(line, optopt);

	if (c == ':')
		return g_strdup_printf("--%s requires a value", row_at(line, i)->name);
	if (optopt == OPT_HELP || i < count_rows(line))
		return g_strdup_printf("%s: this option takes no value", argument);
	if (strchr(argument, '@') != NULL)
		return g_strdup_printf("unknown option '%s'; a message id that begins with -"
				       " follows --",
				       argument);
	if (optopt != '\0')
		return g_strdup_printf("unknown option -%c", optopt);
	return g_strdup_printf("unknown or ambiguous option '%s'", argument);
}

/* The error in the operands; NULL if there is none. */
static char *find_misuse(const struct command_line *line, int count, char **operands)
{
	if (count < line->operands_min)
		return g_strdup("missing operand");
	if (count > line->operands_max)
		return g_strdup_printf("unexpected argument '%s'", operands[line->operands_max]);
	for (int i = 0; i < count; i++)
		if (operands[i][0] == '\0')
			return g_strdup_printf("operand %d is empty", i + 1);
	return NULL;
}

/* The argument in which getopt_long() has found an error: it may not have finished it. */
static const char *argument_read(char **argv)
{
	const char *next = argv[optind];
	bool is_unfinished = optopt != '\0' && optopt < OPT_HELP && next != NULL &&
			     next[0] == '-' && next[1] == optopt && next[2] != '\0';

	return is_unfinished ? next : argv[optind - 1];
}

struct getopt {
	struct option longs[OPTIONS_MAX + 2];
	char shorts[2 * OPTIONS_MAX + 2];
};

/* The leading ':' makes getopt_long() return ':' for a missing value. */
static void prepare(const struct command_line *line, struct getopt *getopt)
{
	size_t count = count_rows(line), n = 0;

	g_assert(count <= OPTIONS_MAX);
	*getopt = (struct getopt){ 0 };
	getopt->shorts[n++] = ':';
	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = row_at(line, i);

		getopt->longs[i] =
			(struct option){ row->name, row->value != NULL, NULL, OPT_ROW + (int)i };
		if (row->letter == '\0')
			continue;
		getopt->shorts[n++] = row->letter;
		if (row->value != NULL)
			getopt->shorts[n++] = ':';
	}
	getopt->longs[count] = (struct option){ help_row.name, 0, NULL, OPT_HELP };
}

int options_read(const struct command_line *line, int argc, char **argv, void *ret_options,
		 char ***ret_operands)
{
	struct getopt getopt;
	char *misuse;
	int c;

	prepare(line, &getopt);
	opterr = 0;
	while ((c = getopt_long(argc, argv, getopt.shorts, getopt.longs, NULL)) != -1) {
		size_t i = index_of(line, c);

		if (c == OPT_HELP)
			return print_help(line);
		if (c == '?' || c == ':')
			return refuse(line, describe_option(line, c, argument_read(argv)));
		if (!row_at(line, i)->take(field_of(line, i, ret_options), row_at(line, i), optarg))
			return refuse(line, describe_value(row_at(line, i), optarg));
	}
	*ret_operands = argv + optind;
	misuse = find_misuse(line, argc - optind, *ret_operands);
	return misuse != NULL ? refuse(line, misuse) : OPTIONS_READ;
}
