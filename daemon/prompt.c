/* prompt - reads a password from the terminal or from standard input; see prompt.h */
#include "daemon/prompt.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Read a line without its end, byte by byte: the bytes after it are for the next call. */
static int read_line(char **ret_line)
{
	g_autoptr(GString) line = g_string_new(NULL);
	char c;

	for (;;) {
		ssize_t n = read(STDIN_FILENO, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0 || c == '\n')
			break;
		if (line->len == PROMPT_BYTES_MAX)
			return -E2BIG;
		g_string_append_c(line, c);
	}
	if (line->len > 0 && line->str[line->len - 1] == '\r')
		g_string_truncate(line, line->len - 1);
	if (line->len == 0)
		return -ENODATA;
	if (!g_utf8_validate(line->str, (gssize)line->len, NULL))
		return -EILSEQ;
	*ret_line = g_strndup(line->str, line->len);
	return 0;
}

static int ask(const char *question, char **ret_line)
{
	int r;

	fputs(question, stderr);
	r = read_line(ret_line);
	fputs("\n", stderr);
	return r;
}

static int ask_twice(char **ret_password)
{
	g_autofree char *first = NULL, *second = NULL;
	int r = ask("Password: ", &first);

	if (r == 0)
		r = ask("Password (again): ", &second);
	if (r == 0 && strcmp(first, second) != 0)
		r = -EAGAIN;
	if (r == 0)
		*ret_password = g_strdup(first);
	return r;
}

int prompt_password(char **ret_password)
{
	struct termios before, silent;
	int r;

	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return read_line(ret_password);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	/* ISIG stays set: ^C ends the program, and the shell then restores the terminal. */
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0)
		return -errno;
	r = ask_twice(ret_password);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	return r;
}
