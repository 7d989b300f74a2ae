/* encoding - the last step of a response; see encoding.h */
#include "daemon/httpd/encoding.h"

#include <openssl/sha.h>
#include <string.h>
#include <zlib.h>

#include "parser/text.h"

#define GZIP_WINDOW_BITS (MAX_WBITS + 16) /* zlib.h: adding 16 selects the gzip format */
#define GZIP_MEMORY      8
#define GZIP_LEVEL       1 /* shrinks JSON to a sixth in a quarter of the default's time */

/* ---- lists in headers: `W/"a", "b"`, `gzip;q=0.5, br` */

/* Remove the first element; false if there is none. */
static bool next_element(struct view *rest, struct view *ret_element)
{
	size_t end;

	if (rest->len == 0)
		return false;
	end = view_find(*rest, ',', 0);
	*ret_element = text_trim(view_head(*rest, end));
	*rest = view_skip(*rest, MIN(end + 1, rest->len));
	return true;
}

/* RFC 9110, 13.1.2: weak comparison. */
static bool has_tag(const char *header, const char *tag)
{
	struct view rest = view_str(header), element;

	while (next_element(&rest, &element)) {
		if (view_eq(element, VIEW("*")))
			return true;
		if (view_starts(element, VIEW("W/")))
			element = view_skip(element, 2);
		if (view_eq(element, view_str(tag)))
			return true;
	}
	return false;
}

/* Whether a weight is 0, as in ` q=0.000` (RFC 9110, 12.4.2). */
static bool is_zero(struct view weight)
{
	size_t i = 2;

	weight = text_trim(weight);
	if (!view_istarts(weight, VIEW("q=0")))
		return false;
	while (i < weight.len && (weight.ptr[i] == '0' || weight.ptr[i] == '.'))
		i++;
	return i == weight.len;
}

/* RFC 9110, 12.5.3. */
static bool takes_gzip(const char *header)
{
	struct view rest = view_str(header), element;

	while (next_element(&rest, &element)) {
		size_t end = view_find(element, ';', 0);

		if (view_ieq(text_trim_right(view_head(element, end)), VIEW("gzip")))
			return !is_zero(view_skip(element, MIN(end + 1, element.len)));
	}
	return false;
}

/* ---- */

static void compress_body(struct http_response *response)
{
	z_stream stream = { 0 };
	GString *packed;

	if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS, GZIP_MEMORY,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	packed = g_string_sized_new(deflateBound(&stream, response->body->len));
	stream.next_in = (Bytef *)response->body->str;
	stream.avail_in = (uInt)response->body->len;
	stream.next_out = (Bytef *)packed->str;
	stream.avail_out = (uInt)packed->allocated_len;
	if (deflate(&stream, Z_FINISH) == Z_STREAM_END) {
		g_string_set_size(packed, stream.total_out);
		g_string_free(response->body, TRUE);
		response->body = packed;
		http_response_header(response, "Content-Encoding", "gzip");
	} else {
		g_string_free(packed, TRUE);
	}
	(void)deflateEnd(&stream);
}

/* An entity tag (RFC 9110, 8.8.3) that is a hash of the body. */
static char *tag_of(const GString *body)
{
	unsigned char sum[SHA_DIGEST_LENGTH];
	g_autofree char *text = NULL;

	(void)SHA1((const unsigned char *)body->str, body->len, sum);
	text = g_base64_encode(sum, sizeof(sum));
	return g_strdup_printf("\"%s\"", text);
}

static void add_tag(const struct http_request *request, struct http_response *response)
{
	g_autofree char *tag = tag_of(response->body);
	g_autofree char *weak = g_strconcat("W/", tag, NULL);
	const char *known = request->headers[HTTP_IF_NONE_MATCH];

	http_response_header(response, "ETag", weak);
	if (known != NULL && has_tag(known, tag)) {
		response->status = 304;
		response->type = NULL;
		g_string_truncate(response->body, 0);
	}
}

void encoding_finish(const struct http_request *request, struct http_response *response)
{
	const char *accepted = request->headers[HTTP_ACCEPT_ENCODING];

	if (response->may_be_cached && response->status == 200)
		add_tag(request, response);
	if (accepted == NULL || response->pieces.context != NULL)
		return;
	http_response_header(response, "Vary", "Accept-Encoding");
	if (response->body->len >= ENCODING_GZIP_BYTES_MIN && takes_gzip(accepted))
		compress_body(response);
}
