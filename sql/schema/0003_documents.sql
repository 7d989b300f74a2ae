-- A stored patch as a document of Patchwork's REST interface.
--
--     select patchmda.patch_document(1, 'https://patchwork.example.org');
--
-- The bodies of the functions are texts, so that PostgreSQL records no dependency on Patchwork's
-- columns, which Patchwork's migrations may change.  The type is json, not jsonb, to preserve the
-- order of members.

-- For `patchmda why`.
create index held_msgid_idx on patchmda.held (msgid);

-- Percent-encode text as a segment of a URL's path (RFC 3986), except `/`.
create function patchmda.url_segment(segment text) returns text
language sql immutable strict parallel safe as $$
    select case when segment !~ '[^A-Za-z0-9_.~!$&''()*+,;=:@/-]' then segment else (
        select string_agg(case when c ~ '[A-Za-z0-9_.~!$&''()*+,;=:@/-]' then c
                               else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')),
                                                   '(..)', '%\1', 'g') end, '' order by i)
          from regexp_split_to_table(segment, '') with ordinality u (c, i)) end
$$;

-- The clock reading of a date column, as ISO 8601.  A Patchwork stores the reading of UTC as if it
-- were a time in the TIME_ZONE of its settings, which the caller passes.
create function patchmda.clock_reading(date timestamptz, time_zone text) returns text
language sql stable strict parallel safe as $$
    select to_char(clock, 'YYYY-MM-DD"T"HH24:MI:SS')
           || case when clock = date_trunc('second', clock) then '' else to_char(clock, '.US') end
      from (select date at time zone time_zone as clock) c
$$;

-- A stored header block as an object, with names in order of first occurrence.  The value of a
-- repeated header is a list.
create function patchmda.headers_document(headers text) returns json
language sql immutable strict parallel safe as $$
    select coalesce(json_object_agg(name, value order by first), '{}')
      from (select name, min(i) as first,
                   case count(*) when 1 then to_json(min(value))
                                 else json_agg(value order by i) end as value
              from (select i, left(header, strpos(header, ':') - 1) as name,
                           regexp_replace(substr(header, strpos(header, ':') + 1), '^ ', '') as value
                      from regexp_split_to_table(headers, '\n(?![ \t])') with ordinality u (header, i)
                     where strpos(header, ':') > 1) h
             group by name) n
$$;

-- The prefixes in the bracket at the start of a stored name.
create function patchmda.prefixes_document(name text) returns json
language sql immutable strict parallel safe as $$
    select coalesce(json_agg(prefix order by i), '[]')
      from regexp_split_to_table(substring(name from '^\[([^]]*)\]'), ',') with ordinality u (prefix, i)
     where prefix <> ''
$$;

-- The combined state of a patch's checks: the worst of the latest check of each user and context.
-- The states are 0 pending, 1 success, 2 warning, 3 fail.
create function patchmda.combined_check(patch_id integer) returns text
language sql stable strict parallel safe as $$
    select case when bool_or(state = 3) then 'fail'
                when bool_or(state = 2) then 'warning'
                when bool_and(state = 1) then 'success'
                else 'pending' end
      from (select distinct on (c.user_id, c.context) c.state
              from patchwork_check c
             where c.patch_id = combined_check.patch_id
             order by c.user_id, c.context, c.date desc, c.id desc) latest
$$;

-- The document, or null if the patch does not exist.  `base_url` is the URL of the site, without a
-- path.
create function patchmda.patch_document(id integer, base_url text, time_zone text default 'UTC')
returns json language sql stable parallel safe as $$
    select json_build_object(
        'id', p.id,
        'url', format('%s/api/patches/%s/', base, p.id),
        'web_url', page,
        'project', json_build_object(
            'id', j.id,
            'url', format('%s/api/projects/%s/', base, j.id),
            'name', j.name,
            'link_name', j.linkname,
            'list_id', j.listid,
            'list_email', j.listemail,
            'web_url', j.web_url,
            'scm_url', j.scm_url,
            'webscm_url', j.webscm_url,
            'list_archive_url', j.list_archive_url,
            'list_archive_url_format', j.list_archive_url_format,
            'commit_url_format', j.commit_url_format),
        'msgid', p.msgid,
        'list_archive_url', replace(nullif(j.list_archive_url_format, ''), '{}', bare_id),
        'date', patchmda.clock_reading(p.date, time_zone),
        'name', p.name,
        'commit_ref', p.commit_ref,
        'pull_url', p.pull_url,
        'state', t.slug,
        'archived', p.archived,
        'hash', p.hash::text,
        'submitter', json_build_object(
            'id', w.id,
            'url', format('%s/api/people/%s/', base, w.id),
            'name', w.name,
            'email', w.email),
        'delegate', (
            select json_build_object(
                'id', u.id,
                'url', format('%s/api/users/%s/', base, u.id),
                'username', u.username,
                'first_name', u.first_name,
                'last_name', u.last_name,
                'email', u.email)
              from auth_user u where u.id = p.delegate_id),
        'mbox', page || 'mbox/',
        'series', (
            select coalesce(json_agg(json_build_object(
                'id', s.id,
                'url', format('%s/api/series/%s/', base, s.id),
                'web_url', format('%s/list/?series=%s', project, s.id),
                'date', patchmda.clock_reading(s.date, time_zone),
                'name', s.name,
                'version', s.version,
                'mbox', format('%s/series/%s/mbox/', base, s.id))), '[]')
              from patchwork_series s where s.id = p.series_id),
        'comments', format('%s/api/patches/%s/comments/', base, p.id),
        'check', patchmda.combined_check(p.id),
        'checks', format('%s/api/patches/%s/checks/', base, p.id),
        'tags', json_build_object(),
        'related', (
            select coalesce(json_agg(json_build_object(
                'id', r.id,
                'url', format('%s/api/patches/%s/', base, r.id),
                'web_url', other_page,
                'msgid', r.msgid,
                'list_archive_url', replace(nullif(rj.list_archive_url_format, ''), '{}', other_id),
                'date', patchmda.clock_reading(r.date, time_zone),
                'name', r.name,
                'mbox', other_page || 'mbox/') order by r.id), '[]')
              from patchwork_patch r
              join patchwork_project rj on rj.id = r.project_id
             cross join lateral (
                select patchmda.url_segment(btrim(r.msgid, '<>')) as other_id) ri
             cross join lateral (
                select format('%s/project/%s/patch/%s/', base, patchmda.url_segment(rj.linkname),
                              other_id) as other_page) rp
             where r.related_id = p.related_id and r.id <> p.id),
        'headers', patchmda.headers_document(p.headers),
        'content', p.content,
        'diff', p.diff,
        'prefixes', patchmda.prefixes_document(p.name))
      from patchwork_patch p
      join patchwork_project j on j.id = p.project_id
      join patchwork_person w on w.id = p.submitter_id
      left join patchwork_state t on t.id = p.state_id
     cross join lateral (
        select rtrim(coalesce(base_url, ''), '/') as base,
               patchmda.url_segment(btrim(p.msgid, '<>')) as bare_id) b
     cross join lateral (
        select format('%s/project/%s', base, patchmda.url_segment(j.linkname)) as project) n
     cross join lateral (
        select format('%s/patch/%s/', project, bare_id) as page) u
     where p.id = patch_document.id
$$;
