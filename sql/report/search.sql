-- Single rows of the REST interface. search.c composes the statements of its lists.

-- A project by its id or by its link name; if both match, by its id.
prepare search_project (integer, text) as
select id
from patchwork_project
where id = $1 or linkname = $2
order by id <> $1
limit 1;
