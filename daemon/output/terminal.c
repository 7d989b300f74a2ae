/* terminal - prints text from mail safely, and measures it in columns; see terminal.h */
#include "daemon/output/terminal.h"

#include <glib.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "parser/text.h"

#define ELLIPSIS "\xE2\x80\xA6"

/* A larger value of COLUMNS is taken for a mistake. */
#define COLUMNS_MAX 10000

static int width_of(uint32_t c)
{
	if (!text_is_harmless(c))
		return 1;
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) ? 2 : 1;
}

void terminal_print(FILE *to, struct view text)
{
	while (text.len > 0) {
		size_t n;

		if (text_is_harmless(text_char(text, &n)))
			(void)fwrite(text.ptr, 1, n, to);
		else
			(void)putc('?', to);
		text = view_skip(text, n);
	}
}

void terminal_print_lines(FILE *to, struct view text)
{
	struct view line;

	while (view_next_line(&text, &line)) {
		terminal_print(to, line);
		(void)putc('\n', to);
	}
}

void terminal_complain(const char *command, const char *text)
{
	fprintf(stderr, "patchmda %s: ", command);
	terminal_print(stderr, view_str(text));
	(void)putc('\n', stderr);
}

int terminal_width(struct view text)
{
	int width = 0;

	while (text.len > 0) {
		size_t n;

		width += width_of(text_char(text, &n));
		text = view_skip(text, n);
	}
	return width;
}

void terminal_print_cut(FILE *to, struct view text, int width)
{
	size_t end = 0, n;
	int used = 0;

	if (terminal_width(text) <= width) {
		terminal_print(to, text);
		return;
	}
	/* One column is for the ellipsis; a wide character may leave another one empty. */
	for (; end < text.len; end += n) {
		int w = width_of(text_char(view_skip(text, end), &n));

		if (used + w > width - 1)
			break;
		used += w;
	}
	terminal_print(to, view_head(text, end));
	for (; used < width - 1; used++)
		(void)putc(' ', to);
	fputs(ELLIPSIS, to);
}

int terminal_columns(FILE *to)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int64_t number;

	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns != NULL && view_number(view_str(columns), COLUMNS_MAX, &number))
		return (int)number;
	return 0;
}

int terminal_end(int status, int failed)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	perror("patchmda: standard output");
	return failed;
}
