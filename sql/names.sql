-- The names of projects, states and users, for messages about a name that does not exist. $1 is the limit of
-- rows; each has the number of all names.

prepare names_projects (integer) as
select linkname, count(*) over ()
from patchwork_project
order by linkname
limit $1;

prepare names_states (integer) as
select slug, count(*) over ()
from patchwork_state
order by ordering, id
limit $1;

prepare names_users (integer) as
select username, count(*) over ()
from auth_user
order by username
limit $1;
