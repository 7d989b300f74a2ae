-- The time zone in which the database's dates are stored. See zone.h.

prepare zone as
select value
from patchmda.setting
where name = 'time-zone';

prepare zone_record (text) as
insert into patchmda.setting (name, value)
values ('time-zone', $1);

-- The server checks the name and returns its canonical spelling.
prepare zone_spelling (text) as
select set_config('TimeZone', $1, true);
