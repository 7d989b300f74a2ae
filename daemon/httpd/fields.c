/* fields - reads and checks members that can be written; see fields.h */
#include "daemon/httpd/fields.h"

#include <string.h>

#include "parser/text.h"
#include "sql/change/lookup.h"
#include "sql/report/search.h"

struct reading {
	struct pg *pg;
	const struct field *field;
	const json_t *json;
	bool is_form;
	struct value *value;
	struct fields_errors *errors;
};

/* ---- errors */

struct fields_errors *fields_errors_new(void)
{
	struct fields_errors *errors = g_new0(struct fields_errors, 1);

	errors->pairs = g_ptr_array_new_with_free_func(g_free);
	return errors;
}

void fields_errors_free(struct fields_errors *errors)
{
	if (errors == NULL)
		return;
	g_ptr_array_unref(errors->pairs);
	g_free(errors);
}

void fields_errors_add(struct fields_errors *errors, const char *field, const char *message)
{
	g_ptr_array_add(errors->pairs, g_strdup(field));
	g_ptr_array_add(errors->pairs, g_strdup(message));
}

/* Errors of one field follow each other; errors of "settings.x" are in an object for "settings". */
void fields_errors_write(const struct fields_errors *errors, struct emit *emit)
{
	const char *last = NULL;
	bool is_inside = false;

	emit_begin_object(emit);
	for (guint i = 0; i < errors->pairs->len; i += 2) {
		const char *name = errors->pairs->pdata[i], *dot = strchr(name, '.');

		if (last == NULL || strcmp(last, name) != 0) {
			if (last != NULL)
				emit_end_list(emit);
			if (dot != NULL && !is_inside) {
				emit_name_view(emit, view_of(name, (size_t)(dot - name)));
				emit_begin_object(emit);
			}
			is_inside = dot != NULL;
			emit_name(emit, dot != NULL ? dot + 1 : name);
			emit_begin_list(emit);
		}
		emit_text(emit, view_str(errors->pairs->pdata[i + 1]));
		last = name;
	}
	if (last != NULL)
		emit_end_list(emit);
	if (is_inside)
		emit_end_object(emit);
	emit_end_object(emit);
}

static void fail(struct reading *r, const char *message)
{
	fields_errors_add(r->errors, r->field->name, message);
}

__attribute__((__format__(__printf__, 2, 3))) static void failf(struct reading *r,
								const char *format, ...)
{
	va_list values;
	g_autofree char *message = NULL;

	va_start(values, format);
	message = g_strdup_vprintf(format, values);
	va_end(values);
	fail(r, message);
}

/* ---- texts */

/* Numbers are accepted as texts.  Returns NULL, after adding an error, for any other type. */
static char *text_of(struct reading *r, const json_t *json)
{
	if (json_is_integer(json))
		return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(json));
	if (json_is_real(json))
		return g_strdup_printf("%.17g", json_real_value(json));
	if (!json_is_string(json)) {
		fail(r, "Not a valid string.");
		return NULL;
	}
	if (strlen(json_string_value(json)) != json_string_length(json)) {
		fail(r, "Null characters are not allowed.");
		return NULL;
	}
	return g_strdup(json_string_value(json));
}

static bool is_slug(const char *text)
{
	for (; *text != '\0'; text++)
		if (!g_ascii_isalnum(*text) && *text != '-' && *text != '_')
			return false;
	return true;
}

/* A URL has a scheme and a host, and no characters that end a line or an HTML attribute. */
static bool is_url(const char *text)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://", "ftps://" };

	for (const char *p = text; *p != '\0'; p++)
		if (g_ascii_iscntrl(*p) || *p == ' ' || strchr("<>\"`", *p) != NULL)
			return false;
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		size_t length = strlen(schemes[i]);

		if (g_ascii_strncasecmp(text, schemes[i], length) == 0)
			return text[length] != '\0' && strchr("/:?#.", text[length]) == NULL;
	}
	return false;
}

static void read_text(struct reading *r)
{
	g_autofree char *raw = text_of(r, r->json);
	struct view text;

	if (raw == NULL)
		return;
	text = text_trim(view_str(raw));
	r->value->text = g_strndup(text.ptr, text.len);
	if (text.len == 0) {
		if (!r->field->may_be_blank)
			fail(r, "This field may not be blank.");
		return;
	}
	if (r->field->kind == FIELD_SLUG && !is_slug(r->value->text))
		fail(r, "Enter a valid \"slug\" consisting of letters, numbers, underscores or"
			" hyphens.");
	if (text_length(text) > r->field->chars_max)
		failf(r, "Ensure this field has no more than %zu characters.", r->field->chars_max);
	if (r->field->kind == FIELD_URL && !is_url(r->value->text))
		fail(r, "Enter a valid URL.");
}

/* ---- booleans and numbers */

static bool is_among(const char *text, const char *const *words)
{
	while (*words != NULL && g_ascii_strcasecmp(text, *words) != 0)
		words++;
	return *words != NULL;
}

static void read_bool(struct reading *r)
{
	static const char *const yes[] = { "true", "t", "y", "yes", "on", "1", NULL };
	static const char *const no[] = { "false", "f", "n", "no", "off", "0", NULL };
	static const char *const none[] = { "null", "", NULL };
	const char *text = json_string_value(r->json);

	if (json_is_boolean(r->json))
		r->value->number = json_is_true(r->json);
	else if (json_is_real(r->json) &&
		 (json_real_value(r->json) == 0 || json_real_value(r->json) == 1))
		r->value->number = (int32_t)json_real_value(r->json);
	else if (json_is_integer(r->json) && (guint64)json_integer_value(r->json) <= 1)
		r->value->number = (int32_t)json_integer_value(r->json);
	else if (text != NULL && is_among(text, yes))
		r->value->number = 1;
	else if (text != NULL && is_among(text, no))
		r->value->number = 0;
	else if (text != NULL && r->field->may_be_null && is_among(text, none))
		r->value->is_null = true;
	else
		fail(r, "Must be a valid boolean.");
}

/* A whole number, or the text of one. */
static bool is_number(const json_t *json, int64_t *ret_number)
{
	if (json_is_integer(json)) {
		*ret_number = json_integer_value(json);
		return true;
	}
	if (json_is_real(json)) {
		*ret_number = (int64_t)CLAMP(json_real_value(json), -1, (double)INT32_MAX + 1);
		return true;
	}
	return json_is_string(json) &&
	       view_number(text_trim(view_str(json_string_value(json))), INT64_MAX, ret_number);
}

static void read_count(struct reading *r)
{
	int64_t number;

	if (json_is_boolean(r->json) || !is_number(r->json, &number))
		fail(r, "A valid integer is required.");
	else if (number < 0)
		fail(r, "Ensure this value is greater than or equal to 0.");
	else if (number > INT32_MAX)
		fail(r, "Ensure this value is less than or equal to 2147483647.");
	else
		r->value->number = (int32_t)number;
}

static void read_check(struct reading *r)
{
	static const char *const words[] = { "pending", "success", "warning", "fail" };
	g_autofree char *text = NULL;
	int64_t number;

	if (is_number(r->json, &number) && number >= 0 && number < (int64_t)G_N_ELEMENTS(words)) {
		r->value->number = (int32_t)number;
		return;
	}
	for (size_t i = 0; json_is_string(r->json) && i < G_N_ELEMENTS(words); i++) {
		if (strcmp(json_string_value(r->json), words[i]) == 0) {
			r->value->number = (int32_t)i;
			return;
		}
	}
	if (json_is_string(r->json))
		text = g_strdup(json_string_value(r->json));
	else if (json_is_boolean(r->json)) /* as Python writes booleans */
		text = g_strdup(json_is_true(r->json) ? "True" : "False");
	else
		text = json_dumps(r->json, JSON_ENCODE_ANY);
	failf(r, "\"%s\" is not a valid choice.", text);
}

/* ---- values that are looked up */

static int read_state(struct reading *r)
{
	g_autofree char *text = text_of(r, r->json), *known = NULL;
	int code;

	if (text == NULL)
		return 0;
	code = lookup_state(r->pg, text, &r->value->number, &known);
	if (code == 0 && r->value->number == 0)
		failf(r, "Invalid state %s. Expected one of: %s.", text, known);
	return code;
}

static int read_id(struct reading *r, const json_t *json, int32_t *ret_id)
{
	int64_t number;
	bool is_there = false;
	int code = 0;

	*ret_id = 0;
	if (json_is_boolean(json) || !is_number(json, &number)) {
		failf(r, "Incorrect type. Expected pk value, received %s.", body_type_name(json));
		return 0;
	}
	if (number > 0 && number <= INT32_MAX)
		code = search_is_there(r->pg, r->field->table, (int32_t)number, &is_there);
	if (code == 0 && !is_there)
		failf(r, "Invalid pk \"%" G_GINT64_FORMAT "\" - object does not exist.", number);
	if (is_there)
		*ret_id = (int32_t)number;
	return code;
}

static void add_id(GArray *ids, int32_t id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, int32_t, i) == id)
			return;
	if (id != 0)
		g_array_append_val(ids, id);
}

/* A single value of a form is not in a list. */
static int read_ids(struct reading *r)
{
	bool is_single = r->is_form && json_is_string(r->json);
	size_t count = is_single ? 1 : json_array_size(r->json);
	int code = 0;

	if (!is_single && !json_is_array(r->json)) {
		failf(r, "Expected a list of items but got type \"%s\".", body_type_name(r->json));
		return 0;
	}
	r->value->ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	for (size_t i = 0; i < count && code == 0; i++) {
		int32_t id;

		code = read_id(r, is_single ? r->json : json_array_get(r->json, i), &id);
		if (code == 0)
			add_id(r->value->ids, id);
	}
	return code;
}

/* ---- any value */

static bool is_blank(const json_t *json)
{
	return json_is_string(json) && json_string_length(json) == 0;
}

/* Forms have an empty text for the null of these fields. */
static bool is_null(const struct reading *r)
{
	return json_is_null(r->json) || (is_blank(r->json) && r->field->kind == FIELD_ID) ||
	       (is_blank(r->json) && r->field->kind == FIELD_STATE);
}

static int read_given(struct reading *r)
{
	r->value->is_given = true;
	if (is_null(r)) {
		r->value->is_null = true;
		if (!r->field->may_be_null)
			fail(r, "This field may not be null.");
		return 0;
	}
	switch (r->field->kind) {
	case FIELD_TEXT:
	case FIELD_SLUG:
	case FIELD_URL:
		read_text(r);
		break;
	case FIELD_BOOL:
		read_bool(r);
		break;
	case FIELD_COUNT:
		read_count(r);
		break;
	case FIELD_CHECK:
		read_check(r);
		break;
	case FIELD_STATE:
		return read_state(r);
	case FIELD_ID:
		return read_id(r, r->json, &r->value->number);
	case FIELD_IDS:
		return read_ids(r);
	}
	return 0;
}

/* Forms have the name "settings.x", JSON has an object "settings". */
static const json_t *find(const struct body *body, const char *name)
{
	const char *dot = body->is_form ? NULL : strchr(name, '.');
	g_autofree char *outer = dot != NULL ? g_strndup(name, (gsize)(dot - name)) : NULL;

	return dot != NULL ? json_object_get(json_object_get(body->members, outer), dot + 1)
			   : json_object_get(body->members, name);
}

int fields_read(struct pg *pg, const struct field *fields, size_t count, const struct body *body,
		struct fields_request request, struct value *ret_values,
		struct fields_errors *errors)
{
	int code = 0;

	memset(ret_values, 0, count * sizeof(*ret_values));
	for (size_t i = 0; i < count && code == 0; i++) {
		struct reading r = { .pg = pg,
				     .field = &fields[i],
				     .json = find(body, fields[i].name),
				     .is_form = body->is_form,
				     .value = &ret_values[i],
				     .errors = errors };

		if (fields[i].since > request.version)
			continue;
		/* The last value of a repeated name of a form is used. */
		if (body->is_form && json_is_array(r.json) && r.field->kind != FIELD_IDS)
			r.json = json_array_get(r.json, json_array_size(r.json) - 1);
		if (r.json != NULL)
			code = read_given(&r);
		else if (fields[i].is_required && !request.is_partial)
			fail(&r, "This field is required.");
	}
	return code;
}

void fields_done(struct value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_free(values[i].text);
		if (values[i].ids != NULL)
			g_array_unref(values[i].ids);
	}
}
