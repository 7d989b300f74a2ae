-- Users of the REST interface: id, whether active, and the password as Django stores it.

prepare account_by_token (text) as
select u.id, u.is_active, null::text
from authtoken_token t
join auth_user u on u.id = t.user_id
where t.key = $1;

prepare account_by_name (text) as
select id, is_active, password
from auth_user
where username = $1;
