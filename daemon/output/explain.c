/*
 * explain - names the rule by which a message was put into its series or on its parent; see
 * explain.h
 */
#include "daemon/output/explain.h"

#include <inttypes.h>

#include "daemon/output/span.h"
#include "parser/decide/component.h"

#define ARGS(v) (int)(v).len, (v).ptr != NULL ? (v).ptr : ""

static const struct why_reference *reference_at(const GArray *refs, guint i)
{
	return &g_array_index(refs, struct why_reference, i);
}

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

/* A reference to a series of another version counts only if that is about as old. */
static bool is_passed_over(const struct why_stored *member, const struct why_reference *reference)
{
	return reference->series_version != member->version &&
	       distance(reference->series_clock, member->clock) > SERIES_WINDOW_SECS;
}

/* The first reference that decides; NULL if none does. */
static const struct why_reference *deciding(const struct why_stored *member, const GArray *refs)
{
	for (guint i = 0; i < refs->len; i++) {
		const struct why_reference *reference = reference_at(refs, i);

		if (reference->series_id != 0 && !is_passed_over(member, reference))
			return reference;
	}
	return NULL;
}

/* The first reference to a series other than the member's, which may explain why there are two. */
static const struct why_reference *elsewhere(const struct why_stored *member, const GArray *refs)
{
	for (guint i = 0; i < refs->len; i++) {
		const struct why_reference *reference = reference_at(refs, i);

		if (reference->series_id != 0 && reference->series_id != member->series.id)
			return reference;
	}
	return NULL;
}

/* ---- the message that a series was made for */

static char *describe_maker(const struct why_stored *member, const GArray *refs)
{
	const struct why_reference *other = elsewhere(member, refs);

	if (member->is_patch && !member->has_marker)
		return g_strdup("the series was made for it: a patch without a number such as"
				" 1/3 has its own series");
	if (other != NULL && is_passed_over(member, other))
		return g_strdup_printf(
			"the series was made for it: the id %.*s leads to series %" PRId32
			", but that has version %" PRId32 " and another date",
			ARGS(other->msgid), other->series_id, other->series_version);
	if (other != NULL && other->holder.ptr != NULL)
		return g_strdup_printf(
			"the series was made for it: the id %.*s leads to series %" PRId32
			", but number %" PRId32 " is taken there by %.*s",
			ARGS(other->msgid), other->series_id, member->marked_number,
			ARGS(other->holder));
	return g_strdup("the series was made for it: it is the first message of the series");
}

/* ---- messages that joined a series */

static bool fits_marker(const struct why_stored *member)
{
	const struct why_series *series = &member->series;

	return member->is_patch && member->has_marker &&
	       member->submitter_id == series->submitter_id && member->version == series->version &&
	       member->marked_total == series->total &&
	       distance(member->clock, series->clock) <= SERIES_WINDOW_SECS;
}

/* Describe the id that led to the series. */
static char *by_reference(const struct why_stored *member, const struct why_reference *reference)
{
	if (view_eq(reference->msgid, member->msgid))
		return g_strdup("by reference: another message of the series refers"
				" to it");
	if (view_eq(reference->msgid, member->series.cover))
		return g_strdup_printf("by reference: it refers to %.*s, the"
				       " cover letter of the series",
				       ARGS(reference->msgid));
	return g_strdup_printf("by reference: it refers to %.*s (%.*s), which leads"
			       " to the series",
			       ARGS(reference->msgid), ARGS(reference->what));
}

static char *by_marker(const struct why_stored *member)
{
	char span[SPAN_TEXT_BYTES];

	span_format(distance(member->clock, member->series.clock), span);
	return g_strdup_printf("by marker: no id leads to the series, but submitter,"
			       " version %" PRId32 " and total %" PRId32
			       " are the same and the dates %s apart",
			       member->version, member->marked_total, span);
}

static char *describe_joined(const struct why_stored *member, const GArray *refs)
{
	const struct why_reference *reference = deciding(member, refs);

	if (reference != NULL && reference->series_id == member->series.id)
		return by_reference(member, reference);
	if (reference == NULL && fits_marker(member))
		return by_marker(member);
	return g_strdup("no rule leads there: a user or another parser has put it there");
}

static char *describe_excluded(const struct why_stored *member, const GArray *refs)
{
	const struct why_reference *reference = deciding(member, refs);

	if (reference != NULL && member->is_patch && member->has_marker &&
	    member->marked_number == 0)
		return g_strdup_printf("it is numbered 0 and has a diff, so it is not counted"
				       " in its series (%" PRId32 ")",
				       reference->series_id);
	if (reference != NULL && member->is_cover)
		return g_strdup_printf("it leads to series %" PRId32
				       ", which has another cover letter: the first"
				       " one counts",
				       reference->series_id);
	return g_strdup(
		"no rule excludes it: a user or another parser has removed it from its series");
}

char *explain_member(const struct why_stored *member, const GArray *refs)
{
	if (!member->has_links)
		return g_strdup("another parser has stored it, and patchmda has not read it"
				" yet");
	if (member->series.id == 0)
		return describe_excluded(member, refs);
	if (view_eq(member->msgid, member->series.maker))
		return describe_maker(member, refs);
	return describe_joined(member, refs);
}

/* ---- comments */

/* The patch, or the cover letter, to which a reference leads; absent if there is none. */
static struct view leads_to(const struct why_reference *reference, bool to_patch)
{
	return to_patch ? reference->patch : reference->cover;
}

static const struct why_reference *first_leading(const GArray *refs, bool to_patch)
{
	for (guint i = 0; i < refs->len; i++)
		if (leads_to(reference_at(refs, i), to_patch).ptr != NULL)
			return reference_at(refs, i);
	return NULL;
}

char *explain_comment(const struct why_stored *comment, const GArray *refs)
{
	const struct why_reference *patch = first_leading(refs, true);
	const struct why_reference *chosen = patch != NULL ? patch : first_leading(refs, false);

	if (chosen == NULL || comment->is_patch_comment != (patch != NULL) ||
	    !view_eq(leads_to(chosen, patch != NULL), comment->parent))
		return g_strdup("no rule leads there: a user or another parser has put it there");
	if (view_eq(chosen->msgid, comment->parent))
		return g_strdup_printf("by reference: it refers to the %s",
				       patch != NULL ? "patch" : "cover letter");
	return g_strdup_printf("by reference: it refers to %.*s, %.*s", ARGS(chosen->msgid),
			       ARGS(chosen->what));
}
