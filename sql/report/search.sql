-- Single rows of the REST interface; its lists are composed in search.c.

-- A project by its id or by its link name; the id counts first.
prepare search_project (integer, text) as
select id
from patchwork_project
where id = $1 or linkname = $2
order by id <> $1
limit 1;
