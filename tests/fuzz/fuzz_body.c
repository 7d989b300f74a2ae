/* fuzz_body - a Content-Type, LF, a body; see daemon/httpd/body.h, json_fault.h */
#include "tests/fuzz/fuzz.h"

#include "daemon/httpd/body.h"
#include "daemon/httpd/json_fault.h"

/* The check and the parser agree on whether a text is JSON. */
static void check_json(struct view text)
{
	g_autofree char *fault = json_fault(text);
	json_error_t error;
	json_t *json = json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

	if (fault != NULL)
		fuzz_must_be_text(view_str(fault));
	/* Numbers that C cannot represent, and halves of surrogate pairs, are valid JSON. */
	if (fault == NULL)
		MUST(json != NULL || json_error_code(&error) == json_error_numeric_overflow ||
		     json_error_code(&error) == json_error_invalid_syntax);
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view input = fuzz_view(data, size);
	struct view type = fuzz_take_line(&input);
	struct http_request *request = http_request_new("POST", "/");
	struct body body;

	request->headers[HTTP_CONTENT_TYPE] = g_strndup(type.ptr, type.len);
	request->body = g_byte_array_new();
	g_byte_array_append(request->body, (const guint8 *)input.ptr, (guint)input.len);
	body_read(request, &body);
	MUST(json_is_object(body.members));
	MUST((body.status == 0) == (body.problem == NULL));
	if (body.problem != NULL)
		fuzz_must_be_text(view_str(body.problem));
	body_done(&body);
	http_request_free(request);
	check_json(input);
	return 0;
}
