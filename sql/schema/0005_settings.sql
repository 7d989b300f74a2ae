-- What is said once for all of the database, and not with every command.
create table patchmda.setting (
    name  text primary key,  -- 'time-zone': the clock by which dates are stored and read
    value text not null
);
