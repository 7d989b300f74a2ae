/* parameter - the parameters of a structured header; see parameter.h */
#include "parser/parameter.h"

#include <string.h>

#include "parser/gmime.h"
#include "parser/text.h"

/* `v` without the quotes or angle brackets around it, and without the backslashes inside. */
static struct view unquote(struct arena *arena, struct view v)
{
	struct builder b = builder_init(arena);

	if (v.len < 2)
		return v;
	if (v.ptr[0] == '<' && v.ptr[v.len - 1] == '>')
		return view_of(v.ptr + 1, v.len - 2);
	if (v.ptr[0] != '"' || v.ptr[v.len - 1] != '"')
		return v;
	v = view_of(v.ptr + 1, v.len - 2);
	if (view_find(v, '\\', 0) == v.len)
		return v;
	for (size_t i = 0; i < v.len; i++) {
		if (v.ptr[i] == '\\' && i + 1 < v.len && strchr("\\\"", v.ptr[i + 1]) != NULL)
			i++;
		builder_byte(&b, v.ptr[i]);
	}
	return builder_view(&b);
}

/* Take the next `name=value` off *rest: up to a semicolon that is not inside quotes. */
static struct view next_parameter(struct view *rest)
{
	struct view parameter;
	size_t end = 0;
	bool quoted = false;

	for (; end < rest->len && (quoted || rest->ptr[end] != ';'); end++)
		if (rest->ptr[end] == '"' && (end == 0 || rest->ptr[end - 1] != '\\'))
			quoted = !quoted;
	parameter = view_head(*rest, end);
	*rest = view_skip(*rest, end < rest->len ? end + 1 : end);
	return parameter;
}

/* The value of `name=value`; empty if there is no `=`. */
static struct view parameter_value(struct arena *arena, struct view parameter)
{
	size_t equals = view_find(parameter, '=', 0);

	if (equals == parameter.len)
		return VIEW("");
	return unquote(arena, text_trim(view_skip(parameter, equals + 1)));
}

/* Whether `key` is `name` in RFC 2231's form: `name*`, `name*0` or `name*0*`. */
static bool is_extended(struct view key, struct view name, struct view *ret_suffix)
{
	if (!view_istarts(key, name) || key.len == name.len || key.ptr[name.len] != '*')
		return false;
	*ret_suffix = view_skip(key, name.len + 1);
	return true;
}

/*
 * Let GMime join the pieces of the parameter `name`.  Other parameters, and each `name*` after the
 * first, are not given to it: it would open a converter for each of them.
 */
static struct view read_extended(struct arena *arena, struct view rest, struct view name,
				 size_t *extended)
{
	struct builder pieces = builder_init(arena);
	bool has_whole = false;

	if ((*extended)++ >= PARAMETER_EXTENDED_MAX)
		return (struct view){ 0 };
	for (size_t n = 0; n < PARAMETER_EXTENDED_MAX && rest.len > 0;) {
		struct view parameter = next_parameter(&rest), suffix;
		struct view key = text_trim(view_head(parameter, view_find(parameter, '=', 0)));

		if (!is_extended(key, name, &suffix) || (suffix.len == 0 && has_whole))
			continue;
		has_whole = has_whole || suffix.len == 0;
		builder_add(&pieces, parameter);
		builder_byte(&pieces, ';');
		n++;
	}
	return gmime_parameter(arena, builder_view(&pieces), name);
}

struct view parameter_find(struct arena *arena, struct view value, struct view name,
			   size_t *extended)
{
	struct view rest = value, parameters, encoded = { 0 }, decoded, suffix;

	if (value.ptr == NULL)
		return value;
	(void)next_parameter(&rest);
	parameters = rest;
	/*
	 * The first piece is read too: `Content-Type: charset=utf-8` has a parameter and no type.
	 */
	for (rest = value; rest.len > 0;) {
		struct view parameter = next_parameter(&rest);
		struct view key = text_trim(view_head(parameter, view_find(parameter, '=', 0)));

		if (view_ieq(key, name))
			return parameter_value(arena, parameter);
		if (is_extended(key, name, &suffix))
			encoded = parameter;
	}
	if (encoded.ptr == NULL)
		return encoded;
	decoded = read_extended(arena, parameters, name, extended);
	return decoded.ptr != NULL ? decoded : parameter_value(arena, encoded);
}
