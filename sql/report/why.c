/* why - everything that is known about one message id; see why.h */
#include "sql/report/why.h"

#include "sql/seen.h"
#include "sql/report/read.h"

#define UTC_FORMAT " at time zone 'UTC', 'YYYY-MM-DD HH24:MI\"Z\"')"

/* Age and clock reading of the dates of x and s, which are in the zone $2. */
#define X_AGE   "extract(epoch from (now() at time zone 'UTC') - (x.date at time zone $2))::bigint"
#define S_CLOCK "extract(epoch from (s.date at time zone $2))::bigint"

/*
 * The message that a series was made for is one with its date, submitter and version: one that
 * refers to none of the others, and of several such the first by message id (canonical order).
 */
#define MAKER                                                                             \
	"(select k.msgid from (select o.msgid, o.refs, array_agg(o.msgid) over () as ids" \
	" from (select 'p'::\"char\" as kind, q.id from patchwork_patch q"                \
	" where q.series_id = s.id union all select 'c', s.cover_letter_id) y,"           \
	" lateral (select * from patchmda.member m where m.kind = y.kind and m.id = y.id" \
	" offset 0) o where o.date = " S_CLOCK                                            \
	" and o.submitter_id = s.submitter_id and o.version = s.version) k"               \
	" order by k.refs && array_remove(k.ids, k.msgid), k.msgid limit 1)"

/* Patches and cover letters; $1 is the spellings of the id, $2 the time zone. */
static const char members_sql[] =
	"select x.kind = 'p', x.id, x.project_id, j.linkname, x.msgid, x.name, w.name, w.email,"
	" x.submitter_id, patchmda.clock_reading(x.date, $2), " X_AGE ", x.state,"
	" m.id is not null, m.total is not null, coalesce(m.version, 0), coalesce(m.number, 0),"
	" coalesce(m.total, 0), coalesce(m.date, 0), coalesce(x.number, 0)::int,"
	" coalesce(m.refs, '{}')::text[], coalesce(s.id, 0), s.name, coalesce(s.version, 0),"
	" coalesce(s.total, 0), (select count(*) from patchwork_patch q where q.series_id = s.id)::int,"
	" coalesce(s.submitter_id, 0), coalesce(" S_CLOCK ", 0), c.msgid, " MAKER ","
	" (select coalesce(array_agg(coalesce(d.ref, 'series ' || d.to_series_id)), '{}')"
	" from patchmda.depend d where d.kind = x.kind and d.id = x.id)::text[],"
	" j.listemail, x.headers, x.content, x.diff"
	" from (select 'p'::\"char\" as kind, p.id, p.project_id, p.msgid, p.name,"
	" p.submitter_id, p.date, t.slug as state, p.series_id, p.number, p.headers, p.content, p.diff"
	" from patchwork_patch p left join patchwork_state t on t.id = p.state_id"
	" where p.msgid = any($1::text[])"
	" union all "
	"select 'c', v.id, v.project_id, v.msgid, v.name, v.submitter_id, v.date, null, o.id, null,"
	" v.headers, v.content, null"
	" from patchwork_cover v left join patchwork_series o on o.cover_letter_id = v.id"
	" where v.msgid = any($1::text[])) x"
	" join patchwork_project j on j.id = x.project_id"
	" join patchwork_person w on w.id = x.submitter_id"
	" left join patchmda.member m on m.kind = x.kind and m.id = x.id"
	" left join patchwork_series s on s.id = x.series_id"
	" left join patchwork_cover c on c.id = s.cover_letter_id"
	" order by j.linkname, x.kind desc, x.id";

static const char comments_sql[] =
	"select x.is_patch, x.id, x.project_id, j.linkname, x.msgid, x.name, x.parent, w.name,"
	" w.email, x.submitter_id, patchmda.clock_reading(x.date, $2), " X_AGE ", x.headers,"
	" j.listemail"
	" from (select true as is_patch, c.id, p.project_id, c.msgid, p.name,"
	" p.msgid as parent, c.submitter_id, c.date, c.headers from patchwork_patchcomment c"
	" join patchwork_patch p on p.id = c.patch_id where c.msgid = any($1::text[])"
	" union all "
	"select false, c.id, p.project_id, c.msgid, p.name, p.msgid, c.submitter_id, c.date,"
	" c.headers from patchwork_covercomment c"
	" join patchwork_cover p on p.id = c.cover_id where c.msgid = any($1::text[])) x"
	" join patchwork_project j on j.id = x.project_id"
	" join patchwork_person w on w.id = x.submitter_id order by j.linkname, x.id";

static const char waiting_sql[] =
	"select j.linkname, to_char(w.received" UTC_FORMAT ", to_char(w.expires" UTC_FORMAT ","
	" (select coalesce(array_agg(r.ref), '{}') from patchmda.waiting_ref r"
	" where r.waiting_id = w.id)::text[]"
	" from patchmda.waiting w join patchwork_project j on j.id = w.project_id"
	" where w.msgid = any($1::text[]) order by j.linkname";

static const char held_sql[] =
	"select h.id, to_char(h.received" UTC_FORMAT ", to_char(h.expires" UTC_FORMAT ", h.reason,"
	" array_to_string(h.list_ids, ' '), h.place from patchmda.held h"
	" where h.msgid = any($1::text[]) order by h.id";

static const char seen_sql[] =
	"select distinct j.linkname from unnest($1::bigint[]) k(hash)"
	" join patchmda.seen s on s.hash = k.hash join patchwork_project j on j.id = s.project_id"
	" order by j.linkname";

/* Of comments, patchmda.mention only has those that the message could still move. */
static const char msgrefs_sql[] =
	"select j.linkname, x.what, x.msgid from ("
	"(select m.project_id, case m.kind when 'p' then 'a patch' when 'c' then 'a cover letter'"
	" when 'P' then 'a comment on a patch' else 'a comment on a cover letter' end as what,"
	" coalesce((select p.msgid from patchwork_patch p where m.kind = 'p' and p.id = m.id),"
	" (select c.msgid from patchwork_cover c where m.kind = 'c' and c.id = m.id),"
	" (select c.msgid from patchwork_patchcomment c where m.kind = 'P' and c.id = m.id),"
	" (select c.msgid from patchwork_covercomment c where m.kind = 'C' and c.id = m.id)) as msgid"
	" from patchmda.mention m where m.ref = any($1::text[]) limit $2)"
	" union all "
	"(select w.project_id, 'waiting for its parent', w.msgid from patchmda.waiting_ref r"
	" join patchmda.waiting w on w.id = r.waiting_id where r.ref = any($1::text[]) limit $2)"
	" union all "
	"(select d.project_id, 'depends on it', coalesce((select p.msgid from patchwork_patch p"
	" where d.kind = 'p' and p.id = d.id), (select c.msgid from patchwork_cover c"
	" where d.kind = 'c' and c.id = d.id))"
	" from patchmda.depend d where d.ref = any($1::text[]) limit $2)) x"
	" join patchwork_project j on j.id = x.project_id where x.msgid is not null"
	" order by 1, 2, 3 limit $2";

/* $1 is the project, $2 the time zone, $3 the ids, $4 a number in a series. */
static const char references_sql[] =
	"select k.ref, case when p.msgid is not null then 'a patch'"
	" when v.msgid is not null then 'a cover letter'"
	" when pc.parent is not null then 'a comment on a patch'"
	" when vc.parent is not null then 'a comment on a cover letter'"
	" when exists (select 1 from patchmda.waiting w where w.msgid = k.ref"
	" and w.project_id + 0 = $1) then 'waiting for its parent'"
	" when exists (select 1 from patchmda.seen n where n.hash ="
	" ('x' || left(md5(k.ref), 16))::bit(64)::bigint and n.project_id + 0 = $1)"
	" then 'dropped as unrelated' else 'never seen' end,"
	" coalesce(p.msgid, pc.parent), coalesce(v.msgid, vc.parent),"
	" coalesce(s.id, 0), coalesce(s.version, 0), coalesce(" S_CLOCK ", 0),"
	" (select q.msgid from patchwork_patch q where q.series_id = s.id and q.number = $4)"
	" from unnest($3::text[]) with ordinality k(ref, i)"
	" left join lateral (select msgid from patchwork_patch p"
	" where p.msgid = k.ref and p.project_id + 0 = $1 offset 0) p on true"
	" left join lateral (select msgid from patchwork_cover v"
	" where v.msgid = k.ref and v.project_id + 0 = $1 offset 0) v on true"
	" left join lateral (select q.msgid as parent from patchwork_patchcomment c"
	" join patchwork_patch q on q.id = c.patch_id"
	" where c.msgid = k.ref and q.project_id + 0 = $1 order by c.id limit 1) pc on true"
	" left join lateral (select q.msgid as parent from patchwork_covercomment c"
	" join patchwork_cover q on q.id = c.cover_id"
	" where c.msgid = k.ref and q.project_id + 0 = $1 order by c.id limit 1) vc on true"
	" left join lateral (select series_id from patchwork_seriesreference r"
	" where r.msgid = k.ref and r.project_id = $1 offset 0) r on true"
	" left join patchwork_series s on s.id = r.series_id order by k.i";

static GArray *texts_at(const struct pg_result *rows, int row, int column)
{
	GArray *texts = g_array_new(FALSE, FALSE, sizeof(struct view));

	pg_texts(rows, row, column, texts);
	return texts;
}

static void take_members(const struct pg_result *rows, GArray *stored)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_stored item = {
			.is_patch = pg_bool(rows, i, 0),
			.is_cover = !pg_bool(rows, i, 0),
			.id = pg_int(rows, i, 1),
			.project_id = pg_int(rows, i, 2),
			.project = pg_text(rows, i, 3),
			.msgid = pg_text(rows, i, 4),
			.name = pg_text(rows, i, 5),
			.submitter_name = pg_text(rows, i, 6),
			.submitter_email = pg_text(rows, i, 7),
			.submitter_id = pg_int(rows, i, 8),
			.date = pg_text(rows, i, 9),
			.age_secs = pg_bigint(rows, i, 10),
			.state = pg_text(rows, i, 11),
			.has_links = pg_bool(rows, i, 12),
			.has_marker = pg_bool(rows, i, 13),
			.version = pg_int(rows, i, 14),
			.marked_number = pg_int(rows, i, 15),
			.marked_total = pg_int(rows, i, 16),
			.clock = pg_bigint(rows, i, 17),
			.number = pg_int(rows, i, 18),
			.refs = texts_at(rows, i, 19),
			.series = { .id = pg_int(rows, i, 20),
				    .name = pg_text(rows, i, 21),
				    .version = pg_int(rows, i, 22),
				    .total = pg_int(rows, i, 23),
				    .received = pg_int(rows, i, 24),
				    .submitter_id = pg_int(rows, i, 25),
				    .clock = pg_bigint(rows, i, 26),
				    .cover = pg_text(rows, i, 27),
				    .maker = pg_text(rows, i, 28) },
			.depends = texts_at(rows, i, 29),
			.list_email = pg_text(rows, i, 30),
			.headers = pg_text(rows, i, 31),
			.content = pg_text(rows, i, 32),
			.diff = pg_text(rows, i, 33),
		};

		g_array_append_val(stored, item);
	}
}

static void take_comments(const struct pg_result *rows, GArray *stored)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_stored item = {
			.is_patch_comment = pg_bool(rows, i, 0),
			.id = pg_int(rows, i, 1),
			.project_id = pg_int(rows, i, 2),
			.project = pg_text(rows, i, 3),
			.msgid = pg_text(rows, i, 4),
			.name = pg_text(rows, i, 5),
			.parent = pg_text(rows, i, 6),
			.submitter_name = pg_text(rows, i, 7),
			.submitter_email = pg_text(rows, i, 8),
			.submitter_id = pg_int(rows, i, 9),
			.date = pg_text(rows, i, 10),
			.age_secs = pg_bigint(rows, i, 11),
			.headers = pg_text(rows, i, 12),
			.list_email = pg_text(rows, i, 13),
			.refs = g_array_new(FALSE, FALSE, sizeof(struct view)),
			.depends = g_array_new(FALSE, FALSE, sizeof(struct view)),
		};

		g_array_append_val(stored, item);
	}
}

static void take_waiting(const struct pg_result *rows, GArray *waiting)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_waiting item = { .project = pg_text(rows, i, 0),
					    .received = pg_text(rows, i, 1),
					    .expires = pg_text(rows, i, 2),
					    .refs = texts_at(rows, i, 3) };

		g_array_append_val(waiting, item);
	}
}

static void take_held(const struct pg_result *rows, GArray *held)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_held item = { .id = pg_bigint(rows, i, 0),
					 .received = pg_text(rows, i, 1),
					 .expires = pg_text(rows, i, 2),
					 .reason = pg_text(rows, i, 3),
					 .list_ids = pg_text(rows, i, 4),
					 .location = pg_text(rows, i, 5) };

		g_array_append_val(held, item);
	}
}

static void take_msgrefs(const struct pg_result *rows, GArray *msgrefs)
{
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_msgref item = { .project = pg_text(rows, i, 0),
					   .what = pg_text(rows, i, 1),
					   .msgid = pg_text(rows, i, 2) };

		g_array_append_val(msgrefs, item);
	}
}

static void take_all(struct why *why)
{
	const struct pg_result *seen = why->results[WHY_SEEN];

	take_members(why->results[WHY_SERIES_MEMBERS], why->stored);
	take_comments(why->results[WHY_COMMENTS], why->stored);
	take_waiting(why->results[WHY_WAITING], why->waiting);
	take_held(why->results[WHY_HELD], why->held);
	take_msgrefs(why->results[WHY_MSGREFS], why->msgrefs);
	for (int i = 0; i < pg_rows(seen); i++) {
		struct view project = pg_text(seen, i, 0);

		g_array_append_val(why->seen, project);
	}
}

static int ask(struct pg *pg, const struct view spellings[2], const char *time_zone,
	       struct pg_result **results)
{
	static const char *const statements[WHY_PARTS] = {
		[WHY_SERIES_MEMBERS] = members_sql,
		[WHY_COMMENTS] = comments_sql,
		[WHY_WAITING] = waiting_sql,
		[WHY_HELD] = held_sql,
		[WHY_SEEN] = seen_sql,
		[WHY_MSGREFS] = msgrefs_sql,
	};
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(struct view));
	g_autoptr(GArray) hashes = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct pg_query queries[WHY_PARTS];
	int r;

	for (int i = 0; i < 2; i++) {
		int64_t hash = seen_hash(spellings[i]);

		g_array_append_val(ids, spellings[i]);
		g_array_append_val(hashes, hash);
	}
	for (int i = 0; i < WHY_PARTS; i++) {
		pg_query_init(&queries[i], statements[i]);
		if (i == WHY_SEEN)
			pg_param_bigints(&queries[i], hashes);
		else
			pg_param_texts(&queries[i], ids);
	}
	pg_param_text(&queries[WHY_SERIES_MEMBERS], view_str(time_zone));
	pg_param_text(&queries[WHY_COMMENTS], view_str(time_zone));
	pg_param_int(&queries[WHY_MSGREFS], WHY_MSGREFS_MAX);
	r = pg_run_all(pg, queries, WHY_PARTS, results);
	for (int i = 0; i < WHY_PARTS; i++)
		pg_query_done(&queries[i]);
	return r;
}

int why_ask(struct pg *pg, const char *msgid, const char *time_zone, struct why *ret_why)
{
	g_autofree char *bracketed = g_strconcat("<", msgid, ">", NULL);
	const struct view spellings[2] = { view_str(msgid), view_str(bracketed) };
	struct why why = { 0 };
	int r = ask(pg, spellings, time_zone, why.results);

	if (r != 0)
		return r;
	why.stored = g_array_new(FALSE, FALSE, sizeof(struct why_stored));
	why.waiting = g_array_new(FALSE, FALSE, sizeof(struct why_waiting));
	why.held = g_array_new(FALSE, FALSE, sizeof(struct why_held));
	why.seen = g_array_new(FALSE, FALSE, sizeof(struct view));
	why.msgrefs = g_array_new(FALSE, FALSE, sizeof(struct why_msgref));
	take_all(&why);
	*ret_why = why;
	return 0;
}

void why_done(struct why *why)
{
	for (guint i = 0; i < why->stored->len; i++) {
		struct why_stored *item = &g_array_index(why->stored, struct why_stored, i);

		g_array_unref(item->refs);
		g_array_unref(item->depends);
	}
	for (guint i = 0; i < why->waiting->len; i++)
		g_array_unref(g_array_index(why->waiting, struct why_waiting, i).refs);
	g_array_unref(why->stored);
	g_array_unref(why->waiting);
	g_array_unref(why->held);
	g_array_unref(why->seen);
	g_array_unref(why->msgrefs);
	for (int i = 0; i < WHY_PARTS; i++)
		pg_result_free(why->results[i]);
}

int why_references(struct pg *pg, int32_t project_id, const GArray *refs, int32_t number,
		   const char *time_zone, GArray **ret_refs, struct pg_result **ret_result)
{
	struct pg_result *rows = NULL;
	struct pg_query query;
	int r;

	pg_query_init(&query, references_sql);
	pg_param_int(&query, project_id);
	pg_param_text(&query, view_str(time_zone));
	pg_param_texts(&query, refs);
	pg_param_int(&query, number);
	r = pg_run(pg, &query, &rows);
	if (r != 0)
		return r;
	*ret_refs = g_array_new(FALSE, FALSE, sizeof(struct why_reference));
	for (int i = 0; i < pg_rows(rows); i++) {
		struct why_reference reference = {
			.msgid = pg_text(rows, i, 0),
			.what = pg_text(rows, i, 1),
			.patch = pg_text(rows, i, 2),
			.cover = pg_text(rows, i, 3),
			.series_id = pg_int(rows, i, 4),
			.series_version = pg_int(rows, i, 5),
			.series_clock = pg_bigint(rows, i, 6),
			.holder = pg_text(rows, i, 7),
		};

		g_array_append_val(*ret_refs, reference);
	}
	*ret_result = rows;
	return 0;
}
