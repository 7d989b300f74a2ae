/*
 * second-opinion - compares the leaves of well-formed mail with those that GMime's parser finds
 *
 * usage: second-opinion DIRECTORY | MAILBOX...
 *
 * Each mail of DIRECTORY/CASE/mail, or of mailboxes as import takes them, is read by
 * parser/message.h and by GMime.  If the mail is well-formed, the number of leaves, their content
 * types and their decoded bytes must be the same.  A mail is well-formed if GMime's parser has no
 * warning about its structure, and if it has none of the constructs that the two read differently
 * on purpose: a message other than message/rfc822, or an encoded one; uuencode; base64 that is not
 * whole; a header block that does not end in an empty line.  Prints TAP: a test for each file, and
 * the number of mails that were compared.
 */
#include <dirent.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/import/source.h"
#include "parser/message.h"
#include "parser/submission.h"

/* In tests/corpus, and in any mailbox, more than a third of the mails is well-formed. */
#define COMPARED_PARTS 3

struct leaf {
	char *type;
	GByteArray *bytes;
};

struct opinion {
	GPtrArray *leaves; /* of struct leaf, from GMime */
	const char *ugly;  /* the reason why the mail is not well-formed; NULL if it is */
};

struct count {
	unsigned mails, compared, different;
};

static void free_leaf(void *data)
{
	struct leaf *leaf = data;

	g_free(leaf->type);
	g_byte_array_unref(leaf->bytes);
	g_free(leaf);
}

/* Invalid addresses and dates, and repeated headers, do not affect the structure. */
static void note_warning(gint64 offset, GMimeParserWarning warning, const gchar *item,
			 gpointer data)
{
	struct opinion *opinion = data;

	(void)offset, (void)item;
	switch (warning) {
	case GMIME_WARN_DUPLICATED_HEADER:
	case GMIME_WARN_UNENCODED_8BIT_HEADER:
	case GMIME_WARN_INVALID_RFC2047_HEADER_VALUE:
	case GMIME_WARN_INVALID_ADDRESS_LIST:
	case GMIME_WARN_PART_WITHOUT_CONTENT:
		return;
	case GMIME_WARN_DUPLICATED_PARAMETER:
	case GMIME_WARN_INVALID_CONTENT_TYPE:
	case GMIME_WARN_INVALID_PARAMETER:
	case GMIME_WARN_MALFORMED_MULTIPART:
	case GMIME_WARN_TRUNCATED_MESSAGE:
	case GMIME_WARN_MALFORMED_MESSAGE:
	case GMIME_CRIT_INVALID_HEADER_NAME:
	case GMIME_CRIT_CONFLICTING_HEADER:
	case GMIME_CRIT_CONFLICTING_PARAMETER:
	case GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY:
	case GMIME_CRIT_NESTING_OVERFLOW:
	case GMIME_CRIT_PART_WITHOUT_HEADERS_OR_CONTENT:
		opinion->ugly = "GMime warns of its structure";
	}
}

static GByteArray *decoded(GMimePart *part)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GByteArray *bytes;

	if (content != NULL)
		(void)g_mime_data_wrapper_write_to_stream(content, stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_object_unref(stream);
	return bytes;
}

/* Whether the characters of base64 form complete groups, and nothing follows a padding. */
static bool is_whole_base64(GMimePart *part)
{
	GMimeStream *raw = g_mime_data_wrapper_get_stream(g_mime_part_get_content(part));
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes;
	size_t digits = 0, pads = 0;
	bool whole = true;

	(void)g_mime_stream_reset(raw);
	(void)g_mime_stream_write_to_stream(raw, stream);
	(void)g_mime_stream_reset(raw);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	for (guint i = 0; i < bytes->len; i++) {
		char c = (char)bytes->data[i];

		if (g_ascii_isspace(c))
			continue;
		whole = whole &&
			(c == '=' || (pads == 0 && (g_ascii_isalnum(c) || c == '+' || c == '/')));
		pads += c == '=';
		digits++;
	}
	g_object_unref(stream);
	return whole && pads <= 2 && digits % 4 == 0;
}

static void add_leaf(struct opinion *opinion, GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	GMimeContentEncoding encoding;
	struct leaf *leaf;
	char *name = g_mime_content_type_get_mime_type(type);

	if (!GMIME_IS_PART(object)) {
		opinion->ugly = "a message that is not message/rfc822";
		g_free(name);
		return;
	}
	encoding = g_mime_part_get_content_encoding(GMIME_PART(object));
	if (encoding == GMIME_CONTENT_ENCODING_UUENCODE)
		opinion->ugly = "uuencode";
	else if (encoding == GMIME_CONTENT_ENCODING_BASE64 && !is_whole_base64(GMIME_PART(object)))
		opinion->ugly = "base64 that is not whole";
	else if (g_ascii_strncasecmp(name, "message/", 8) == 0)
		opinion->ugly = "a message that is not message/rfc822, or is encoded";
	leaf = g_new0(struct leaf, 1);
	leaf->type = g_ascii_strdown(name, -1);
	leaf->bytes = decoded(GMIME_PART(object));
	g_ptr_array_add(opinion->leaves, leaf);
	g_free(name);
}

static void add_leaves(struct opinion *opinion, GMimeObject *object)
{
	GMimeMessage *message;

	if (GMIME_IS_MULTIPART(object)) {
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
			add_leaves(opinion, g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		if (message != NULL && g_mime_message_get_mime_part(message) != NULL)
			add_leaves(opinion, g_mime_message_get_mime_part(message));
		else
			opinion->ugly = "an attached message of nothing";
	} else if (object != NULL) {
		add_leaf(opinion, object);
	}
}

static void ask_gmime(struct view raw, struct opinion *opinion)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw.ptr, raw.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeParserOptions *options = g_mime_parser_options_new();
	GMimeMessage *message;

	g_mime_parser_options_set_warning_callback(options, note_warning, opinion);
	message = g_mime_parser_construct_message(parser, options);
	if (message == NULL || g_mime_message_get_mime_part(message) == NULL)
		opinion->ugly = "GMime reads nothing";
	else
		add_leaves(opinion, g_mime_message_get_mime_part(message));
	g_clear_object(&message);
	g_mime_parser_options_free(options);
	g_object_unref(parser);
	g_object_unref(stream);
}

static bool is_same(const struct part *part, const struct leaf *leaf)
{
	return view_eq(part->type, view_str(leaf->type)) && part->bytes.len == leaf->bytes->len &&
	       (part->bytes.len == 0 ||
		memcmp(part->bytes.ptr, leaf->bytes->data, part->bytes.len) == 0);
}

static bool is_agreed(const struct parts *parts, const struct opinion *opinion, const char *name)
{
	if (parts->count != opinion->leaves->len) {
		printf("# %s: %zu leaves, GMime has %u\n", name, parts->count,
		       opinion->leaves->len);
		return false;
	}
	for (size_t i = 0; i < parts->count; i++) {
		const struct leaf *leaf = g_ptr_array_index(opinion->leaves, i);

		if (is_same(&parts->items[i], leaf))
			continue;
		printf("# %s: leaf %zu: %.*s of %zu bytes, GMime has %s of %u\n", name, i,
		       (int)parts->items[i].type.len, parts->items[i].type.ptr,
		       parts->items[i].bytes.len, leaf->type, leaf->bytes->len);
		return false;
	}
	return true;
}

/* Whether an empty line ends the header block, and every line in it is a header. */
static bool ends_in_empty_line(const struct headers *headers, struct view raw)
{
	size_t front = (size_t)(headers->body.ptr - raw.ptr);

	return headers->from.ptr == NULL && front >= 2 && raw.ptr[front - 1] == '\n' &&
	       (raw.ptr[front - 2] == '\n' ||
		(front >= 3 && raw.ptr[front - 2] == '\r' && raw.ptr[front - 3] == '\n'));
}

static void compare(struct view raw, const char *name, struct count *count)
{
	struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct opinion opinion = { .leaves = g_ptr_array_new_with_free_func(free_leaf) };
	struct headers headers;
	struct parts parts;
	unsigned flaws = 0;

	count->mails++;
	if (headers_split(arena, raw, &headers) != 0 || !ends_in_empty_line(&headers, raw) ||
	    message_parts(arena, &headers, &parts, &flaws) != 0 || flaws != 0)
		opinion.ugly = "our own reader warns of its structure";
	else
		ask_gmime(raw, &opinion);
	if (opinion.ugly == NULL) {
		count->compared++;
		count->different += !is_agreed(&parts, &opinion, name);
	} else if (getenv("VERBOSE") != NULL) {
		printf("# %s: %s\n", name, opinion.ugly);
	}
	g_ptr_array_unref(opinion.leaves);
	arena_free(arena);
}

static void compare_cases(const char *path, struct count *count)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char *mail = g_build_filename(path, entries[i]->d_name, "mail", NULL);
		char *raw;
		gsize len;

		if (g_file_get_contents(mail, &raw, &len, NULL)) {
			compare(view_of(raw, len), entries[i]->d_name, count);
			g_free(raw);
		}
		g_free(mail);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static void compare_mailbox(const char *path, struct count *count)
{
	struct source *source = source_new(path);
	struct source_message message;

	while (source_next(source, &message) == 1) {
		char *name = g_strdup_printf("%s:%llu", path, (unsigned long long)message.offset);

		if (!message.is_cut)
			compare(message.raw, name, count);
		g_free(name);
	}
	source_free(source);
}

int main(int argc, char **argv)
{
	int failed = 0;

	g_mime_init();
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		struct count count = { 0 };
		bool ok;

		if (g_file_test(argv[i], G_FILE_TEST_IS_DIR))
			compare_cases(argv[i], &count);
		else
			compare_mailbox(argv[i], &count);
		ok = count.different == 0 && count.compared > count.mails / COMPARED_PARTS;
		failed += !ok;
		printf("%s %d - %s: %u mails, %u are well-formed, of which %u have other leaves\n",
		       ok ? "ok" : "not ok", i, argv[i], count.mails, count.compared,
		       count.different);
	}
	return failed > 0 || argc < 2;
}
