-- The versions of a series, the oldest first. $1 is any of them, $2 the time zone. The last column has, for
-- each prerequisite, the id of its series, or 0 if that is unknown.
prepare chain_series (integer, text) as
select r.series_id, r.first, s.name, r.version, r.minor, patchmda.clock_reading(s.date, $2), (
		select count(*)
		from patchwork_patch q
		where q.series_id = s.id)::int,
	s.total, coalesce(r.previous_id, 0), r.rule, r.change_id, r.base_commit, r.prerequisites, (
		select array_agg(coalesce(case
			when n.text like 'message-id %' then (
				select p.series_id
				from patchwork_patch p
				where p.msgid = substr(n.text, 12) and p.project_id = r.project_id
				union all
				select o.id
				from patchwork_cover c
				join patchwork_series o on o.cover_letter_id = c.id
				where c.msgid = substr(n.text, 12) and c.project_id = r.project_id
				limit 1)
			when n.text like 'change-id %' then (
				select o.series_id
				from patchmda.revision o
				where o.change_id = split_part(substr(n.text, 11), ':v', 1) and o.project_id = r.project_id
				order by o.version::text = split_part(n.text, ':v', 2) desc, o.version desc, o.date desc
				limit 1)
			end, 0)::bigint order by n.i)
		from unnest(r.prerequisites) with ordinality n(text, i))
from patchmda.chain($1) c
join patchmda.revision r on r.series_id = c.series_id
join patchwork_series s on s.id = r.series_id
order by r.version, r.minor, r.date, r.first;
