-- Settings that are stored in the database, so that commands need no option for them.
create table patchmda.setting (
    name  text primary key,  -- 'time-zone': the time zone of stored dates
    value text not null
);
