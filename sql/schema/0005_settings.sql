-- Settings of the database, which need not be given with every command.
create table patchmda.setting (
    name  text primary key,  -- 'time-zone': the time zone of stored dates
    value text not null
);
