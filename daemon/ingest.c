/* ingest - makes a delivery of a raw message; see ingest.h */
#include "daemon/ingest.h"

#include "daemon/clock.h"
#include "daemon/poison.h"

static void hold(struct ingest *ingest, int fault)
{
	ingest->delivery.kind = ingest->is_cut ? HOLD_CUT : HOLD_INVALID;
	ingest->delivery.reason = ingest->is_cut ? "the message is larger than the limit: "
						   "this is its beginning"
						 : fault_text(fault);
}

static void hold_poison(struct ingest *ingest)
{
	ingest->submission = (struct submission){ 0 };
	ingest->delivery.kind = HOLD_POISON;
	ingest->delivery.reason = "parsing it ended the program or took too long, twice";
}

/* Whether the message may be parsed; then the caller has to call poison_end(). */
static bool begin(const struct ingest *ingest, struct poison_reading *ret_reading)
{
	*ret_reading = poison_begin(ingest->fingerprint);
	if (ret_reading->ends < POISON_ENDS_MAX || ingest->is_trusted)
		return true;
	(void)poison_end(ret_reading, POISON_NOT_READ);
	return false;
}

/* The two parts of parsing, with the result in *ret; false: the message must not be parsed. */
static bool open_headers(struct arena *arena, struct view raw, struct ingest *ingest, int *ret)
{
	struct poison_reading reading;

	if (!begin(ingest, &reading))
		return false;
	*ret = submission_open(arena, raw, &ingest->submission);
	ingest->is_slow = poison_end(&reading, POISON_PART_READ);
	return true;
}

static bool read_rest(struct arena *arena, const struct project *project, struct ingest *ingest,
		      int *ret)
{
	struct poison_reading reading;

	if (!begin(ingest, &reading))
		return false;
	*ret = submission_read(arena, &ingest->submission, view_str(project->link_name),
			       view_str(project->list_email));
	(void)poison_end(&reading, ingest->is_slow ? POISON_PART_READ : POISON_READ);
	return true;
}

int ingest_open(struct arena *arena, struct view raw, struct ingest *ingest)
{
	struct submission *s = &ingest->submission;
	int r = 0;

	ingest->fingerprint = poison_fingerprint(raw);
	ingest->delivery = (struct delivery){ .kind = DELIVER_MESSAGE,
					      .submission = s,
					      .raw = raw,
					      .received_usecs = clock_real_usecs() };
	if (!open_headers(arena, raw, ingest, &r)) {
		hold_poison(ingest);
		return 0;
	}
	if (r < 0)
		return r;
	if (ingest->list_id.ptr != NULL) {
		s->list_ids[0] = ingest->list_id;
		s->list_id_count = 1;
	}
	if (r > 0 || ingest->is_cut)
		hold(ingest, r);
	return 0;
}

enum ingested ingest_choose(const struct catalog *catalog, struct ingest *ingest)
{
	const struct submission *s = &ingest->submission;
	struct delivery *delivery = &ingest->delivery;
	const struct project *project;

	if (delivery->kind == HOLD_NO_PROJECT) {
		delivery->kind = DELIVER_MESSAGE;
		delivery->reason = NULL;
	}
	if (delivery->kind != DELIVER_MESSAGE)
		return INGEST_DELIVER;
	if (s->is_ignored)
		return INGEST_IGNORE;
	project = catalog_choose(catalog, s);
	if (project == NULL) {
		delivery->kind = HOLD_NO_PROJECT;
		delivery->reason = s->list_id_count > 0 ? "no project has one of its list ids"
							: "the message names no list";
		return INGEST_NO_PROJECT;
	}
	delivery->project_id = project->id;
	return INGEST_DELIVER;
}

int ingest_finish(struct arena *arena, const struct catalog *catalog, struct ingest *ingest)
{
	struct delivery *delivery = &ingest->delivery;
	const struct project *project = catalog_project(catalog, delivery->project_id);
	int r = 0;

	if (delivery->kind != DELIVER_MESSAGE)
		return 0;
	if (!read_rest(arena, project, ingest, &r))
		hold_poison(ingest);
	if (r > 0)
		hold(ingest, r);
	return r < 0 ? r : 0;
}

int ingest_read(struct arena *arena, struct view raw, const struct catalog *catalog,
		struct ingest *ingest, enum ingested *ret_ingested)
{
	int r = ingest_open(arena, raw, ingest);

	if (r != 0)
		return r;
	*ret_ingested = ingest_choose(catalog, ingest);
	return *ret_ingested == INGEST_DELIVER ? ingest_finish(arena, catalog, ingest) : 0;
}
