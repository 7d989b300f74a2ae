-- dependencies.sql - what depends on what: export.sql has no line for it
\pset footer off

-- dependency  project  least id of the series that depends  least id of the other
select 'dependency', j.linkname, coalesce(f.least, '-'), coalesce(t.least, '-')
  from patchwork_series_dependencies d
  join patchwork_series s on s.id = d.from_series_id
  join patchwork_project j on j.id = s.project_id
  cross join lateral (select min(msgid collate "C") as least from (
      select msgid from patchwork_patch where series_id = d.from_series_id
      union all select msgid from patchwork_cover where id = s.cover_letter_id) m) f
  join patchwork_series o on o.id = d.to_series_id
  cross join lateral (select min(msgid collate "C") as least from (
      select msgid from patchwork_patch where series_id = d.to_series_id
      union all select msgid from patchwork_cover where id = o.cover_letter_id) m) t;
