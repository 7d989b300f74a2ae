/* fields - reads and checks members that can be written; see fields.h */
#include "daemon/httpd/fields.h"

#include <string.h>

#include "daemon/httpd/scalar.h"
#include "daemon/httpd/target_url.h"
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

bool fields_errors_has(const struct fields_errors *errors, const char *field)
{
	for (guint i = 0; i < errors->pairs->len; i += 2)
		if (strcmp(errors->pairs->pdata[i], field) == 0)
			return true;
	return false;
}

/* The position of a field in the table; of "settings", that of the first field "settings.x". */
static size_t position_of(const char *name, const struct field *fields, size_t count)
{
	size_t length = strcspn(name, "."), position = count;

	for (size_t i = count; i-- > 0;) {
		if (strcmp(fields[i].name, name) == 0)
			return i;
		if (strncmp(fields[i].name, name, length) == 0 && fields[i].name[length] == '.')
			position = i;
	}
	return position;
}

/* Errors of checks that follow the reading of all fields are put in order. */
static GPtrArray *sorted(const struct fields_errors *errors, const struct field *fields,
			 size_t count)
{
	GPtrArray *pairs = g_ptr_array_new();

	for (size_t position = 0; position <= count; position++) {
		for (guint i = 0; i < errors->pairs->len; i += 2) {
			if (position_of(errors->pairs->pdata[i], fields, count) != position)
				continue;
			g_ptr_array_add(pairs, errors->pairs->pdata[i]);
			g_ptr_array_add(pairs, errors->pairs->pdata[i + 1]);
		}
	}
	return pairs;
}

/* Errors of one field follow each other; errors of "settings.x" are in an object for "settings". */
void fields_errors_write(const struct fields_errors *errors, const struct field *fields,
			 size_t count, struct emit *emit)
{
	g_autoptr(GPtrArray) pairs = sorted(errors, fields, count);
	const char *last = NULL;
	bool is_inside = false;

	emit_begin_object(emit);
	for (guint i = 0; i < pairs->len; i += 2) {
		const char *name = pairs->pdata[i], *dot = strchr(name, '.');

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
		emit_text(emit, view_str(pairs->pdata[i + 1]));
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

static bool has_nul(struct view text)
{
	return view_find(text, '\0', 0) < text.len;
}

static bool is_slug(struct view text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!g_ascii_isalnum(text.ptr[i]) && text.ptr[i] != '-' && text.ptr[i] != '_')
			return false;
	return true;
}

/* The error of a text that has not the form of its field. */
static const char *message_for_form(const struct field *field)
{
	if (field->kind == FIELD_SLUG)
		return "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.";
	return field->kind == FIELD_URL ? "Enter a valid URL." : "Not a valid string.";
}

static bool has_form(const struct field *field, struct view text)
{
	if (field->kind == FIELD_SLUG)
		return is_slug(text);
	return field->kind != FIELD_URL || target_url_is_valid(text);
}

static void read_text(struct reading *r)
{
	GString *raw = NULL;
	struct view text;

	if (!scalar_text(r->json, &raw)) {
		fail(r, message_for_form(r->field));
		return;
	}
	text = text_trim(view_of(raw->str, raw->len));
	r->value->text = g_strndup(text.ptr, text.len);
	if (text.len == 0 && !r->field->may_be_blank)
		fail(r, "This field may not be blank.");
	if (text_length(text) > r->field->chars_max)
		failf(r, "Ensure this field has no more than %zu characters.", r->field->chars_max);
	if (has_nul(text))
		fail(r, "Null characters are not allowed.");
	if (text.len > 0 && !has_form(r->field, text))
		fail(r, message_for_form(r->field));
	g_string_free(raw, TRUE);
}

/* ---- booleans and numbers */

/* The text of a JSON string without NUL; otherwise NULL. */
static const char *string_of(const json_t *json)
{
	const char *text = json_string_value(json);

	return text != NULL && strlen(text) == json_string_length(json) ? text : NULL;
}

static void read_bool(struct reading *r)
{
	static const char *const yes[] = { "true", "True", "TRUE", "t",  "T",  "yes", "Yes", "YES",
					   "y",    "Y",    "on",   "On", "ON", "1",   NULL };
	static const char *const no[] = { "false", "False", "FALSE", "f",   "F",   "no", "No", "NO",
					  "n",     "N",     "off",   "Off", "OFF", "0",  NULL };
	static const char *const none[] = { "null", "Null", "NULL", "", NULL };
	const char *text = string_of(r->json);

	if (json_is_boolean(r->json))
		r->value->number = json_is_true(r->json);
	else if (json_is_number(r->json) &&
		 (json_number_value(r->json) == 0 || json_number_value(r->json) == 1))
		r->value->number = (int32_t)json_number_value(r->json);
	else if (text != NULL && g_strv_contains(yes, text))
		r->value->number = 1;
	else if (text != NULL && g_strv_contains(no, text))
		r->value->number = 0;
	else if (text != NULL && r->field->may_be_null && g_strv_contains(none, text))
		r->value->is_null = true;
	else
		fail(r, "Must be a valid boolean.");
}

/* A whole number, which may have zeros after its point. */
static bool read_whole(const json_t *json, int64_t *ret_number)
{
	GString *raw = NULL;
	struct view text;
	size_t point;
	bool is_whole;

	if (!scalar_text(json, &raw))
		return false;
	text = text_trim_right(view_of(raw->str, raw->len));
	point = view_find(text, '.', 0);
	for (size_t i = point + 1; i < text.len; i++)
		if (text.ptr[i] != '0')
			point = text.len;
	is_whole = scalar_number(view_head(text, point), ret_number);
	g_string_free(raw, TRUE);
	return is_whole;
}

static void read_count(struct reading *r)
{
	int64_t number;

	if (!read_whole(r->json, &number))
		fail(r, "A valid integer is required.");
	else if (number < 0)
		fail(r, "Ensure this value is greater than or equal to 0.");
	else if (number > INT32_MAX)
		fail(r, "Ensure this value is less than or equal to 2147483647.");
	else
		r->value->number = (int32_t)number;
}

/* A value for a message, as Python writes it. */
static GString *shown(const json_t *json)
{
	g_autofree char *text = NULL;
	GString *scalar;

	if (scalar_text(json, &scalar))
		return scalar;
	if (json_is_boolean(json))
		return g_string_new(json_is_true(json) ? "True" : "False");
	if (json_is_null(json))
		return g_string_new("None");
	text = json_dumps(json, JSON_ENCODE_ANY);
	return g_string_new(text);
}

static void read_check(struct reading *r)
{
	g_autoptr(GString) text = shown(r->json);
	g_autofree char *valid = NULL;

	for (int32_t i = 0; i < RESOURCE_CHECK_STATES; i++) {
		char digit[] = { (char)('0' + i), '\0' };

		if (text->len == strlen(text->str) &&
		    (g_str_equal(text->str, resource_check_states[i]) ||
		     g_str_equal(text->str, digit))) {
			r->value->number = i;
			return;
		}
	}
	valid = g_utf8_make_valid(text->str, (gssize)text->len);
	failf(r, "\"%s\" is not a valid choice.", valid);
}

/* ---- values that are looked up */

static int read_state(struct reading *r)
{
	g_autofree char *problem = NULL;
	g_autoptr(GString) text = NULL;
	int code;

	if (!scalar_text(r->json, &text)) {
		fail(r, "Not a valid string.");
		return 0;
	}
	code = lookup_state(r->pg, text->str, &r->value->number, &problem);
	if (problem != NULL)
		fail(r, problem);
	return code;
}

/* Digits after the point of a number are cut off. */
static bool is_id(const json_t *json, int64_t *ret_id)
{
	if (json_is_number(json)) {
		*ret_id = (int64_t)CLAMP(json_number_value(json), -1, (double)INT32_MAX + 1);
		return true;
	}
	if (json_is_null(json)) {
		*ret_id = 0;
		return true;
	}
	return string_of(json) != NULL && scalar_number(view_str(string_of(json)), ret_id);
}

/* An item of a list, or a value that is not in a list. */
static const json_t *item_at(const struct reading *r, bool is_single, size_t i)
{
	return is_single ? r->json : json_array_get(r->json, i);
}

/*
 * The ids of the items before the first one that is not an id.  A number that is too large is 0,
 * which no row has.
 */
static GArray *ids_of(const struct reading *r, bool is_single, size_t count)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int64_t number;

	for (size_t i = 0; i < count && is_id(item_at(r, is_single, i), &number); i++) {
		int32_t id = number > 0 && number <= INT32_MAX ? (int32_t)number : 0;

		g_array_append_val(ids, id);
	}
	return ids;
}

/* Take the ids that rows have, each once.  The first error ends a list. */
static int read_items(struct reading *r, bool is_single, size_t count)
{
	g_autoptr(GArray) ids = ids_of(r, is_single, count);
	g_autoptr(GHashTable) found = NULL, taken = g_hash_table_new(NULL, NULL);
	int code = search_ids(r->pg, r->field->table, ids, &found);

	r->value->ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	for (guint i = 0; code == 0 && i < ids->len; i++) {
		int32_t id = g_array_index(ids, int32_t, i);

		if (!g_hash_table_contains(found, GINT_TO_POINTER(id))) {
			g_autoptr(GString) text = shown(item_at(r, is_single, i));

			failf(r, "Invalid pk \"%s\" - object does not exist.", text->str);
			return 0;
		}
		if (g_hash_table_add(taken, GINT_TO_POINTER(id)))
			g_array_append_val(r->value->ids, id);
	}
	if (code == 0 && ids->len < count)
		failf(r, "Incorrect type. Expected pk value, received %s.",
		      body_type_name(item_at(r, is_single, ids->len)));
	return code;
}

static int read_id(struct reading *r)
{
	int code = read_items(r, true, 1);

	if (r->value->ids->len > 0)
		r->value->number = g_array_index(r->value->ids, int32_t, 0);
	return code;
}

static void fail_if_empty(struct reading *r)
{
	if (r->field->message_if_empty != NULL)
		fail(r, r->field->message_if_empty);
}

/* A single value of a form is not in a list. */
static int read_ids(struct reading *r)
{
	bool is_single = r->is_form && !json_is_array(r->json);
	size_t count = is_single ? 1 : json_array_size(r->json);

	if (!is_single && !json_is_array(r->json)) {
		failf(r, "Expected a list of items but got type \"%s\".", body_type_name(r->json));
		return 0;
	}
	if (count == 0)
		fail_if_empty(r);
	if (count > FIELDS_IDS_MAX) {
		failf(r, "Ensure this field has no more than %d elements.", FIELDS_IDS_MAX);
		return 0;
	}
	return read_items(r, is_single, count);
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
		return read_id(r);
	case FIELD_IDS:
		return read_ids(r);
	}
	return 0;
}

/*
 * Forms have the name "settings.x", JSON has an object "settings".  The last value of a repeated
 * name of a form is used.
 */
static const json_t *find(const struct body *body, const struct field *field)
{
	const char *dot = body->is_form ? NULL : strchr(field->name, '.');
	g_autofree char *outer =
		dot != NULL ? g_strndup(field->name, (gsize)(dot - field->name)) : NULL;
	const json_t *json =
		dot != NULL ? json_object_get(json_object_get(body->members, outer), dot + 1)
			    : json_object_get(body->members, field->name);

	if (body->is_form && json_is_array(json) && field->kind != FIELD_IDS)
		return json_array_get(json, json_array_size(json) - 1);
	return json;
}

bool fields_has_inner(const struct body *body, const char *name)
{
	g_autofree char *start = g_strconcat(name, ".", NULL);
	const char *member;
	json_t *value;

	if (!body->is_form)
		return json_object_get(body->members, name) != NULL;
	json_object_foreach (body->members, member, value) {
		if (g_str_has_prefix(member, start))
			return true;
	}
	return false;
}

/* An empty value in a form is an absent one, if the member may be neither null nor empty. */
static bool is_absent(const struct reading *r)
{
	const struct field *field = r->field;

	if (r->json == NULL)
		return true;
	return r->is_form && is_blank(r->json) && field->kind != FIELD_IDS && !field->is_required &&
	       !field->may_be_null && !field->may_be_blank;
}

/* Forms of browsers lack boxes that are not checked, and empty lists. */
static bool is_unchecked(const struct reading *r, const struct body *body)
{
	const char *dot = strchr(r->field->name, '.');
	g_autofree char *outer =
		dot != NULL ? g_strndup(r->field->name, (gsize)(dot - r->field->name)) : NULL;

	if (!r->is_form || r->json != NULL)
		return false;
	return r->field->kind == FIELD_IDS ||
	       (r->field->kind == FIELD_BOOL && (dot == NULL || fields_has_inner(body, outer)));
}

static void set_unchecked(struct reading *r)
{
	r->value->is_given = true;
	r->value->is_null = r->field->may_be_null;
	if (r->field->kind == FIELD_IDS) {
		r->value->ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
		fail_if_empty(r);
	}
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
				     .json = find(body, &fields[i]),
				     .is_form = body->is_form,
				     .value = &ret_values[i],
				     .errors = errors };

		if (fields[i].since > request.version)
			continue;
		if (!is_absent(&r))
			code = read_given(&r);
		else if (!request.is_partial && is_unchecked(&r, body))
			set_unchecked(&r);
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
