/*
 * gmime-parse - reads a mailbox with GMime alone, for comparison with `patchmda parse --mbox`
 *
 * usage: gmime-parse MBOX
 *
 * Constructs each message and frees it; headers and bodies are not decoded.  Prints the number of
 * messages.
 */
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	GError *error = NULL;
	GMimeStream *stream;
	GMimeParser *parser;
	unsigned long count = 0;

	if (argc != 2) {
		fputs("usage: gmime-parse MBOX\n", stderr);
		return 2;
	}
	g_mime_init();
	stream = g_mime_stream_fs_open(argv[1], O_RDONLY, 0, &error);
	if (stream == NULL) {
		fprintf(stderr, "gmime-parse: %s\n", error->message);
		return 1;
	}
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
	while (!g_mime_parser_eos(parser)) {
		GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

		if (message == NULL)
			break;
		count++;
		g_object_unref(message);
	}
	printf("%lu\n", count);
	g_object_unref(parser);
	g_object_unref(stream);
	return 0;
}
